// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// A layer's blob, opened, and how it is to be read.
struct OpenLayer {
    let file: MappedFile
    let range: Range<Int>
    let compression: Compression

    init(_ blob: Blob) throws {
        (file, range) = try blob.open()
        try file.checkLength()
        compression = try Compression(of: file, in: range)
    }

    /// The uncompressed tar, pulled from the blob.
    func tar(limit: OutputLimit = .generous) -> any ByteSource {
        compression.unpacking(FileSource(file, in: range), limit: limit)
    }
}

extension Layer {
    /// What happened in this layer, in words that name the image; other errors say enough by themselves.
    func explaining(_ error: any Error, image: String, layer: Int) -> any Error {
        guard let error = error as? ArchiveError else { return error }
        return ImageError.badLayer(image: image, layer: layer + 1, reason: error.problem, hint: error.hint)
    }

    /// Calls with parts of the uncompressed tar, in the order of their offsets; a compressed layer is read once for all.
    ///
    /// - Parameters:
    ///   - parts: Offsets and lengths in the tar.
    ///   - body: Takes the index of the part and its bytes.
    /// - Throws: ``FileError``, ``ArchiveError``, and what `body` throws.
    func read(_ parts: [(offset: Int64, size: Int64)], _ body: (Int, UnsafeRawBufferPointer) throws -> Void)
        throws
    {
        guard case .blob(let blob) = place else { return }
        let layer = try OpenLayer(blob)
        let order = parts.indices.sorted { parts[$0].offset < parts[$1].offset }
        guard layer.compression != .none else {
            for index in order {
                guard let start = Int(exactly: parts[index].offset),
                    let count = Int(exactly: parts[index].size),
                    start >= 0, count >= 0, start <= layer.range.count, count <= layer.range.count - start
                else { throw ArchiveError.truncated("tar archive", offset: Int64(layer.range.count)) }
                let from = layer.range.lowerBound + start
                try layer.file.withBytes(in: from..<from + count) { try body(index, $0) }
            }
            return
        }
        let stream = TarStream(layer.tar())
        var last: (part: (offset: Int64, size: Int64), bytes: [UInt8])?
        for index in order {
            // Several names of one file are one part.
            if last.map({ $0.part != parts[index] }) ?? true {
                let count = Int(clamping: parts[index].size)
                last = (parts[index], try stream.bytes(at: parts[index].offset, count: count))
            }
            if let last { try last.bytes.withUnsafeBytes { try body(index, $0) } }
        }
    }
}
