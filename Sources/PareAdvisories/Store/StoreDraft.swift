// SPDX-License-Identifier: Apache-2.0
import Glibc
package import PareArchive
package import PareBytes
package import PareModel

/// A data base that is being put together beside the place where it will be, and takes that place when it is whole.
///
/// What was begun goes away with this value.
package final class StoreDraft: Sendable {
    package let kind: DatabaseKind
    package let folder: String
    private let place: String
    private let scratch: ScratchFolder

    /// Begins in a cache folder, which is made where it is missing.
    ///
    /// - Throws: ``FileError``.
    package init(_ kind: DatabaseKind, in cache: String) throws(FileError) {
        makeFolders(cache)
        self.kind = kind
        place = "\(cache)/\(kind.folder)"
        scratch = try ScratchFolder(in: Self.parent(of: kind, in: cache), name: ".\(kind.folder)")
        folder = scratch.path
        chmod(folder, 0o755)
    }

    /// Where drafts are: in the cache, or beside the folder that a link in the cache leads to, for a move works within one file
    /// system only.
    private static func parent(of kind: DatabaseKind, in cache: String) -> String {
        guard let pointer = realpath("\(cache)/\(kind.folder)", nil) else { return cache }
        defer { free(pointer) }
        let real = String(cString: pointer)
        return real.lastIndex(of: "/").map { String(real[..<$0]) } ?? cache
    }

    /// Removes what runs that were killed have left; only for whoever holds the lock.
    package static func removeLeftovers(of kind: DatabaseKind, in cache: String) {
        for folder in [cache, parent(of: kind, in: cache)] {
            for name in (try? namesInFolder(folder)) ?? [] where name.hasPrefix(".\(kind.folder)-") {
                removeTree("\(folder)/\(name)")
            }
        }
    }

    /// Removes it now, whoever holds this value still.
    package func remove() { scratch.remove() }

    /// Removes what was put together, to begin anew.
    package func clear() {
        for name in (try? namesInFolder(folder)) ?? [] { removeTree("\(folder)/\(name)") }
    }

    /// The data base's file.
    package var file: String { "\(folder)/\(kind.file)" }

    /// Unpacks the layer of an artifact, an uncompressed tar, as it comes: the data base and its metadata, and nothing else.
    ///
    /// - Returns: The digest of the data base's bytes.
    /// - Throws: ``AdvisoryError/notAnArtifact(reason:)``; ``ArchiveError``, ``FileError`` and what the source throws.
    package func unpack(_ source: any ByteSource) throws -> Digest {
        let tar = TarStream(source)
        var missing: Set = [kind.file, "metadata.json"]
        var content: Digest?
        while let entry = try tar.next() {
            let name = String(decoding: tar.path, as: UTF8.self)
            guard entry.kind == .file, !entry.isSparse, missing.remove(name) != nil else {
                throw AdvisoryError.notAnArtifact(
                    reason:
                        "its archive has '\(name.prefix(200))', which is no '\(kind.file)' and no 'metadata.json'"
                )
            }
            let digest = try add(name, from: tar, size: Int(clamping: entry.size))
            if name == kind.file { content = digest }
        }
        guard let content, missing.isEmpty else {
            let names = missing.sorted().map { "'\($0)'" }.joined(separator: " and no ")
            throw AdvisoryError.notAnArtifact(reason: "its archive has no \(names)")
        }
        _ = try tar.finish()
        return content
    }

    /// Takes one of the folder's files from an archive that stands at it, and gives the digest of its bytes.
    ///
    /// - Throws: ``ArchiveError``, ``FileError``.
    package func add(_ name: String, from tar: TarStream, size: Int) throws -> Digest {
        let limit = name == kind.file ? kind.sizeLimit : 1 << 20
        guard size <= limit else { throw ArchiveError.tooLong(name, limit: Int(limit)) }
        let path = "\(folder)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.writing(path, "create") }
        defer { close(descriptor) }
        var hash = SHA256()
        try tar.forEachPiece { piece in
            hash.update(piece)
            try writeAll(piece, to: descriptor, path: path)
        }
        guard fsync(descriptor) == 0 else { throw FileError.writing(path) }
        return hash.finish()
    }

    /// Looks whether the data base is one that can be read, of the schema that it must have; gives its metadata.
    ///
    /// - Throws: ``AdvisoryError``, which names files without the folder, as that goes away.
    package func check() throws -> StoreMetadata {
        do {
            return try kind.check(in: folder)
        } catch let error as AdvisoryError {
            throw error.namingFileOnly
        }
    }

    /// Writes the metadata and what is known of where the data come from.
    ///
    /// - Throws: ``FileError``.
    package func describe(_ metadata: StoreMetadata, _ source: StoreSource) throws(FileError) {
        try writeFile(
            Array(metadata.json.document.utf8), to: folder + "/metadata.json", replacing: true)
        try writeFile(
            Array(source.json.document.utf8), to: "\(folder)/\(StoreSource.fileName)",
            replacing: true)
    }

    /// The same for data that are those of a store but for some ecosystems, which are told in their place: what is to be known
    /// of their age is that of the store's.  `base` is the store's folder, `nil` for the data on board.
    ///
    /// - Throws: ``FileError``, ``AdvisoryError``.
    package func describe(
        merging additions: [StoreSource.Addition], over store: AdvisoryStore, in base: String?
    ) throws {
        var metadata = StoreMetadata(version: kind.schema)
        metadata.updatedAt = Snapshot.date
        if let base { metadata = try StoreMetadata(in: base) }
        let old = try base.flatMap { try store.source(in: $0) }
        var source = StoreSource(
            repository: old?.repository ?? base ?? Snapshot.name, manifest: nil, layer: nil,
            content: try SHA256.digest(of: MappedFile(file)), downloaded: old?.downloaded ?? "")
        let names = Set(additions.map(\.ecosystem))
        source.additions = (old?.additions ?? []).filter { !names.contains($0.ecosystem) } + additions
        try describe(metadata, source)
    }

    /// Takes the place of what was there; whoever is reading that goes on with it.
    ///
    /// - Throws: ``FileError``.
    package func publish() throws(FileError) { try replaceFolder(place, with: folder) }
}
