// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// The local data base of advisories, in Trivy's format: read in place, never written here.
///
/// Root buckets are named for a distribution's release (`debian 12`) or an ecosystem and its feed
/// (`npm::GitHub Security Advisory npm`); each holds a bucket for each package, which holds id → advisory.
///
/// - SeeAlso: trivy-db, `pkg/db/db.go` and `pkg/types/types.go`.
package struct AdvisoryStore: Sendable {
    private let bolt: BoltFile
    /// Node.js's own advisories, which Trivy's data base does not have.
    private let runtime: BoltFile
    private let file: String
    private let name: String
    private let updated: String

    init(_ bolt: BoltFile, runtime: BoltFile, file: String, name: String, updated: String) {
        self.bolt = bolt
        self.runtime = runtime
        self.file = file
        self.name = name
        self.updated = updated
    }

    /// Which data this is, from when, and how much.
    package func facts() throws -> StoreFacts {
        try explaining {
            var count = 0
            try bolt.forEach(in: bolt.root) { key, item throws(BoltFile.Malformed) in
                if case .bucket(let bucket) = item, key != "vulnerability", key != "data-source" {
                    count += try bolt.valueCount(in: bucket)
                }
                return true
            }
            return StoreFacts(name: name, updated: updated, advisoryCount: count)
        }
    }

    /// Packages beside the advisories that their names lead to.
    ///
    /// `repositoryRelease` is the release of an Alpine image's repositories, where it is another than the image's.
    package func candidates(
        for packages: [Package], distro: Distro?, repositoryRelease: String? = nil
    ) throws -> [Candidate] {
        var lookup = AdvisoryLookup(bolt)
        var runtimeLookup = AdvisoryLookup(runtime)
        return try explaining {
            try packages.compactMap { package in
                let keys = package.lookupKeys(distro: distro, repositoryRelease: repositoryRelease)
                guard let keys else { return nil }
                let advisories =
                    package.kind == .node
                    ? try runtimeLookup.advisories(keys) : try lookup.advisories(keys)
                return advisories.isEmpty ? nil : Candidate(package: package, advisories: advisories)
            }
        }
    }

    /// Turns what was found wrong with the file into an error that names the file.
    private func explaining<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as BoltFile.Malformed {
            throw AdvisoryError.corrupt(file: file, reason: "\(error.reading) at byte \(error.offset)")
        }
    }
}

/// Where the advisories of a package stand.
struct LookupKeys: Hashable {
    enum Buckets: Hashable {
        case exactly(String)
        case prefixed(String)
    }
    let buckets: Buckets
    let name: String
}

extension Package {
    /// `nil` where no bucket speaks of such packages.
    ///
    /// - SeeAlso: trivy, `pkg/detector/ospkg/*` and `NormalizePkgName` of trivy-db's `pkg/vulnsrc/vulnerability`.
    fileprivate func lookupKeys(distro: Distro?, repositoryRelease: String?) -> LookupKeys? {
        func language(_ prefix: String, _ name: String) -> LookupKeys {
            LookupKeys(buckets: .prefixed(prefix + "::"), name: name)
        }
        switch kind {
        case .dpkg, .apk:
            guard let bucket = distro?.bucket(repositoryRelease: repositoryRelease) else { return nil }
            return LookupKeys(
                buckets: .exactly(bucket), name: source.map(\.name).flatMap { $0.isEmpty ? nil : $0 } ?? name)
        case .npm: return language("npm", name.lowercased())
        case .python: return language("pip", String(name.lowercased().map { $0 == "_" ? "-" : $0 }))
        case .gem: return language("rubygems", name.lowercased())
        case .go: return language("go", name)
        case .cargo: return language("cargo", name.lowercased())
        case .jar: return language("maven", name.lowercased())
        case .node: return language("node-core", name)
        }
    }
}

extension Distro {
    /// `debian 12`; `nil` for a release without advisories of its own, such as `trixie/sid`.
    fileprivate func bucket(repositoryRelease: String?) -> String? {
        let parts = (repositoryRelease ?? version).split(separator: ".", omittingEmptySubsequences: false)
        switch family {
        case "debian": return parts.first.map { "debian \($0)" }
        case "alpine": return "alpine " + parts.prefix(2).joined(separator: ".")
        case "ubuntu": return "ubuntu \(version)"
        case "wolfi", "chainguard": return family
        default: return nil
        }
    }
}
