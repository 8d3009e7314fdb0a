// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Testing

@testable import PareReport

@Suite struct TrivyJSONTests {
    @Test(arguments: cases(with: "report.json"))
    func isJSON(_ name: String) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        for listsAllPackages in [false, true] {
            let text = trivyJSON(report, listsAllPackages: listsAllPackages)
            let value = try JSONValue(Array(text.utf8))
            #expect(text.hasSuffix("}\n") && value.indented + "\n" == text)
            #expect(value["SchemaVersion"] == .number("2"))
            let results = value["Results"]?.elements ?? []
            #expect(results.contains { $0["Packages"] != nil } == listsAllPackages)
            let open = results.flatMap { $0["Vulnerabilities"]?.elements ?? [] }
            #expect(open.count == report.open.count)
            let modified = results.flatMap { $0["ExperimentalModifiedFindings"]?.elements ?? [] }
            #expect(modified.count == report.dismissed.count)
        }
    }

    /// The sample is of 2024-06-07.
    @Test(arguments: [
        (Day(2024, 6, 6), true), (Day(2024, 6, 7), nil), (Day(2030, 1, 1), nil), (nil, nil),
    ])
    func endOfSupport(_ end: Day?, _ expected: Bool?) throws {
        let distro = Distro(family: "debian", version: "12.5", endOfSupport: end)
        let report = ScanReport.sample(distro: distro)
        let system = try JSONValue(Array(trivyJSON(report, listsAllPackages: false).utf8))["Metadata"]?["OS"]
        #expect(system?["EOSL"]?.isTrue == expected && system?["Name"]?.text == "12.5")
    }

    @Test(arguments: [
        ("1:2.36-9", Package.Kind.dpkg, 1, "2.36", "9"), ("2.36", .dpkg, 0, "2.36", ""),
        ("0:1-2-3", .dpkg, 0, "1-2", "3"),
        ("x:1-2", .dpkg, 0, "x:1", "2"), ("", .dpkg, 0, "", ""), (":", .dpkg, 0, ":", ""),
        ("-", .dpkg, 0, "", ""),
        ("99999999999999999999:1", .dpkg, 0, "99999999999999999999:1", ""),
        ("1.36.1-r15", .apk, 0, "1.36.1-r15", ""),
        ("1.0-beta", .npm, 0, "1.0-beta", ""),
    ])
    func versions(_ text: String, _ kind: Package.Kind, _ epoch: Int, _ upstream: String, _ release: String) {
        let parts = VersionParts(text, of: kind)
        #expect(parts.epoch == epoch && parts.upstream == upstream && parts.release == release)
    }

    @Test(
        arguments: [
            ("", nil), ("[]", nil), ("not JSON", nil), ("{", nil),
            (
                "{}",
                #"{"architecture":"","created":"0001-01-01T00:00:00Z","os":"","rootfs":{"type":"","diff_ids":null},"config":{}}"#
            ),
            (
                #"{"config":{"Shell":["sh"],"X":1,"Env":[],"Volumes":{"/b":{},"/a":{}},"User":"7"},"variant":"v8","#
                    + #""history":[],"rootfs":{"diff_ids":[],"type":"layers"},"os":"linux","architecture":"arm64","created":"now"}"#,
                #"{"architecture":"arm64","created":"now","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"#
                    + #""config":{"User":"7","Volumes":{"/a":{},"/b":{}},"Shell":["sh"]},"variant":"v8"}"#
            ),
            (
                #"{"config":7,"history":"x","rootfs":[1],"os":{"a":1}}"#,
                #"{"architecture":"","created":"0001-01-01T00:00:00Z","os":{"a":1},"rootfs":{"type":"","diff_ids":null},"config":{}}"#
            ),
        ] as [(String, String?)])
    func configurations(_ text: String, _ expected: String?) throws {
        let expectation = try expected.map { try JSONValue(Array($0.utf8)) }
        #expect(imageConfigJSON(text)?.indented == expectation?.indented)
    }

    @Test(arguments: [
        ("CVE-2099-1", "nvd", [], "https://avd.aquasec.com/nvd/cve-2099-1"),
        ("GHSA-aaaa-bbbb-cccc", "ghsa", [], "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"),
        ("RUSTSEC-2099-1", "osv", [], "https://osv.dev/vulnerability/RUSTSEC-2099-1"),
        ("TEMP-1-A", "debian", [], "https://security-tracker.debian.org/tracker/TEMP-1-A"),
        ("DSA-1", "debian", ["https://a.org", "https://www.debian.org/b"], "https://www.debian.org/b"),
        ("NSWG-1", "nodejs-security-wg", ["https://hackerone.com/1"], "https://hackerone.com/1"),
        ("OTHER-1", "debian", ["javascript:alert(1)"], nil), ("OTHER-1", "other", ["https://a.org"], nil),
    ])
    func links(_ id: String, _ source: String, _ references: [String], _ url: String?) {
        let finding = Finding.sample(
            .sample(), id, source: source, detail: Advisory.Detail(references: references))
        #expect(finding.primaryURL == url)
    }
}
