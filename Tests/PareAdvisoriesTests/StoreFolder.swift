// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareModel

/// A folder like Trivy's `db`, written for a test.
struct StoreFolder {
    let scratch: ScratchFolder
    var path: String { scratch.path }

    static let metadata = #"{"Version":2,"UpdatedAt":"2026-01-02T03:04:05Z"}"#

    /// Records are the bucket's path with the key, and a text for JSON; the part `db/` makes a cache folder of it.
    init(
        _ records: [([String], String)] = Self.sample, metadata: String? = Self.metadata, part: String = ""
    ) throws {
        scratch = try ScratchFolder()
        let folder = scratch.path + "/" + part
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try writeFile(Self.dataBase(records), to: folder + "trivy.db")
        if let metadata { try writeFile(Array(metadata.utf8), to: folder + "metadata.json") }
    }

    /// The store of the folder; what is open stays there when the folder is gone.
    func store() throws -> AdvisoryStore {
        try withExtendedLifetime(self) { try AdvisoryStore(trivyAt: path) }
    }

    func replace(_ name: String, with bytes: [UInt8]) throws {
        try writeFile(bytes, to: "\(path)/\(name)", replacing: true)
    }

    static func dataBase(_ records: [([String], String)]) throws -> [UInt8] {
        var writer = BoltWriter()
        let sorted = records.sorted { left, right in
            left.0.lexicographicallyPrecedes(right.0) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        for (path, text) in sorted {
            try writer.put(Array(text.utf8), for: path.last ?? "", in: path.dropLast())
        }
        return try writer.finish()
    }

    static let sample: [([String], String)] =
        [
            (["debian 12", "glibc", "CVE-1"], #"{"FixedVersion":"2.36-9","VendorIDs":["DSA-1"]}"#),
            (["debian 12", "glibc", "CVE-2"], #"{"Severity":1,"Status":5}"#),
            (["debian 13", "glibc", "CVE-3"], #"{"Status":2}"#),
            (["ubuntu 22.04", "glibc", "CVE-4"], #"{"FixedVersion":"2"}"#),
            (["alpine 3.19", "openssl", "CVE-5"], #"{"FixedVersion":"3"}"#),
            (["alpine edge", "openssl", "CVE-6"], #"{"FixedVersion":"3"}"#),
            (["wolfi", "openssl", "CVE-7"], #"{"FixedVersion":"3"}"#),
            (["chainguard", "openssl", "CVE-8"], #"{"FixedVersion":"3"}"#),
            (["npm::A", "@scope/name", "CVE-9"], #"{"VulnerableVersions":["<2"],"PatchedVersions":["2"]}"#),
            (["npm::B", "@scope/name", "CVE-9"], #"{"VulnerableVersions":["<3"]}"#),
            (
                ["npm::B", "@scope/name", "CVE-10"],
                #"{"VulnerableVersions":[">=0"],"UnaffectedVersions":["1.5"]}"#
            ),
            (["npmx::A", "@scope/name", "CVE-11"], #"{"VulnerableVersions":[">=0"]}"#),
            (["pip::A", "zope.interface-x", "CVE-12"], #"{"VulnerableVersions":["<2"]}"#),
            (["go::A", "example.com/Mod", "CVE-13"], #"{"VulnerableVersions":["<2"]}"#),
            (["rubygems::A", "rack", "CVE-14"], #"{"VulnerableVersions":["<2"]}"#),
            (["cargo::A", "smallvec", "CVE-15"], #"{"VulnerableVersions":["<2"]}"#),
            (["maven::A", "org.x:lib", "CVE-16"], #"{"VulnerableVersions":["<2"]}"#),
            (["data-source", "debian 12"], #"{"ID":"debian","Name":"Debian","URL":"https://a"}"#),
            (["data-source", "npm::B"], #"{"ID":"ghsa","Name":"GitHub","URL":"https://b"}"#),
            (["vulnerability", "CVE-1"], detail),
            (["vulnerability", "CVE-2"], #"{"Severity":"HIGH"}"#),
        ]

    static let detail = """
        {"Title":"T","Description":"D","Severity":"CRITICAL","CweIDs":["CWE-1"],"VendorSeverity":{"nvd":4,"redhat":2,"x":9},
         "CVSS":{"nvd":{"V2Vector":"AV:N","V2Score":5,"V3Vector":"CVSS:3.1/AV:N","V3Score":9.8}},
         "References":["https://c"],"PublishedDate":"2024-01-01T00:00:00Z","LastModifiedDate":"2024-02-01T00:00:00Z"}
        """
}

extension Package {
    init(_ kind: Kind, _ name: String, _ version: String = "1", source: Source? = nil) {
        self.init(
            kind, name: name, version: version, source: source, evidence: Evidence(path: "etc/file", layer: 0)
        )
    }
}

extension AdvisoryStore {
    /// Candidates with what is known of their vulnerabilities.
    func detailed(
        _ packages: [Package], distro: Distro?, repositoryRelease: String? = nil
    ) throws -> [Candidate] {
        let candidates = try candidates(
            for: packages, distro: distro, repositoryRelease: repositoryRelease)
        let details = try details()
        return try candidates.map { candidate in
            let advisories = try candidate.advisories.map {
                $0.with(try details.detail(of: $0, on: candidate.package))
            }
            return Candidate(package: candidate.package, advisories: advisories)
        }
    }

    /// The ids that a package leads to.
    func ids(
        _ package: Package, _ family: String = "", _ version: String = "", repositories: String? = nil
    ) throws -> [String] {
        let distro = family.isEmpty ? nil : Distro(family: family, version: version)
        return try detailed([package], distro: distro, repositoryRelease: repositories)
            .flatMap(\.advisories).map(\.id)
    }
}
