// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
public import PareModel

/// Brings the data that pare judges by up to date.
public struct UpdateDatabase: Sendable {
    private let wishes: Wishes

    /// What to update, and from where.
    public struct Wishes: Sendable {
        /// A table's path or `https` address.
        public var releaseLines: String?
        /// Where Trivy's data base is, in the order they are tried; none for the public ones.
        public var repositories: [String] = []
        /// Of the Java index, likewise.
        public var javaRepositories: [String] = []
        /// Whether the Java index is fetched; it is kept up to date where it is there.
        public var takesJava = false
        /// Ecosystems whose advisories are taken from OSV: `Debian:12`, `npm`.
        public var osv: [String] = []
        /// Where OSV's archives are: `ADDRESS/npm/all.zip`; `nil` for the public place.
        public var osvAddress: String?
        /// The digest of the artifact to take, whatever its age.
        public var pinned: Digest?
        /// Whether older data may take the place of newer ones, and fresh ones are fetched again.
        public var force = false

        public init() {}
    }

    public init(_ wishes: Wishes) { self.wishes = wishes }

    /// What was done, for a person, a line for each of the data.
    ///
    /// - Throws: ``UpdateError`` and others; the data that were there are then as they were.
    public func run(in setup: Setup) async throws -> String {
        var lines: [String] = []
        if let place = wishes.releaseLines {
            lines.append(try await ReleaseLinesUpdate(place: place, takesOlder: wishes.force).run(in: setup))
        }
        if wishes.releaseLines == nil, wishes.osv.isEmpty {
            var fetch = try DatabaseFetch(.advisories, from: wishes.repositories)
            (fetch.pinned, fetch.force) = (wishes.pinned, wishes.force)
            lines.append(try await run(fetch, named: wishes.repositories, in: setup))
        }
        if wishes.takesJava || lines.isEmpty == false && wishes.releaseLines == nil && setup.hasJavaIndex {
            var fetch = try DatabaseFetch(.java, from: wishes.javaRepositories)
            fetch.force = wishes.force
            lines.append(try await run(fetch, named: wishes.javaRepositories, in: setup))
        }
        if !wishes.osv.isEmpty {
            let update = try OSVUpdate(wishes.osv, at: wishes.osvAddress)
            lines.append(try await update.run(in: setup))
        }
        return lines.joined(separator: "\n")
    }

    /// What the user says to convince registries is for those that the user names.
    private func run(_ fetch: DatabaseFetch, named: [String], in setup: Setup) async throws -> String {
        let registries = named.isEmpty ? [] : fetch.repositories.map(\.registry)
        return try await setup.withRegistries(for: Set(registries)) { client in
            try await fetch.run(in: setup, with: client)
        }
    }
}

extension Setup {
    fileprivate var hasJavaIndex: Bool {
        cacheFolder.map { fileExists("\($0)/\(DatabaseKind.java.folder)/\(DatabaseKind.java.file)") } ?? false
    }
}
