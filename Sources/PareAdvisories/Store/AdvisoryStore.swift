// SPDX-License-Identifier: Apache-2.0
package import PareBytes
package import PareModel

/// The local data base of advisories, in Trivy's format: read in place, never written here.
///
/// What it says of packages is Trivy's; the advisories of the Node.js runtime itself, which Trivy's data base lacks, always
/// come from the data on board.
///
/// ```swift
/// let store = try AdvisoryStore.locate(nil, environment: environment)
/// let candidates = try store.candidates(for: packages, distro: distro, repositoryRelease: nil)
/// let detail = try store.details().detail(of: candidates[0].advisories[0], on: candidates[0].package)
/// ```
package struct AdvisoryStore: Sendable {
    let bolt: BoltFile
    let runtime: BoltFile
    private let name: String
    private let updated: String

    /// - Throws: ``AdvisoryError/corrupt(file:reason:)`` for a file of another kind.
    init(_ bolt: BoltFile, name: String, updated: String) throws {
        self.bolt = bolt
        runtime = try Snapshot.runtime()
        self.name = name
        self.updated = updated
        try explaining {
            guard try bolt.bucket(["vulnerability"]) != nil else {
                throw AdvisoryError.corrupt(file: bolt.path, reason: "it has no bucket 'vulnerability'")
            }
        }
    }

    /// Which data this is, from when, and how many advisories, those of Node.js itself included.
    ///
    /// They are counted when this is called, by the pages' own counts: a millisecond for the data on board, and a part of a
    /// second for all that Trivy's feed has.
    ///
    /// - Throws: ``AdvisoryError``.
    package func facts() throws -> StoreFacts {
        let count = try explaining { try Self.advisoryCount(of: bolt) + Self.advisoryCount(of: runtime) }
        return StoreFacts(name: name, updated: updated, advisoryCount: count)
    }

    /// Of the file with what it says of packages, or of the data on board as they are when unpacked.
    ///
    /// - Throws: ``FileError``.
    package func digest() throws(FileError) -> Digest { try bolt.digest() }

    private static func advisoryCount(of bolt: BoltFile) throws -> Int {
        try bolt.root.entries().filter { !otherBuckets.contains($0.key) }
            .reduce(0) { try $0 + ($1.bucket?.count(below: 1) ?? 0) }
    }

    /// How many advisories there are of each distribution and language, by name: `debian`, `npm`.
    ///
    /// - Throws: ``AdvisoryError``.
    package func ecosystems() throws -> [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        try explaining {
            for bolt in [bolt, runtime] {
                for entry in try bolt.root.entries() where !Self.otherBuckets.contains(entry.key) {
                    // `debian 12`, `npm::GitHub Security Advisory npm`.
                    let name = entry.key.prefix { $0 != " " && $0 != ":" }
                    counts[String(name), default: 0] += try entry.bucket?.count(below: 1) ?? 0
                }
            }
        }
        return counts.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    }

    /// Root buckets that do not hold advisories by package.
    private static let otherBuckets: Set = ["vulnerability", "data-source", "Red Hat CPE"]

    /// Packages beside the advisories that their names lead to, without ``details()``; those without any are left out.
    ///
    /// Advisories come in the byte order of their sources, so that of two with one id the later counts, as in Trivy.
    ///
    /// `repositoryRelease` is the release of an Alpine image's repositories, where it is another than the image's: `3.20`,
    /// `edge`.  A data base that is found to be damaged is an ``AdvisoryError``.
    package func candidates(
        for packages: [Package], distro: Distro?, repositoryRelease: String? = nil
    ) throws -> [Candidate] {
        let release = Release(distro: distro, repositoryRelease: repositoryRelease)
        let places = packages.map { LookupPlace($0, release: release) }
        let found = try explaining {
            try bolt.checkLength()
            return try advisories(at: places.compactMap(\.self))
        }
        return zip(packages, places).compactMap { package, place in
            guard let advisories = place.flatMap({ found[$0] }), !advisories.isEmpty else { return nil }
            return Candidate(package: package, advisories: advisories)
        }
    }

    /// By place, each once: many packages are built from one source.  Places with none are left out.
    private func advisories(at places: [LookupPlace]) throws -> [LookupPlace: [Advisory]] {
        var seen: Set<LookupPlace> = []
        let piles = try places.filter { seen.insert($0).inserted }.inParts { places in
            var lookup = try AdvisoryLookup(bolt)
            var runtimeLookup = try AdvisoryLookup(runtime)
            return try places.flatMap { place in
                try place.isOfRuntime ? runtimeLookup.piles(at: place) : lookup.piles(at: place)
            }
        }
        let read = try piles.inParts { piles in try piles.map { ($0.place, try $0.advisories()) } }
        return read.reduce(into: [:]) { $0[$1.0, default: []] += $1.1 }
    }

    /// What is known of the vulnerabilities themselves.
    ///
    /// - Throws: ``AdvisoryError``.
    package func details() throws -> AdvisoryDetails {
        try explaining {
            try bolt.checkLength()
            return AdvisoryDetails(
                of: self, feeds: try bolt.bucket(["vulnerability"]),
                runtime: try runtime.bucket(["vulnerability"]))
        }
    }

    /// Turns what was found wrong with the file into an error of this module; what goes wrong in writing another stays as it is.
    func explaining<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as BoltError where error.isOfReading {
            throw AdvisoryError(error, in: bolt.path)
        } catch FileError.changed {
            let reason = "another program cut it off while it was read"
            throw AdvisoryError.corrupt(file: bolt.path, reason: reason)
        }
    }
}
