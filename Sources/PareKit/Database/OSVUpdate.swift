// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes
import PareModel
import PareNetwork

/// Puts OSV's advisories of some ecosystems in the place of those that the data in use have.
///
/// What the data say of everything else stays: they are the ones that a scan would use, be they pare's, Trivy's or on board.
struct OSVUpdate: Sendable {
    private let ecosystems: [FeedEcosystem]
    private let address: String

    static let publicAddress = "https://osv-vulnerabilities.storage.googleapis.com"
    /// Of one archive, in bytes; in 2026 the longest is npm's, of 0.2 GB.
    private static let sizeLimit: Int64 = 4 << 30

    /// - Throws: ``ImportError/unknownEcosystem(_:)``.
    init(_ names: [String], at address: String?) throws {
        var ecosystems: [FeedEcosystem] = []
        for name in names {
            let ecosystem = try FeedEcosystem(name)
            if !ecosystems.contains(ecosystem) { ecosystems.append(ecosystem) }
        }
        self.ecosystems = ecosystems
        let address = address ?? Self.publicAddress
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
    }

    /// What was done, for a person, a line for each ecosystem.
    ///
    /// - Throws: ``UpdateError``, ``NetworkError``, ``ImportError`` and others; the data that were there are then as they were.
    func run(in setup: Setup) async throws -> String {
        guard let cache = setup.cacheFolder else { throw UpdateError.noCache }
        if setup.network.isOffline { throw NetworkError.offline(url: address) }
        try setup.checkSecure(address, orFile: false)
        makeFolders(cache)
        return try await holdingLock(
            "\(cache)/\(DatabaseKind.advisories.folder).lock",
            waiting: { setup.progress.report(.note("another run is updating; waiting for it")) }
        ) {
            StoreDraft.removeLeftovers(of: .advisories, in: cache)
            let scratch = try ScratchFolder(in: cache, name: ".\(DatabaseKind.advisories.folder)")
            defer { scratch.remove() }
            let archives = try await setup.withTransport { transport in
                var archives: [Archive] = []
                for ecosystem in ecosystems {
                    archives.append(try await fetch(ecosystem, to: scratch, in: setup, with: transport))
                }
                return archives
            }
            let draft = try StoreDraft(.advisories, in: cache)
            defer { draft.remove() }
            return try await setup.step("merge") { try await merge(archives, into: draft, in: setup) }.value
        }
    }

    /// An ecosystem's archive, as a file.
    private struct Archive: Sendable {
        let ecosystem: FeedEcosystem
        let address: String
        let file: MappedFile
    }

    private func fetch(
        _ ecosystem: FeedEcosystem, to scratch: ScratchFolder, in setup: Setup, with transport: Transport
    ) async throws -> Archive {
        let url = "\(address)/\(ecosystem.name)/all.zip"
        return try await setup.step("fetch OSV's \(ecosystem.name)") {
            let place = "\(scratch.path)/\(ecosystem.name)"
            let file = try await transport.download(url, limit: Self.sizeLimit) { try GrowingFile(place) }
            return Archive(ecosystem: ecosystem, address: url, file: try file.mapped())
        }.value
    }

    private func merge(
        _ archives: [Archive], into draft: StoreDraft, in setup: Setup
    ) async throws -> String {
        let now = rfc3339(setup.clock())
        let base = try AdvisoryStore.place(nil, environment: setup.environment)
        let environment = setup.environment
        return try await onOwnThread { interruption in
            let store = try AdvisoryStore.locate(nil, environment: environment)
            var imports: [(ecosystem: FeedEcosystem, advisories: ImportedAdvisories)] = []
            var words: [String] = []
            var additions: [StoreSource.Addition] = []
            for archive in archives {
                let taken = try OSVImporter().advisories(in: archive.file, of: archive.ecosystem)
                imports.append((archive.ecosystem, taken))
                words.append("OSV's \(archive.ecosystem.name): \(taken.counts.words)")
                additions.append(
                    StoreSource.Addition(
                        ecosystem: archive.ecosystem.name, address: archive.address,
                        digest: try SHA256.digest(of: archive.file), downloaded: now))
            }
            try store.write(to: draft.file, replacing: imports)
            try draft.describe(merging: additions, over: store, in: base)
            _ = try draft.check()
            guard !interruption.isSet else { throw CancellationError() }
            try draft.publish()
            return words.joined(separator: "\n")
        }
    }
}

extension ImportedAdvisories.Counts {
    /// `12 records; left out: 3 withdrawn`.
    fileprivate var words: String {
        let others = [
            (withdrawn, "withdrawn"), (malware, "about malware"), (malformed, "malformed"),
            (elsewhere, "of other releases or without versions"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(taken) records" + (others.isEmpty ? "" : "; left out: " + others.joined(separator: ", "))
    }
}
