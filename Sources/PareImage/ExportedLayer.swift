// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareModel

/// A layer's blob as an entry of what an engine exports.
struct ExportedLayer: BlobStream, Hashable {
    let export: ImageExport
    let name: String
    /// Of the blob, as it was read before.
    let digest: Digest?
    let size: Int64?

    static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.digest == right.digest
    }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Asks for the export, and goes to the entry.
    func open() throws -> any ByteSource {
        let archive = TarStream(try export.stream.open())
        while let entry = try archive.next() {
            if entry.isReadable, NamedFiles.name(archive.path, from: "") == name {
                return EntrySource(archive)
            }
        }
        throw export.missing(name)
    }
}

extension Layer {
    var exported: ExportedLayer? {
        guard case .stream(let stream) = place else { return nil }
        return stream as? ExportedLayer
    }
}

extension TarEntry {
    fileprivate var isReadable: Bool { kind == .file && !isSparse }
}

extension ImageExport {
    /// Calls with parts of layers; the export is asked for once for all.
    ///
    /// Each layer is verified after its last part, so what was made of the parts counts only when this does not throw.
    ///
    /// - Parameters:
    ///   - wanted: For each layer, where in its uncompressed tar.
    ///   - body: Takes the layer, the index of the part, and its bytes.
    /// - Throws: ``ImageError``, `ArchiveError`, what the stream throws, and what `body` throws.
    func read(
        _ wanted: [ExportedLayer: [TarPart]],
        _ body: (ExportedLayer, Int, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var left = Dictionary(wanted.map { ($0.key.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard !left.isEmpty else { return }
        let archive = TarStream(try stream.open())
        while !left.isEmpty, let entry = try archive.next() {
            guard entry.isReadable, let name = NamedFiles.name(archive.path, from: ""),
                let (layer, parts) = left.removeValue(forKey: name)
            else { continue }
            let blob = try StreamedBlob(EntrySource(archive), by: layer.digest?.algorithm ?? .sha256)
            try TarStream(blob.tar()).read(parts) { try body(layer, $0, $1) }
            if let digest = layer.digest { try blob.hash.verify(digest, of: image) }
        }
        if let name = left.keys.min() { throw missing(name) }
    }

    func missing(_ name: String) -> ImageError { .missing(image: image, part: "the layer '\(name)'") }
}
