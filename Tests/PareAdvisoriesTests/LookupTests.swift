// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareModel
import Testing

@Suite struct LookupTests {
    /// Each advisory is named for its bucket.
    static let root: [String: BoltWriter.Item] = {
        var root: [String: BoltWriter.Item] = [:]
        let systems = [
            "alpine 3.19", "alpine 3.2", "alpine edge", "chainguard", "debian 1", "debian 12", "ubuntu 22.04",
            "ubuntu 22", "wolfi",
        ]
        for bucket in systems { root[bucket] = .packages(["openssl": [bucket: "{}"]]) }
        let feeds = [
            ("npm", "lodash"), ("pip", "typing-extensions"), ("rubygems", "rails"), ("cargo", "regex"),
            ("maven", "org.acme:thing"), ("go", "github.com/Acme/Thing"),
        ]
        for (ecosystem, name) in feeds {
            for feed in ["B", "A", "a"] {
                let bucket = "\(ecosystem)::\(feed)"
                root[bucket] = .packages([name: [bucket: "{}"]])
            }
        }
        root["npmx::A"] = .packages(["lodash": ["npmx": "{}"]])
        return root
    }()

    /// A release as the image says it, and the bucket that it leads to.
    @Test(
        arguments: [
            ("debian", "12.5", nil, ["debian 12"]), ("debian", "12", nil, ["debian 12"]),
            ("debian", "trixie/sid", nil, []), ("debian", "", nil, []), ("debian", "120.1", nil, []),
            ("alpine", "3.19.1", nil, ["alpine 3.19"]), ("alpine", "3.19", nil, ["alpine 3.19"]),
            ("alpine", "3.19_alpha", nil, []), ("alpine", "3.2.0", nil, ["alpine 3.2"]),
            ("alpine", "3.18.4", "3.19", ["alpine 3.19"]), ("alpine", "3.19.1", "edge", ["alpine edge"]),
            ("alpine", "3", nil, []), ("ubuntu", "22.04", nil, ["ubuntu 22.04"]),
            ("wolfi", "20230201", nil, ["wolfi"]), ("chainguard", "20230214", nil, ["chainguard"]),
            ("fedora", "40", nil, []),
        ] as [(String, String, String?, [String])])
    func aReleaseLeadsToItsBucket(
        family: String, version: String, repository: String?, ids: [String]
    ) throws {
        let store = try Self.store()
        let distro = Distro(family: family, version: version)
        let package = Package.named(family == "alpine" ? .apk : .dpkg, "openssl")
        #expect(try store.ids(of: package, distro: distro, repositoryRelease: repository) == ids)
        #expect(try store.ids(of: package) == [])
    }

    @Test(arguments: [
        ("libssl3", "openssl", 1), ("openssl", nil, 1), ("openssl", "", 1), ("openssl", "x", 0),
    ])
    func theSourceIsLookedUp(name: String, source: String?, count: Int) throws {
        let package = Package.named(.dpkg, name, source: source)
        let ids = try Self.store().ids(of: package, distro: Distro(family: "debian", version: "12"))
        #expect(ids.count == count)
    }

    /// Buckets come in the order of their bytes: upper case before lower case.
    @Test(
        arguments: [
            (.npm, "Lodash", "npm"), (.python, "Typing_Extensions", "pip"), (.gem, "rails", "rubygems"),
            (.cargo, "Regex", "cargo"), (.jar, "org.acme:Thing", "maven"),
            (.go, "github.com/Acme/Thing", "go"),
        ] as [(Package.Kind, String, String)])
    func namesAreMadeAlike(kind: Package.Kind, name: String, ecosystem: String) throws {
        let ids = try Self.store().ids(of: .named(kind, name))
        #expect(ids == ["\(ecosystem)::A", "\(ecosystem)::B", "\(ecosystem)::a"])
    }

    @Test(
        arguments: [(.go, "github.com/acme/thing"), (.python, "typing.extensions"), (.npm, "lodas")]
            as [(Package.Kind, String)])
    func otherNamesLeadNowhere(kind: Package.Kind, name: String) throws {
        #expect(try Self.store().ids(of: .named(kind, name)) == [])
    }

    @Test func anAdvisoryIsReadWhole() throws {
        let advisory = """
            {"FixedVersion":"1.2-3","VulnerableVersions":["<1"],"PatchedVersions":[">=1"],
             "UnaffectedVersions":["0"],"Status":3,"Severity":2,"VendorIDs":["DSA-1"]}
            """
        let detail = """
            {"Title":"A title","Description":"Words","Severity":"HIGH","CweIDs":["CWE-79"],
             "VendorSeverity":{"nvd":3,"redhat":2,"odd":99},"References":["https://example.org"],
             "CVSS":{"nvd":{"V3Vector":"CVSS:3.1/AV:N","V3Score":7.5}},
             "PublishedDate":"2026-01-01T00:00:00Z","LastModifiedDate":"2026-01-02T00:00:00Z"}
            """
        let store = try StoreFolder([
            "debian 12": .packages(["a": ["CVE-1": advisory, "CVE-2": "not JSON", "CVE-3": "{}"]]),
            "data-source": .bucket(["debian 12": .text(#"{"ID":"d","Name":"N","URL":"u"}"#)]),
            "vulnerability": .bucket(["CVE-1": .text(detail), "CVE-3": .text("[")]),
        ])
        let candidates = try AdvisoryStore(at: store.path + "/trivy.db")
            .candidates(for: [.named(.dpkg, "a")], distro: Distro(family: "debian", version: "12"))
        let found = try #require(candidates.first).advisories
        #expect(found.map(\.id) == ["CVE-1", "CVE-3"])
        #expect(found[0].fixedVersion == "1.2-3" && found[0].vulnerableVersions == ["<1"])
        #expect(found[0].patchedVersions == [">=1"] && found[0].unaffectedVersions == ["0"])
        #expect(found[0].severity == .medium && found[0].vendorIDs == ["DSA-1"])
        #expect(found[0].source.id == "d" && found[0].source.name == "N" && found[0].source.url == "u")
        let read = try #require(found[0].detail)
        #expect(read.title == "A title" && read.severity == .high && read.weaknesses == ["CWE-79"])
        #expect(read.vendorSeverities == ["nvd": .high, "redhat": .medium])
        #expect(read.cvss["nvd"]?.v3Score == 7.5 && read.published == "2026-01-01T00:00:00Z")
        #expect(found[1].fixedVersion == "" && found[1].detail == nil)
    }

    static func store() throws -> AdvisoryStore {
        let folder = try StoreFolder(root)
        return try AdvisoryStore(at: folder.path + "/trivy.db")
    }
}
