// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
public import PareModel
import PareNetwork

/// Brings the data that pare judges by up to date.
public struct UpdateDatabase: Sendable {
    private let wishes: Wishes

    /// What to update, and from where.
    public struct Wishes: Sendable {
        /// A table's path or `https` address.
        public var releaseLines: String?
        /// Where Trivy's data base is, in the order they are tried; none for the public ones.
        public var repositories: [String] = []
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
        if wishes.releaseLines == nil {
            var fetch = try DatabaseFetch(.advisories, from: wishes.repositories)
            (fetch.pinned, fetch.force) = (wishes.pinned, wishes.force)
            lines.append(try await setup.withRegistryClient { try await fetch.run(in: setup, with: $0) })
        }
        return lines.joined(separator: "\n")
    }
}

extension Setup {
    func withRegistryClient<Value>(_ work: (RegistryClient) async throws -> Value) async throws -> Value {
        try await withTransport { try await work(RegistryClient($0, credentials: NoCredentials())) }
    }
}
