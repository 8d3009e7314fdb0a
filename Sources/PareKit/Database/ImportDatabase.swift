// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareArchive
import PareBytes
import PareDockerfile
import PareModel

/// Puts the data of a file that `pare db export` has written into pare's cache.
public struct ImportDatabase: Sendable {
    private let file: String
    private let takesOlder: Bool

    /// `takesOlder` lets the data be older than the ones that are there.
    public init(file: String, takesOlder: Bool) {
        self.file = file
        self.takesOlder = takesOlder
    }

    /// What was taken, for a person.
    ///
    /// - Throws: ``UpdateError`` and others; the data that were there are then as they were.
    public func run(in setup: Setup) async throws -> String {
        guard let cache = setup.cacheFolder else { throw UpdateError.noCache }
        makeFolders(cache)
        let waiting = { setup.progress.report(.note("another run is updating; waiting for it")) }
        return try await holdingLock("\(cache)/\(DatabaseKind.advisories.folder).lock", waiting: waiting) {
            try await holdingLock("\(cache)/\(DatabaseKind.java.folder).lock", waiting: waiting) {
                for kind in DatabaseKind.allCases { StoreDraft.removeLeftovers(of: kind, in: cache) }
                let unpacked = try await unpack(into: cache, in: setup)
                defer { for draft in unpacked.drafts { draft.remove() } }
                return try take(unpacked, cache, in: setup)
            }
        }
    }

    /// What came out of the file, verified and not yet in anyone's place.
    fileprivate struct Unpacked: Sendable {
        var drafts: [StoreDraft] = []
        var releaseLines: [UInt8]?
    }

    private func unpack(into cache: String, in setup: Setup) async throws -> Unpacked {
        let file = file
        do {
            return try await setup.step("read \(file)") {
                try await inBackground { try Self.unpack(file, into: cache, $0) }
            }.value
        } catch let error as ArchiveError {
            throw UpdateError.badExport(file: file, reason: error.problem)
        } catch let error as AdvisoryError {
            throw UpdateError.badExport(file: file, reason: error.problem)
        }
    }

    private static func unpack(
        _ name: String, into cache: String, _ isCancelled: () -> Bool
    ) throws -> Unpacked {
        let file = try MappedFile(name)
        guard case .zstd = try Compression(of: file, in: 0..<file.count) else {
            throw UpdateError.badExport(file: name, reason: "it is not packed by zstd")
        }
        var tar = TarStream(ZstdSource(FileSource(file)))
        guard let first = try tar.next(), tar.path == Array(ExportedData.listName.utf8), first.kind == .file,
            let bytes = try tar.content(of: first, limit: ExportedData.listLimit)
        else { throw UpdateError.badExport(file: name, reason: "it does not begin with a list of its files") }
        let list = try ExportedData(bytes, in: name)
        var unpacked = Unpacked()
        for wanted in list.files {
            if isCancelled() { throw CancellationError() }
            guard let entry = try tar.next(), entry.kind == .file, tar.path == Array(wanted.path.utf8),
                entry.size == wanted.size, !entry.isSparse
            else {
                throw UpdateError.badExport(file: name, reason: "'\(wanted.path)' is not where its list says")
            }
            let digest = try unpacked.take(wanted, from: tar, cache)
            guard digest == wanted.digest else {
                throw UpdateError.badExport(file: name, reason: "'\(wanted.path)' is damaged")
            }
        }
        guard try tar.next() == nil else {
            throw UpdateError.badExport(file: name, reason: "it has more than its list says")
        }
        _ = try tar.finish()
        for draft in unpacked.drafts { _ = try draft.check() }
        return unpacked
    }

    /// Gives everything its place.
    fileprivate func take(_ unpacked: Unpacked, _ cache: String, in setup: Setup) throws -> String {
        var words: [String] = []
        var left: [String] = []
        var taken: [StoreDraft] = []
        for draft in unpacked.drafts {
            let metadata = try StoreMetadata(in: draft.folder)
            let what = "\(draft.kind.words) of \(metadata.updatedAt.prefix { $0 != "T" })"
            if try isOlder(metadata, than: "\(cache)/\(draft.kind.folder)", of: draft.kind) {
                left.append("its \(what) was left, as the one that is there is newer")
            } else {
                words.append(what)
                taken.append(draft)
            }
        }
        guard !taken.isEmpty else {
            throw UpdateError.badExport(file: file, reason: "it has no advisories")
        }
        let table = try unpacked.releaseLines.map { try ReleaseTable($0, name: file) }
        for draft in taken { try draft.publish() }
        if let table, let bytes = unpacked.releaseLines, let place = setup.releasesFile,
            takesOlder || table.date > setup.releases.table.date
        {
            try writeFile(bytes, to: place, replacing: true)
            words.append("release lines of \(table.date)")
        }
        return (["\(words.joined(separator: ", ")), from '\(file)'"] + left).joined(separator: "; ")
    }

    /// Whether a data base is older than the one in a folder, and that matters.  Only the Java index may be.
    ///
    /// - Throws: ``UpdateError/olderExport(_:thanThere:)``; ``AdvisoryError/otherSchema(file:version:expected:)`` where the
    ///   one that is there has a newer schema.
    private func isOlder(_ new: StoreMetadata, than folder: String, of kind: DatabaseKind) throws -> Bool {
        guard let there = try? StoreMetadata(in: folder) else { return false }
        guard there.version <= kind.schema else {
            throw AdvisoryError.otherSchema(
                file: folder + "/metadata.json", version: there.version, expected: kind.schema)
        }
        guard there.updatedAt > new.updatedAt, !takesOlder else { return false }
        guard kind == .java else { throw UpdateError.olderExport(file, thanThere: there.updatedAt) }
        return true
    }
}

extension ImportDatabase.Unpacked {
    /// Unpacks one file, and gives the digest of what came.
    fileprivate mutating func take(
        _ file: ExportedData.File, from tar: TarStream, _ cache: String
    ) throws -> Digest {
        guard let kind = DatabaseKind.allCases.first(where: { file.path.hasPrefix($0.folder + "/") }) else {
            var bytes: [UInt8] = []
            guard file.size <= ReleasesInUse.sizeLimit else {
                throw ArchiveError.tooLong(file.path, limit: ReleasesInUse.sizeLimit)
            }
            try tar.forEachPiece { bytes.append(contentsOf: $0) }
            releaseLines = bytes
            return SHA256.digest(of: bytes)
        }
        let draft: StoreDraft
        if let begun = drafts.first(where: { $0.kind == kind }) {
            draft = begun
        } else {
            draft = try StoreDraft(kind, in: cache)
            drafts.append(draft)
        }
        return try draft.add(
            String(file.path.dropFirst(kind.folder.utf8.count + 1)), from: tar, size: file.size)
    }
}
