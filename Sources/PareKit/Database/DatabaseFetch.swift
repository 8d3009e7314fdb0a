// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareArchive
import PareBytes
import PareImage
import PareModel
import PareNetwork

/// Fetches one of Trivy's data bases into pare's cache, from the first repository that gives it.
struct DatabaseFetch: Sendable {
    let kind: DatabaseKind
    /// In the order they are tried.
    let repositories: [ImageReference]
    /// The digest of the artifact to take, whatever its age.
    var pinned: Digest?
    /// Whether fresh data are fetched again.
    var force = false

    private static let patience = Duration.seconds(20)

    /// The public copies of the data base.
    static func publicRepositories(of kind: DatabaseKind) -> [String] {
        let name = kind == .advisories ? "trivy-db" : "trivy-java-db"
        return [
            "mirror.gcr.io/aquasec/\(name)", "ghcr.io/aquasecurity/\(name)",
            "public.ecr.aws/aquasecurity/\(name)",
        ]
    }

    /// Names without a tag get the schema's version, as in Trivy.
    ///
    /// - Throws: ``ReferenceError``.
    init(_ kind: DatabaseKind, from names: [String]) throws(ReferenceError) {
        self.kind = kind
        var repositories: [ImageReference] = []
        for name in names.isEmpty ? Self.publicRepositories(of: kind) : names {
            let reference = try ImageReference(name)
            let isTagged = name.split(separator: "/").last?.contains { $0 == ":" || $0 == "@" } ?? false
            repositories.append(
                isTagged
                    ? reference
                    : ImageReference(
                        registry: reference.registry, repository: reference.repository, tag: "\(kind.schema)")
            )
        }
        self.repositories = repositories
    }

    /// What was done, for a person.
    ///
    /// - Throws: ``UpdateError`` and others; the data that were there are then as they were.
    func run(in setup: Setup, with client: RegistryClient) async throws -> String {
        guard let cache = setup.cacheFolder else { throw UpdateError.noCache }
        if setup.network.isOffline { throw NetworkError.offline(url: repositories.first?.description ?? "") }
        makeFolders(cache)
        return try await holdingLock(
            "\(cache)/\(kind.folder).lock",
            waiting: { setup.progress.report(.note("another run is updating; waiting for it")) }
        ) {
            StoreDraft.removeLeftovers(of: kind, in: cache)
            if let words = try wordsIfFresh(cache, in: setup) { return words }
            let draft = try StoreDraft(kind, in: cache)
            defer { draft.remove() }
            let (repository, metadata) = try await fetch(into: draft, in: setup, with: client)
            let additions = StoreSource(in: "\(cache)/\(kind.folder)")?.additions ?? []
            try draft.publish()
            let lost = additions.map { "OSV's \($0.ecosystem)" }.joined(separator: ", ")
            return "\(kind.words) of \(metadata.updatedAt.prefix { $0 != "T" }), from \(repository)"
                + (lost.isEmpty ? "" : ", in place of data with \(lost)")
        }
    }

    /// What to say where nothing needs to be fetched.
    ///
    /// - Throws: ``AdvisoryError/otherSchema(file:version:expected:)`` for data of a newer schema, as in Trivy.
    private func wordsIfFresh(_ cache: String, in setup: Setup) throws -> String? {
        let folder = "\(cache)/\(kind.folder)"
        guard fileExists("\(folder)/\(kind.file)"), let metadata = try? StoreMetadata(in: folder) else {
            return nil
        }
        if metadata.version > kind.schema {
            throw AdvisoryError.otherSchema(
                file: folder + "/metadata.json", version: metadata.version, expected: kind.schema)
        }
        if force { return nil }
        if let pinned {
            guard StoreSource.verified(in: folder, of: kind)?.manifest == pinned else { return nil }
            return "the \(kind.words) are those of \(pinned) already"
        }
        let now = setup.clock()
        guard metadata.isFresh(at: now), (try? kind.check(in: folder)) != nil else { return nil }
        let (verb, newer) = kind == .java ? ("is", "a newer one is") : ("are", "newer ones are")
        return "the \(kind.words) of \(metadata.updatedAt) \(verb) fresh: "
            + (metadata.isDue(at: now)
                ? "fetched at \(metadata.downloadedAt), less than an hour ago; '--force' fetches again"
                : "\(newer) due at \(metadata.nextUpdate)")
    }

    /// Tries one repository after another; data that lie about themselves end the search.
    private func fetch(
        into draft: StoreDraft, in setup: Setup, with client: RegistryClient
    ) async throws -> (ImageReference, StoreMetadata) {
        var reasons: [String] = []
        for (index, reference) in repositories.enumerated() {
            // Where there is another to ask, a crowded one is not waited for as long as otherwise.
            let deadline = index < repositories.count - 1 ? Deadline(after: Self.patience) : nil
            let wanted = pinned.map {
                ImageReference(registry: reference.registry, repository: reference.repository, digest: $0)
            }
            do {
                return try await setup.step("fetch \(wanted ?? reference)") {
                    (
                        reference,
                        try await fetch(
                            wanted ?? reference, until: deadline, into: draft, in: setup, with: client)
                    )
                }.value
            } catch let error as any Explained where Self.isOfTheWay(error) {
                reasons.append("'\(reference)': \(error.problem)")
                setup.progress.report(.note("\(reference): \(error.problem)"))
                draft.clear()
            } catch let error as any Explained where !(error is FileError || error is NetworkError) {
                throw UpdateError.notTheData(repository: "\(wanted ?? reference)", reason: error.problem)
            }
        }
        throw UpdateError.noneGave(what: kind.words, reasons)
    }

    private func fetch(
        _ reference: ImageReference, until deadline: Deadline?, into draft: StoreDraft, in setup: Setup,
        with client: RegistryClient
    ) async throws -> StoreMetadata {
        let manifest = try await client.manifest(reference, until: deadline)
        guard pinned == nil || manifest.descriptor.digest == pinned else {
            throw AdvisoryError.notAnArtifact(reason: "its digest is \(manifest.descriptor.digest)")
        }
        let artifact = try DatabaseArtifact(manifest, of: kind)
        let stream = client.blobStream(artifact.layer, of: reference)
        let downloaded = rfc3339(setup.clock())
        return try await onOwnThread { _ in
            let content = try unpack(stream, artifact.layer.digest, of: reference, into: draft)
            var metadata = try draft.check()
            metadata.downloadedAt = downloaded
            let source = StoreSource(
                repository: "\(reference.name)\(reference.tag.map { ":" + $0 } ?? "")",
                manifest: artifact.manifest, layer: artifact.layer.digest, content: content,
                downloaded: downloaded)
            try draft.describe(metadata, source)
            return metadata
        }
    }

    /// Unpacks a layer while it comes, and reads it to its end, where it shows whether it is what its digest says.
    private func unpack(
        _ stream: any BlobStream, _ digest: Digest, of reference: ImageReference, into draft: StoreDraft
    ) throws -> Digest {
        let layer = VerifyingSource(try stream.open(), digest, of: reference)
        do {
            let content = try draft.unpack(GzipSource(layer, limit: kind.outputLimit))
            try layer.drain()
            return content
        } catch let error as ArchiveError {
            // Broken bytes are mostly other bytes than the ones that were meant; that is the better thing to say.
            if case .bomb = error { throw error }
            try layer.drain()
            throw error
        }
    }

    /// Whether another repository may give what this one did not: it was not reached, or refused.
    private static func isOfTheWay(_ error: any Explained) -> Bool {
        switch error {
        case let error as NetworkError:
            switch error {
            case .offline, .badSetting: false
            default: true
            }
        case let error as RegistryError:
            switch error {
            case .notFound, .unauthorised, .forbidden, .rateLimited, .server, .refused, .tokenService: true
            default: false
            }
        default: false
        }
    }
}
