// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareModel
import Testing

@Suite struct CandidateTests {
    struct OSCase: Sendable, CustomTestStringConvertible {
        let kind: Package.Kind
        let name: String
        let source: String?
        let family: String
        let version: String
        let repositories: String?
        let ids: [String]

        init(
            _ kind: Package.Kind, _ name: String, source: String? = nil, _ family: String, _ version: String,
            repositories: String? = nil, _ ids: String...
        ) {
            (self.kind, self.name, self.source, self.family) = (kind, name, source, family)
            (self.version, self.repositories, self.ids) = (version, repositories, ids)
        }

        var testDescription: String { "\(name) in \(family) \(version)" }
    }

    static let osCases = [
        OSCase(.dpkg, "libc6", source: "glibc", "debian", "12.5", "CVE-1", "CVE-2"),
        OSCase(.dpkg, "glibc", "debian", "12", "CVE-1", "CVE-2"),
        OSCase(.dpkg, "glibc", source: "", "debian", "13.1", "CVE-3"),
        OSCase(.dpkg, "libc6", "debian", "12"),
        OSCase(.dpkg, "glibc", source: "other", "debian", "12"),
        OSCase(.dpkg, "glibc", "debian", "trixie/sid"),
        OSCase(.dpkg, "glibc", "debian", ""),
        OSCase(.dpkg, "glibc", "gentoo", "12"),
        OSCase(.dpkg, "Glibc", "debian", "12"),
        OSCase(.dpkg, "glibc", "ubuntu", "22.04", "CVE-4"),
        OSCase(.dpkg, "glibc", "ubuntu", "22.04.3", "CVE-4"),
        OSCase(.dpkg, "glibc", "ubuntu", "24.04"),
        OSCase(.apk, "libssl3", source: "openssl", "alpine", "3.19.1", "CVE-5"),
        OSCase(.apk, "openssl", "alpine", "3.19", "CVE-5"),
        OSCase(.apk, "openssl", "alpine", "3.19.1", repositories: "edge", "CVE-6"),
        OSCase(.apk, "openssl", "alpine", "3.18.0", repositories: "3.19", "CVE-5"),
        OSCase(.apk, "openssl", "alpine", "3"),
        OSCase(.apk, "openssl", "wolfi", "20230201", "CVE-7"),
        OSCase(.apk, "openssl", "wolfi", "20230201", repositories: "3.19", "CVE-7"),
        OSCase(.apk, "openssl", "chainguard", "20230214", "CVE-8"),
        OSCase(.dpkg, "openssl", "alpine", "3.19"),
        OSCase(.apk, "glibc", "debian", "12"),
    ]

    @Test(arguments: osCases)
    func looksUpSourcesInTheBucketOfTheRelease(_ sample: OSCase) throws {
        let store = try StoreFolder().store()
        let source = sample.source.map { Package.Source(name: $0, version: "1") }
        let package = Package(sample.kind, sample.name, source: source)
        #expect(
            try store.ids(package, sample.family, sample.version, repositories: sample.repositories)
                == sample.ids)
    }

    @Test func looksUpNoSystemPackageWithoutADistribution() throws {
        #expect(try StoreFolder().store().ids(Package(.dpkg, "glibc")) == [])
    }

    @Test(arguments: [
        (Package.Kind.npm, "@Scope/Name", ["CVE-9", "CVE-10", "CVE-9"]), (.npm, "name", []),
        (.python, "Zope.Interface_X", ["CVE-12"]), (.python, "zope-interface-x", []),
        (.go, "example.com/Mod", ["CVE-13"]), (.go, "example.com/mod", []),
        (.gem, "Rack", ["CVE-14"]), (.cargo, "SmallVec", ["CVE-15"]), (.jar, "org.X:Lib", ["CVE-16"]),
        (.jar, "lib", []),
    ])
    func looksUpLanguagesByTheirFeedsNames(kind: Package.Kind, name: String, ids: [String]) throws {
        // Of the two feeds the second comes last: there its word counts.
        let store = try StoreFolder().store()
        let found = try store.ids(Package(kind, name))
        #expect(found.sorted() == ids.sorted())
        #expect(found.last == ids.last)
    }

    @Test func readsAllThatIsKnown() throws {
        let store = try StoreFolder().store()
        let candidates = try store.detailed(
            [Package(.dpkg, "glibc")], distro: Distro(family: "debian", version: "12"))
        let source = Advisory.DataSource(id: "debian", name: "Debian", url: "https://a")
        let expected = [
            Advisory(
                id: "CVE-1", fixedVersion: "2.36-9", vendorIDs: ["DSA-1"], source: source,
                detail: Advisory.Detail(
                    title: "T", description: "D", severity: .critical,
                    vendorSeverities: ["nvd": .critical, "redhat": .medium],
                    cvss: [
                        "nvd": Advisory.CVSS(
                            v2Vector: "AV:N", v3Vector: "CVSS:3.1/AV:N", v2Score: 5, v3Score: 9.8)
                    ], weaknesses: ["CWE-1"], references: ["https://c"], published: "2024-01-01T00:00:00Z",
                    modified: "2024-02-01T00:00:00Z")),
            Advisory(
                id: "CVE-2", status: .willNotFix, severity: .low, source: source,
                detail: Advisory.Detail(severity: .high)),
        ]
        #expect(candidates.map(\.advisories) == [expected])
    }

    @Test func readsRangesAndSourcesOfLanguages() throws {
        let store = try StoreFolder().store()
        let advisories = try #require(
            try store.candidates(for: [Package(.npm, "@scope/name")], distro: nil).first?.advisories)
        let unnamed = Advisory.DataSource(id: "", name: "", url: "")
        let github = Advisory.DataSource(id: "ghsa", name: "GitHub", url: "https://b")
        #expect(
            advisories == [
                Advisory(id: "CVE-9", vulnerableVersions: ["<2"], patchedVersions: ["2"], source: unnamed),
                Advisory(
                    id: "CVE-10", vulnerableVersions: [">=0"], unaffectedVersions: ["1.5"], source: github),
                Advisory(id: "CVE-9", vulnerableVersions: ["<3"], source: github),
            ])
    }

    /// As many as a kernel has are read in pieces, and come in their order all the same.
    @Test func readsThousandsOfOnePackageInTheirOrder() throws {
        let ids = (1000..<4000).map { "CVE-2024-\($0)" }
        let entries = ids.map { (["debian 12", "linux", $0], #"{"FixedVersion":"\#($0)"}"#) }
        let store = try StoreFolder(entries + [(["vulnerability", "CVE-2024-1000"], "{}")]).store()
        let packages = (0..<300).map { Package(.dpkg, "p\($0)", source: .init(name: "linux", version: "1")) }
        let candidates = try store.candidates(for: packages, distro: Distro(family: "debian", version: "12"))
        #expect(candidates.map(\.package) == packages)
        #expect(candidates.allSatisfy { $0.advisories.map(\.id) == ids })
        #expect(candidates.first?.advisories.map(\.fixedVersion) == ids)
    }

    @Test func keepsTheOrderOfPackagesAndLeavesOutThoseWithoutAdvisories() throws {
        let store = try StoreFolder().store()
        let packages = [
            Package(.gem, "rack", "1"), Package(.gem, "other", "1"), Package(.cargo, "smallvec", "1"),
            Package(.gem, "rack", "2"),
        ]
        let candidates = try store.candidates(for: packages, distro: nil)
        #expect(candidates.map(\.package) == [packages[0], packages[2], packages[3]])
    }

    @Test func takesUnknownNumbersForNothing() throws {
        let folder = try StoreFolder([
            (["debian 12", "a", "CVE-1"], #"{"Status":99,"Severity":77,"FixedVersion":3}"#),
            (["vulnerability", "x"], "{}"),
        ])
        let candidates = try folder.store().candidates(
            for: [Package(.dpkg, "a")], distro: Distro(family: "debian", version: "12"))
        let advisory = Advisory(id: "CVE-1", source: Advisory.DataSource(id: "", name: "", url: ""))
        #expect(candidates.first?.advisories == [advisory])
    }
}
