// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import PareReport
import Testing

@Suite struct TrivyJSONTests {
    @Test(arguments: Fixture.all(with: "report.json"))
    func isAsItWas(_ fixture: Fixture) throws {
        let report = try fixture.value("report.json", as: ScanReport.self)
        let text = trivyJSON(report, listsAllPackages: true)
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
        try fixture.expect(text, is: "trivy.json")
    }

    @Test(arguments: Fixture.all(with: "report.json"))
    func everyFindingIsThereOnce(_ fixture: Fixture) throws {
        let report = try fixture.value("report.json", as: ScanReport.self)
        let json = try JSONValue(trivyJSON(report, listsAllPackages: false).utf8)
        let results = json["Results"]?.elements ?? []
        let open = results.flatMap { $0["Vulnerabilities"]?.elements ?? [] }
        let modified = results.flatMap { $0["ExperimentalModifiedFindings"]?.elements ?? [] }
        #expect(open.compactMap { $0["VulnerabilityID"]?.text }.sorted() == report.open.map(\.id).sorted())
        #expect(
            modified.compactMap { $0["Finding"]?["VulnerabilityID"]?.text }.sorted()
                == report.dismissed.map(\.id).sorted())
        #expect(results.allSatisfy { $0["Packages"] == nil })
    }

    /// Member names in the order of Trivy's structures; what is absent is left out.
    @Test func membersStandInTrivysOrder() throws {
        let order = [
            "VulnerabilityID", "VendorIDs", "PkgID", "PkgName", "PkgPath", "PkgIdentifier",
            "InstalledVersion",
            "FixedVersion", "Status", "Layer", "SeveritySource", "PrimaryURL", "DataSource", "Title",
            "Description",
            "Severity", "CweIDs", "VendorSeverity", "CVSS", "References", "PublishedDate", "LastModifiedDate",
        ]
        for fixture in Fixture.all(with: "report.json") {
            let report = try fixture.value("report.json", as: ScanReport.self)
            let json = try JSONValue(trivyJSON(report, listsAllPackages: true).utf8)
            for vulnerability in (json["Results"]?.elements ?? []).flatMap({
                $0["Vulnerabilities"]?.elements ?? []
            }) {
                let names = (vulnerability.members ?? []).map(\.name)
                #expect(names == order.filter(names.contains))
            }
        }
    }

    @Test func theDistributionComesFirstEvenWithoutPackages() throws {
        let go = Package.sample(.go, "stdlib", "v1.20", path: "usr/bin/a")
        let findings = [Finding.sample(.sample(.npm, "a", "1.0.0"), "CVE-1"), .sample(go, "CVE-2")]
        let json = try JSONValue(trivyJSON(.sample(findings), listsAllPackages: false).utf8)
        let results = json["Results"]?.elements ?? []
        #expect(
            results.compactMap { $0["Target"]?.text } == ["image.tar (debian 12.5)", "Node.js", "usr/bin/a"])
        #expect(results.compactMap { $0["Class"]?.text } == ["os-pkgs", "lang-pkgs", "lang-pkgs"])
        #expect(results.compactMap { $0["Type"]?.text } == ["debian", "node-pkg", "gobinary"])
        #expect(results[2]["Vulnerabilities"]?.elements?[0]["PkgPath"] == nil)
    }

    @Test func withoutAnythingThereAreNoResults() throws {
        let json = try JSONValue(trivyJSON(.sample(distro: nil), listsAllPackages: true).utf8)
        #expect(json["Results"] == nil)
        #expect(json["Metadata"]?["OS"] == nil)
    }

    @Test(arguments: [
        ("CVE-2099-1", "nvd", [], "https://avd.aquasec.com/nvd/cve-2099-1"),
        ("GHSA-aaaa-bbbb-cccc", "ghsa", [], "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"),
        ("RUSTSEC-2099-1", "osv", [], "https://osv.dev/vulnerability/RUSTSEC-2099-1"),
        ("TEMP-1-A", "debian", [], "https://security-tracker.debian.org/tracker/TEMP-1-A"),
        ("DSA-1", "debian", ["https://a.org", "https://www.debian.org/b"], "https://www.debian.org/b"),
        ("NSWG-1", "nodejs-security-wg", ["https://hackerone.com/1"], "https://hackerone.com/1"),
        ("OTHER-1", "debian", ["https://a.org"], nil), ("OTHER-1", "other", ["https://a.org"], nil),
    ])
    func whereToReadAboutIt(_ id: String, _ source: String, _ references: [String], _ expected: String?)
        throws
    {
        let finding = Finding.sample(
            .sample(), id, source: source, detail: Advisory.Detail(references: references))
        let json = try JSONValue(trivyJSON(.sample([finding]), listsAllPackages: false).utf8)
        #expect(
            json["Results"]?.elements?[0]["Vulnerabilities"]?.elements?[0]["PrimaryURL"]?.text == expected)
    }

    @Test(arguments: [
        (Package.Kind.dpkg, "1:2.3-4-5", "2.3-4", "5", 1), (.dpkg, "1.0", "1.0", "", 0),
        (.dpkg, "x:1", "x:1", "", 0),
        (.dpkg, "", "", "", 0), (.apk, "1.2-r3", "1.2-r3", "", 0), (.npm, "1.0.0-rc.1", "1.0.0-rc.1", "", 0),
    ])
    func versionsAreTakenApart(
        _ kind: Package.Kind, _ version: String, _ upstream: String, _ release: String, _ epoch: Int
    ) throws {
        let report = ScanReport.sample([.sample(.sample(kind, "p", version))])
        let json = try JSONValue(trivyJSON(report, listsAllPackages: true).utf8)
        let package = try #require(json["Results"]?.elements?.last?["Packages"]?.elements?[0])
        #expect(package["Version"]?.text ?? "" == upstream)
        #expect(package["Release"]?.text ?? "" == release)
        #expect(package["Epoch"]?.integer ?? 0 == epoch)
    }

    /// What Go's structures of an image's configuration keep, and in which order.
    @Test(arguments: [
        (
            "{}",
            #"{"architecture":"","created":"0001-01-01T00:00:00Z","os":"","rootfs":{"type":"","diff_ids":null},"config":{}}"#
        ),
        (
            #"{"os":"linux","x":1,"config":{"User":"","Cmd":["a"],"Labels":{"b":"1","a":"2"},"AttachStdin":false,"Tty":true}}"#,
            #"{"architecture":"","created":"0001-01-01T00:00:00Z","os":"linux","rootfs":{"type":"","diff_ids":null},"config":{"Cmd":["a"],"Labels":{"a":"2","b":"1"},"Tty":true}}"#
        ),
        (
            #"{"history":[{"created_by":"x","author":"","empty_layer":true}],"variant":"v8","created":"c"}"#,
            #"{"architecture":"","created":"c","history":[{"created_by":"x","empty_layer":true}],"os":"","rootfs":{"type":"","diff_ids":null},"config":{},"variant":"v8"}"#
        ),
        ("[]", "{}"), ("3", "{}"),
    ])
    func theConfigurationIsGos(_ raw: String, _ expected: String) throws {
        let json = try JSONValue(trivyJSON(.sample(rawConfig: raw), listsAllPackages: false).utf8)
        #expect(try json["Metadata"]?["ImageConfig"] == JSONValue(expected.utf8))
    }

    @Test(arguments: ["", "{", "nonsense"])
    func aBrokenConfigurationIsLeftOut(_ raw: String) throws {
        let json = try JSONValue(trivyJSON(.sample(rawConfig: raw), listsAllPackages: false).utf8)
        #expect(json["Metadata"] != nil)
        #expect(json["Metadata"]?["ImageConfig"] == nil)
    }
}
