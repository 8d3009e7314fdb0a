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
        /// Whether the Java index is fetched; it is kept up to date where it is there, and fetched where a scan missed it.
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
        let isPlain = wishes.releaseLines == nil && wishes.osv.isEmpty
        if isPlain {
            var fetch = try DatabaseFetch(.advisories, from: wishes.repositories)
            (fetch.pinned, fetch.force) = (wishes.pinned, wishes.force)
            lines.append(try await run(fetch, named: wishes.repositories, in: setup))
        }
        if wishes.takesJava || isPlain && setup.hasJavaIndex {
            lines.append(try await fetchJavaIndex(in: setup))
        } else if isPlain, setup.missesJavaIndex {
            lines.append(try await fetchMissedJavaIndex(in: setup))
        }
        if !wishes.osv.isEmpty {
            let update = try OSVUpdate(wishes.osv, at: wishes.osvAddress)
            lines.append(try await update.run(in: setup))
        }
        return lines.joined(separator: "\n")
    }

    private func fetchJavaIndex(in setup: Setup) async throws -> String {
        var fetch = try DatabaseFetch(.java, from: wishes.javaRepositories)
        fetch.force = wishes.force
        let words = try await run(fetch, named: wishes.javaRepositories, in: setup)
        setup.removeJavaIndexMark()
        return words
    }

    /// Nobody has asked for it in words: advisories that came are no failure without it, and who names a repository for them
    /// may not want another to be spoken with.
    private func fetchMissedJavaIndex(in setup: Setup) async throws -> String {
        guard wishes.repositories.isEmpty || !wishes.javaRepositories.isEmpty else {
            return
                "a scan missed the Java index: name its repository too with '--java-db-repository', or say '--java'"
        }
        setup.progress.report(.note("a scan met jars that only the Java index can name; it is fetched too"))
        do {
            return try await fetchJavaIndex(in: setup)
        } catch let error as any Explained {
            return "the Java index, which a scan missed, was not fetched: \(error.problem)"
        }
    }

    /// What the user says to convince registries is for those that the user names.
    private func run(_ fetch: DatabaseFetch, named: [String], in setup: Setup) async throws -> String {
        let registries = named.isEmpty ? [] : fetch.repositories.map(\.registry)
        return try await setup.withRegistries(for: Set(registries)) { client in
            try await fetch.run(in: setup, with: client)
        }
    }
}
