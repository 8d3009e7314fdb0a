// SPDX-License-Identifier: Apache-2.0

import PareMatch
import PareModel
import Testing

@Suite struct IgnoreFileTests {
    func dismissed(_ text: String, on today: String = "2025-06-15") throws -> [Finding] {
        let findings = ["CVE-2024-0001", "CVE-2024-0002", "cve-2024-0001"].map { Finding.sample($0) }
        return findings.dismissed(by: IgnoreFile(text, name: ".trivyignore"), on: try #require(Day(today)))
    }

    @Test(arguments: [
        ("CVE-2024-0001", true), ("  CVE-2024-0001  # not reachable", true), ("CVE-2024-0001\r\n", true),
        ("# CVE-2024-0001", false), ("", false), ("cve-2024-0001", false), ("CVE-2024-00011", false),
        ("CVE-2024-0001 exp:2025-06-16", true), ("CVE-2024-0001 see below exp:2025-06-16", true),
        ("CVE-2024-0001 exp:2025-06-15", false), ("CVE-2024-0001 exp:2024-12-31", false),
        ("CVE-2024-0001 exp:2025-12-31\nCVE-2024-0001 exp:2020-01-01", true),
    ])
    func dismissesByIdentifier(text: String, isDismissed: Bool) throws {
        let findings = try dismissed(text)
        #expect(findings[0].isOpen != isDismissed)
        #expect(findings[1].isOpen)
        #expect(findings.map(\.id) == ["CVE-2024-0001", "CVE-2024-0002", "cve-2024-0001"])
    }

    @Test func keepsCommentsAsReasons() throws {
        let text =
            "# Accepted risks\n\n# only used in tests,\n# never shipped\nCVE-2024-0001\nCVE-2024-0002\n"
        let findings = try dismissed(text)
        #expect(
            findings[0].dismissal
                == Dismissal(by: ".trivyignore", reason: "only used in tests, never shipped"))
        #expect(findings[1].dismissal == Dismissal(by: ".trivyignore", reason: "listed in line 6"))
    }

    @Test func keepsEarlierDismissals() throws {
        let first = Dismissal(by: "vex", reason: "not affected")
        let file = IgnoreFile("CVE-2024-0001", name: "x")
        let findings = [Finding.sample(dismissal: first)].dismissed(
            by: file, on: try #require(Day("2025-01-01")))
        #expect(findings.map(\.dismissal) == [first])
    }

    @Test(arguments: ["exp:tomorrow", "exp:", "exp:2025-02-30", "exp:2025-2-3", "exp:2025-12-31x"])
    func saysWhichDayIsNone(word: String) throws {
        let file = IgnoreFile("\nCVE-2024-0001 \(word)", name: ".trivyignore")
        #expect(file.diagnostics.map(\.location) == [".trivyignore:2"])
        #expect(try dismissed("CVE-2024-0001 \(word)").allSatisfy(\.isOpen))
    }

    @Test(arguments: ["2025-01-31", "2024-02-29", "2000-02-29", "2025-06-15T12:00:00Z", "0000-01-01"])
    func readsDays(text: String) { #expect(Day(text) != nil) }

    @Test(arguments: [
        "", "2025", "2025-13-01", "2025-00-10", "2025-01-00", "2025-04-31", "2025-02-29", "1900-02-29",
        "2025/01/01",
        "2025-01-011", "+025-01-01", "2025-1-001", "２０２５-01-01",
    ])
    func refusesOtherTexts(text: String) { #expect(Day(text) == nil) }

    @Test func ordersDays() throws {
        let days = try ["2024-12-31", "2025-01-01", "2025-01-31", "2025-02-01"].map { try #require(Day($0)) }
        for (day, next) in zip(days, days.dropFirst()) { #expect(day < next) }
    }
}
