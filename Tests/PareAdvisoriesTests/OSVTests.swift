// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import Testing

@testable import PareAdvisories

/// Records of OSV's form, written for these tests, and what becomes of them in a store.
@Suite struct OSVTests {
    /// The store with the imports on top of another's records.
    static func store(
        _ records: [String], of ecosystem: String, over base: [([String], String)] = StoreFolder.sample
    ) throws -> (store: AdvisoryStore, counts: ImportedAdvisories.Counts) {
        let folder = try StoreFolder(base)
        let ecosystem = try FeedEcosystem(ecosystem)
        let files = records.enumerated().map { ("r\($0.offset).json", $0.element) }
        let imported = try OSVImporter().advisories(in: zip(files), of: ecosystem)
        let scratch = try ScratchFolder()
        try folder.store().write(to: scratch.path + "/trivy.db", replacing: [(ecosystem, imported)])
        try writeFile(Array(StoreFolder.metadata.utf8), to: scratch.path + "/metadata.json")
        return (try AdvisoryStore(trivyAt: scratch.path), imported.counts)
    }

    /// A zip archive of files.
    static func zip(_ files: [(String, String)]) throws -> MappedFile {
        let folder = try ScratchFolder()
        for (name, text) in files { try writeFile(Array(text.utf8), to: "\(folder.path)/\(name)") }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "cd \"$1\" && exec zip -q all.zip * 2>/dev/null", "sh", folder.path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "is 'zip' here?")
        return try MappedFile(folder.path + "/all.zip")
    }

    static func advisories(
        _ store: AdvisoryStore, _ package: Package, _ family: String = "", _ version: String = ""
    ) throws -> [Advisory] {
        let distro = family.isEmpty ? nil : Distro(family: family, version: version)
        return try store.detailed([package], distro: distro).flatMap(\.advisories)
    }

    static let npm = #"""
        {"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2024-100"], "modified": "2024-03-04T05:06:07Z",
         "published": "2024-01-02T03:04:05Z", "summary": "A title", "details": "A text",
         "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
         "affected": [
           {"package": {"ecosystem": "npm", "name": "@Scope/Name"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.5"}]}]},
           {"package": {"ecosystem": "npm", "name": "@Scope/Name"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "2.0.0"}, {"last_affected": "2.1.0"}]}]},
           {"package": {"ecosystem": "PyPI", "name": "other"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}],
         "references": [{"type": "WEB", "url": "https://r/2"}, {"type": "WEB", "url": "https://r/1"}],
         "database_specific": {"severity": "MODERATE", "cwe_ids": ["CWE-79"]}}
        """#

    @Test func takesALanguagesRecord() throws {
        let (store, counts) = try Self.store([Self.npm], of: "npm")
        #expect(counts == .init(taken: 1))
        let found = try Self.advisories(store, Package(.npm, "@scope/name"))
        #expect(found.map(\.id) == ["CVE-2024-100"])
        let advisory = try #require(found.first)
        #expect(advisory.vulnerableVersions == ["<1.2.5", ">=2.0.0, <=2.1.0"])
        #expect(advisory.patchedVersions == ["1.2.5"])
        #expect(advisory.vendorIDs == ["GHSA-aaaa-bbbb-cccc"])
        #expect(advisory.source.id == "ghsa" && advisory.source.name == "GitHub Security Advisory npm")
        let detail = try #require(advisory.detail)
        #expect(detail.title == "A title" && detail.description == "A text")
        #expect(detail.severity == .medium && detail.vendorSeverities == ["ghsa": .medium])
        #expect(detail.cvss["ghsa"]?.v3Score == 9.8)
        #expect(detail.weaknesses == ["CWE-79"] && detail.references == ["https://r/1", "https://r/2"])
        #expect(detail.published == "2024-01-02T03:04:05Z" && detail.modified == "2024-03-04T05:06:07Z")
    }

    /// All else that the store says stays, also of ecosystems whose names begin alike.
    @Test func replacesOneEcosystem() throws {
        let (store, _) = try Self.store([Self.npm], of: "npm")
        let before = try StoreFolder().store()
        for (kind, name) in [
            (Package.Kind.python, "zope.interface-x"), (.go, "example.com/Mod"), (.gem, "rack"),
        ] {
            #expect(try store.ids(Package(kind, name)) == before.ids(Package(kind, name)))
        }
        for release in ["12", "13"] {
            #expect(
                try store.ids(Package(.dpkg, "glibc"), "debian", release)
                    == before.ids(Package(.dpkg, "glibc"), "debian", release))
        }
        let names = try store.bolt.root.entries().map(\.key)
        #expect(names.filter { $0.hasPrefix("npm") } == ["npm::GitHub Security Advisory npm", "npmx::A"])
        #expect(
            try store.bolt.bucket(["data-source"])?.entries().map(\.key) == [
                "debian 12", "npm::GitHub Security Advisory npm",
            ])
        #expect(
            try Self.advisories(store, Package(.dpkg, "glibc"), "debian", "12").first?.detail?.title == "T")
    }

    static let debian = [
        #"""
        {"id": "DEBIAN-CVE-2024-1", "upstream": ["CVE-2024-1"], "details": "Own words", "affected": [
          {"package": {"ecosystem": "Debian:12", "name": "zlib"}, "ecosystem_specific": {"urgency": "unimportant"},
           "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]},
          {"package": {"ecosystem": "Debian:13", "name": "zlib"},
           "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:1.3-2"}]}]}]}
        """#,
        #"""
        {"id": "DEBIAN-CVE-2024-2", "upstream": ["CVE-2024-2"], "affected": [
          {"package": {"ecosystem": "Debian:12", "name": "zlib"},
           "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:1.2-9"}]}]}]}
        """#,
        #"""
        {"id": "DSA-5000-1", "summary": "zlib - update", "related": ["CVE-2024-2", "CVE-2024-3"], "affected": [
          {"package": {"ecosystem": "Debian:12", "name": "zlib"},
           "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:1.2-8"}]}]}]}
        """#,
        #"""
        {"id": "DSA-5000-2", "summary": "zlib - once more", "related": ["CVE-2024-3"], "affected": [
          {"package": {"ecosystem": "Debian:12", "name": "zlib"},
           "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:1.2-10"}]}]}]}
        """#,
    ]

    @Test(arguments: [false, true])
    func takesADistributionsRecords(_ reversed: Bool) throws {
        let records = reversed ? Array(Self.debian.reversed()) : Self.debian
        let (store, counts) = try Self.store(records, of: "Debian:12")
        #expect(counts.taken == 4)
        let found = try Self.advisories(store, Package(.dpkg, "zlib"), "debian", "12.5")
        #expect(found.map(\.id) == ["CVE-2024-1", "CVE-2024-2", "CVE-2024-3"])
        // The tracker's word on a release counts, not the update's; of two updates the later.
        #expect(found.map(\.fixedVersion) == ["", "1:1.2-9", "1:1.2-10"])
        #expect(found.map(\.status) == [.affected, .unknown, .unknown])
        #expect(found.map(\.severity) == [.low, nil, nil])
        #expect(found.map { Set($0.vendorIDs) } == [[], ["DSA-5000-1"], ["DSA-5000-1", "DSA-5000-2"]])
        #expect(found.map(\.source.id) == ["debian", "debian", "debian"])
        #expect(found.map { $0.detail?.description ?? "" } == ["Own words", "", ""])
        #expect(found.allSatisfy { $0.detail?.title == "" })
        // Nothing else of this release is left, and another release is as it was.
        #expect(try store.ids(Package(.dpkg, "glibc"), "debian", "12").isEmpty)
        #expect(try store.ids(Package(.dpkg, "glibc"), "debian", "13") == ["CVE-3"])
        #expect(try store.ids(Package(.dpkg, "zlib"), "debian", "13").isEmpty)
    }

    @Test func takesAllReleasesOfADistribution() throws {
        let (store, _) = try Self.store(Self.debian, of: "Debian")
        #expect(try store.ids(Package(.dpkg, "zlib"), "debian", "13") == ["CVE-2024-1"])
        #expect(try store.ids(Package(.dpkg, "zlib"), "debian", "12").count == 3)
        #expect(try store.ids(Package(.dpkg, "glibc"), "debian", "13").isEmpty)
        #expect(try store.ids(Package(.dpkg, "glibc"), "ubuntu", "22.04") == ["CVE-4"])
    }

    static func record(
        _ ecosystem: String, _ name: String, id: String = "X-1", aliases: String = #"["CVE-2024-9"]"#,
        _ events: String, more: String = ""
    ) -> String {
        """
        {"id": "\(id)", "aliases": \(aliases), "affected": [{"package": {"ecosystem": "\(ecosystem)", "name": "\(name)"},
         "ranges": [{"type": "ECOSYSTEM", "events": [\(events)]}]\(more)}]}
        """
    }

    static let fixed = #"{"introduced": "0"}, {"fixed": "2.0"}"#

    @Test(arguments: [
        ("Ubuntu:22.04:LTS", Package.Kind.dpkg, "ubuntu", "22.04"),
        ("Ubuntu:24.10", .dpkg, "ubuntu", "24.10"),
        ("Alpine:v3.19", .apk, "alpine", "3.19.1"), ("Wolfi", .apk, "wolfi", "20230201"),
        ("Chainguard", .apk, "chainguard", "20230201"), ("Debian:12", .dpkg, "debian", "12"),
    ])
    func knowsReleasesByOSVsNames(
        _ ecosystem: String, _ kind: Package.Kind, _ family: String, _ version: String
    ) throws {
        let (store, _) = try Self.store([Self.record(ecosystem, "zlib", Self.fixed)], of: ecosystem)
        let found = try Self.advisories(store, Package(kind, "zlib"), family, version)
        #expect(found.map(\.fixedVersion) == ["2.0"])
        #expect(found.first?.source.id == family)
    }

    @Test(arguments: [
        ("npm", Package.Kind.npm, "Name", "name", "osv"),
        ("PyPI", .python, "Zope_Interface", "zope-interface", "osv"),
        ("Go", .go, "example.com/Mod", "example.com/Mod", "osv"), ("RubyGems", .gem, "Rack", "rack", "osv"),
        ("crates.io", .cargo, "smallvec", "smallvec", "osv"),
        ("Maven", .jar, "Org.x:lib", "org.x:lib", "osv"),
    ])
    func knowsLanguagesByOSVsNames(
        _ ecosystem: String, _ kind: Package.Kind, _ name: String, _ lookedUp: String, _ source: String
    ) throws {
        let (store, _) = try Self.store([Self.record(ecosystem, name, Self.fixed)], of: ecosystem)
        let found = try Self.advisories(store, Package(kind, lookedUp))
        #expect(found.map(\.vulnerableVersions) == [["<2.0"]] && found.first?.source.id == source)
    }

    @Test(arguments: [
        "NuGet", "", "debian:12", "Debian:sid", "Debian:12:x", "npm:1", "Ubuntu:Pro:22.04:LTS", "Wolfi:1",
        "../npm", "Alpine:edge",
    ])
    func knowsNoOthers(_ name: String) {
        #expect(throws: ImportError.unknownEcosystem(name)) { try FeedEcosystem(name) }
    }

    @Test(arguments: [
        (#"{"introduced": "0"}, {"fixed": "1.2.5"}"#, "", ["<1.2.5"]),
        (#"{"introduced": "0"}"#, "", [">=0"]), (#"{"introduced": "0.0.0-0"}, {"fixed": "2"}"#, "", ["<2"]),
        (#"{"fixed": "1.2.5"}, {"introduced": "1.2.0"}"#, "", [">=1.2.0, <1.2.5"]),
        (
            #"{"introduced": "3.0.0"}, {"fixed": "1.5.0"}, {"introduced": "1.0.0"}, {"fixed": "3.1.0"}"#, "",
            [">=1.0.0, <1.5.0", ">=3.0.0, <3.1.0"]
        ),
        (#"{"introduced": "1.0.0"}, {"introduced": "1.1.0"}, {"fixed": "1.2.0"}"#, "", [">=1.0.0, <1.2.0"]),
        (#"{"introduced": "1.0.0"}, {"last_affected": "1.4.0"}"#, "", [">=1.0.0, <=1.4.0"]),
        (
            #"{"introduced": "1.0.0"}, {"fixed": "1.1.0"}, {"limit": "9"}"#,
            #", "versions": ["1.0.5", "0.9.0", "odd"]"#, [">=1.0.0, <1.1.0", "=0.9.0", "=odd"]
        ),
        (
            #"{"introduced": "1.0.0"}"#,
            #", "database_specific": {"last_known_affected_version_range": "<= 1.3.0"}"#, [">=1.0.0, <=1.3.0"]
        ),
        ("", #", "versions": ["1.0.0"]"#, ["=1.0.0"]),
        (#"{"fixed": "1.0.0"}"#, #", "versions": ["0.1.0"]"#, ["=0.1.0"]),
    ])
    func readsRanges(_ events: String, _ more: String, _ texts: [String]) throws {
        let (store, _) = try Self.store([Self.record("npm", "x", events, more: more)], of: "npm")
        #expect(try Self.advisories(store, Package(.npm, "x")).map(\.vulnerableVersions) == [texts])
    }

    @Test(arguments: [
        (#"["CVE-2024-9", "GHSA-1"]"#, ["CVE-2024-9"], ["GHSA-1", "X-1"]),
        (#"["CVE-2024-9", "CVE-2024-8"]"#, ["CVE-2024-8", "CVE-2024-9"], ["X-1"]), ("[]", ["X-1"], []),
        (#"["GHSA-1"]"#, ["X-1"], ["GHSA-1"]), (#""words""#, ["X-1"], []),
    ])
    func isCalledByItsCVE(_ aliases: String, _ ids: [String], _ vendorIDs: [String]) throws {
        let (store, _) = try Self.store([Self.record("npm", "x", aliases: aliases, Self.fixed)], of: "npm")
        let found = try Self.advisories(store, Package(.npm, "x"))
        #expect(found.map(\.id) == ids && found.allSatisfy { $0.vendorIDs == vendorIDs })
    }

    /// Of two records about one flaw, both say what they know.
    @Test func joinsWhatIsSaidOfOneFlaw() throws {
        let other = Self.npm.replacing("GHSA-aaaa-bbbb-cccc", with: "OTHER-1").replacing(
            "A title", with: "Else"
        )
        .replacing("MODERATE", with: "HIGH")
        let (store, _) = try Self.store(
            [Self.npm, other], of: "npm",
            over: StoreFolder.sample + [
                (
                    ["vulnerability", "CVE-2024-100"],
                    #"{"Title":"NVD's","VendorSeverity":{"nvd":4},"Severity":"CRITICAL"}"#
                )
            ])
        let found = try Self.advisories(store, Package(.npm, "@scope/name"))
        #expect(found.map(\.source.name) == ["GitHub Security Advisory npm", "Open Source Vulnerabilities"])
        let detail = try #require(found.first?.detail)
        #expect(detail.title == "NVD's" && detail.severity == .critical)
        #expect(detail.vendorSeverities == ["nvd": .critical, "ghsa": .medium, "osv": .high])
    }

    @Test func leavesOutWhatIsNoAdvisory() throws {
        let (_, counts) = try Self.store(
            [
                Self.npm, Self.npm.replacing("GHSA-aaaa-bbbb-cccc", with: "MAL-2024-1"),
                Self.npm.replacing(
                    "\"summary\"", with: "\"withdrawn\": \"2024-05-06T00:00:00Z\", \"summary\""),
                "{", "[]", "{\"id\": 5}", Self.record("PyPI", "x", Self.fixed), Self.record("npm", "x", ""),
                Self.npm, Self.npm,
            ], of: "npm")
        #expect(counts == .init(taken: 3, withdrawn: 1, malware: 1, malformed: 3, elsewhere: 2))
    }

    @Test func refusesAFeedThatSaysNothing() throws {
        let npm = try FeedEcosystem("npm")
        let importer = OSVImporter()
        #expect(throws: ImportError.mostlyMalformed(count: 3, of: 4)) {
            _ = try importer.advisories(
                in: Self.zip([("a.json", "{"), ("b.json", "x"), ("c.json", ""), ("d.json", Self.npm)]),
                of: npm)
        }
        #expect(throws: ImportError.nothing(ecosystem: "npm")) {
            _ = try importer.advisories(in: Self.zip([("a.json", Self.debian[0]), ("b.txt", "x")]), of: npm)
        }
        for bytes in [[], Array("words".utf8)] {
            let folder = try ScratchFolder()
            try writeFile(bytes, to: folder.path + "/x")
            #expect(throws: ImportError.self) {
                _ = try importer.advisories(in: MappedFile(folder.path + "/x"), of: npm)
            }
        }
    }

    @Test(
        arguments: [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
            ("CVSS:3.0/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:N/A:N", 4.7),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L", 1.6),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/E:P", 7.5),
            ("CVSS:3.1/AV:N", nil), ("CVSS:4.0/AV:N/AC:L", nil), ("", nil),
            ("CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", nil),
            ("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", nil), ("AV:N/AC:L/Au:N/C:P/I:P/A:P", nil),
        ] as [(String, Double?)])
    func scoresVectors(_ vector: String, _ score: Double?) { #expect(cvss3Score(vector) == score) }

    @Test func importersAreAllThere() {
        #expect(Importers.all.map(\.name) == ["osv"])
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        components(separatedBy: part).joined(separator: other)
    }
}
