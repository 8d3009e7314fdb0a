// SPDX-License-Identifier: Apache-2.0

import PareMatch
import PareModel
import Testing

@Suite struct CompareTests {
    @Test func tellsFixedFromRemainingAndIntroduced() {
        let old = (gone: Package.sample(.dpkg, "perl", "5.36-7"), kept: Package.sample(.npm, "qs", "6.5.2"))
        let new = (kept: Package.sample(.npm, "qs", "6.11.0"), more: Package.sample(.npm, "tsx", "1.0.0"))
        let before = ScanReport.sample(
            packages: [old.gone, old.kept],
            findings: [
                .sample("CVE-1", in: old.gone), .sample("CVE-2", in: old.kept),
                .sample("CVE-3", in: old.kept),
            ])
        let after = ScanReport.sample(
            packages: [new.kept, new.more],
            findings: [.sample("CVE-3", in: new.kept), .sample("CVE-3", in: new.more)])
        let comparison = compare(before, with: after)
        #expect(
            comparison.fixed == [
                .init(finding: before.findings[0], cause: .packageRemoved),
                .init(finding: before.findings[1], cause: .versionChanged(to: ["6.11.0"])),
            ])
        #expect(comparison.remaining == [after.findings[0]])
        #expect(comparison.introduced == [after.findings[1]])
        #expect(comparison.differences == nil)
    }

    /// A name of another package manager is another package.
    @Test func kindsAreKeptApart() {
        let before = ScanReport.sample(findings: [.sample("CVE-1", in: .sample(.dpkg, "openssl", "3.0"))])
        let package = Package.sample(.apk, "openssl", "3.1-r0")
        let comparison = compare(before, with: .sample(packages: [package]))
        #expect(comparison.fixed.map(\.cause) == [.packageRemoved])
    }

    @Test func namesEachLeftVersionOnce() {
        let before = ScanReport.sample(findings: [.sample(in: .sample(.npm, "a", "1.0.0"))])
        let packages = ["1.10.0", "1.9.0", "1.10.0", "odd"].map { Package.sample(.npm, "a", $0) }
        #expect(
            compare(before, with: .sample(packages: packages)).fixed.map(\.cause)
                == [.versionChanged(to: ["1.9.0", "1.10.0", "odd"])])
    }

    @Test func dismissedFindingsDoNotCount() {
        let dismissal = Dismissal(by: "x", reason: "y")
        let open = ScanReport.sample(findings: [.sample()])
        let dismissed = ScanReport.sample(findings: [.sample(dismissal: dismissal)])
        for (before, after) in [(open, dismissed), (dismissed, dismissed)] {
            let comparison = compare(before, with: after)
            #expect(comparison.fixed.isEmpty && comparison.introduced.isEmpty && comparison.remaining.isEmpty)
        }
        #expect(compare(dismissed, with: open).remaining.count == 1)
    }

    @Test func whatIsDismissedNowIsNamed() {
        let dismissal = Dismissal(by: "x", reason: "y")
        let before = ScanReport.sample(findings: [
            .sample("CVE-1"), .sample("CVE-2", dismissal: dismissal), .sample("CVE-3"),
        ])
        let after = ScanReport.sample(findings: [
            .sample("CVE-1", dismissal: dismissal), .sample("CVE-2", dismissal: dismissal),
            .sample("CVE-4", dismissal: dismissal),
        ])
        let comparison = compare(before, with: after)
        #expect(comparison.dismissed == [after.findings[0]])
        #expect(comparison.fixed.map(\.finding.id) == ["CVE-3"])
    }

    // MARK: behaviour

    static func behaviour(_ answers: [Answer] = [], exit: Int? = nil, output: String = "") -> Behaviour {
        Behaviour(
            answers: answers, startSeconds: 1, exitCode: exit, output: output, errors: "\(output.count)")
    }

    /// Where each listens, and where its image says.
    @Test(arguments: [
        ((80, 80), (80, 80), [String]()), ((80, 80), (81, 81), []),
        ((80, 80), (81, 80), ["port number: 80 -> 81"]),
        ((81, 80), (81, 80), []), ((81, 80), (80, 80), ["port number: 81 -> 80"]), ((81, 80), (81, 81), []),
    ])
    func portsThatAreNotNamed(before: (Int, Int), after: (Int, Int), expected: [String]) {
        func listening(_ ports: (Int, Int)?) -> Behaviour {
            Behaviour(
                answers: [], startSeconds: 1, exitCode: nil, output: "", errors: "", port: ports?.0,
                namedPort: ports?.1)
        }
        #expect(differences(listening(before), listening(after)) == expected)
        #expect(differences(listening(before), listening(nil)).isEmpty)
    }

    static func answer(
        _ path: String = "/", status: Int = 200, type: String = "application/json", body: String = "{}",
        isCut: Bool = false
    ) -> Answer {
        Answer(question: Question(path: path), status: status, contentType: type, body: body, isCut: isCut)
    }

    func differences(_ before: Behaviour, _ after: Behaviour) -> [String] {
        let differences = compare(.sample(), with: .sample(), behaviour: before, after).differences ?? []
        return differences.map { "\($0.subject) \($0.aspect): \($0.before) -> \($0.after)" }
    }

    @Test(arguments: [
        (answer(), answer(), [String]()),
        (answer(status: 200), answer(status: 503), ["GET / status: 200 -> 503"]),
        (
            answer(type: "text/html"), answer(type: "text/plain"),
            ["GET / content type: text/html -> text/plain"]
        ),
        (answer(type: "text/html; charset=utf-8"), answer(type: "Text/HTML;charset=\"UTF-8\""), []),
        (answer(type: "text/html; a=1; b=2"), answer(type: "text/html;b=2;a=1"), []),
        (answer(type: "application/json; charset=utf-8"), answer(type: "application/json"), []),
        (
            answer(type: "text/html; charset=utf-8"), answer(type: "text/html"),
            ["GET / content type: text/html; charset=utf-8 -> text/html"]
        ),
        (
            answer(type: "multipart/form-data; boundary=x"), answer(type: "multipart/form-data; boundary=y"),
            []
        ),
        (
            answer(body: #"{"a":1,"b":[1,{"c":null}]}"#), answer(body: #"{ "b": [1, {"c":null}], "a": 1 }"#),
            []
        ),
        (answer(body: "[1,2]"), answer(body: "[2,1]"), ["GET / body: [1,2] -> [2,1]"]),
        (answer(body: #"{"a":1}"#), answer(body: #"{"a":2}"#), [#"GET / body: {"a":1} -> {"a":2}"#]),
        (
            answer(body: #"{"a":1,"a":2}"#), answer(body: #"{"a":2,"a":1}"#),
            [#"GET / body: {"a":1,"a":2} -> {"a":2,"a":1}"#]
        ),
        (answer(body: #""a b""#), answer(body: #""a  b""#), [#"GET / body: "a b" -> "a  b""#]),
        (answer(body: "x", isCut: true), answer(body: "x", isCut: true), []),
        (answer(body: "x", isCut: true), answer(body: "x"), ["GET / body: x -> x"]),
        (answer(body: "é"), answer(body: "e\u{301}"), ["GET / body: é -> e\u{301}"]),
        (
            answer("/a"), answer("/b"),
            ["GET /a answer: status 200 -> none", "GET /b answer: none -> status 200"]
        ),
    ])
    func comparesAnswers(before: Answer, after: Answer, expected: [String]) {
        #expect(differences(Self.behaviour([before]), Self.behaviour([after])) == expected)
    }

    @Test func pairsAnswersByQuestion() {
        let old = [Self.answer("/a", body: "1"), Self.answer("/b", body: "2"), Self.answer("/a", body: "3")]
        let new = [Self.answer("/b", body: "2"), Self.answer("/a", body: "1"), Self.answer("/a", body: "4")]
        #expect(differences(Self.behaviour(old), Self.behaviour(new)) == ["GET /a body: 3 -> 4"])
    }

    @Test func showsWhereLongBodiesDiffer() throws {
        let common = String(repeating: "x", count: 500)
        let difference = try #require(
            differences(
                Self.behaviour([Self.answer(body: common + "old")]),
                Self.behaviour([Self.answer(body: common + "new" + common)])
            ).first)
        #expect(difference.count < 330)
        #expect(difference.contains("xold -> …") && difference.contains("xnewx") && difference.hasSuffix("…"))
    }

    @Test func comparesCommands() {
        #expect(
            differences(Self.behaviour(exit: 0, output: "v20"), Self.behaviour(exit: 0, output: "v20"))
                .isEmpty)
        #expect(
            differences(Self.behaviour(exit: 0, output: "v20"), Self.behaviour(exit: 1, output: "v24")) == [
                "exit code value: 0 -> 1", "standard output text: v20 -> v24",
            ])
        // What a server prints is its log.
        let answers = [Self.answer()]
        #expect(
            differences(Self.behaviour(answers, output: "a"), Self.behaviour(answers, output: "b")).isEmpty)
        #expect(
            differences(Self.behaviour(answers), Self.behaviour([], exit: 1)) == [
                "GET / answer: status 200 -> none", "exit code value: did not end -> 1",
            ])
    }

    /// Bodies that look like JSON and are not, or nest without end, are compared by their bytes.
    @Test(arguments: [
        "{", "[1,", #"{"a""#, #""\"#, "{a:1}", "[}", String(repeating: "[", count: 100_000), "", "  ",
    ])
    func survivesBodiesThatAreNotJSON(body: String) {
        #expect(
            differences(Self.behaviour([Self.answer(body: body)]), Self.behaviour([Self.answer(body: body)]))
                .isEmpty)
        #expect(
            differences(
                Self.behaviour([Self.answer(body: body)]), Self.behaviour([Self.answer(body: body + "]")])
            ).count
                == 1)
    }
}
