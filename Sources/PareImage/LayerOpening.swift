// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// A layer's blob, opened, and how it is to be read.
enum OpenLayer {
    /// A tar that lies uncompressed in a file.
    case mapped(MappedFile, Range<Int>)
    /// A blob that is pulled, and hashed while it passes.
    case streamed(StreamedBlob)
}

/// A blob on its way.
struct StreamedBlob {
    let compression: Compression
    /// Hashes with the algorithm of the layer's digest.
    let hash: HashingSource
    private let source: any ByteSource

    /// - Throws: ``ArchiveError`` for a compression that is not read, and what the source throws.
    init(_ source: any ByteSource, by algorithm: Digest.Algorithm) throws {
        hash = HashingSource(source, by: algorithm)
        let peeked = try PeekedSource(hash, count: 8)
        compression = try Compression(magic: peeked.head)
        self.source = peeked
    }

    /// The uncompressed tar; to be asked for once.
    func tar(limit: OutputLimit = .generous) -> any ByteSource {
        compression.unpacking(source, limit: limit)
    }
}

extension Layer {
    /// - Returns: `nil` for a folder.
    /// - Throws: ``FileError``, ``ArchiveError``, and what a stream throws.
    func open(of image: String) throws -> OpenLayer? {
        let algorithm = digest?.algorithm ?? .sha256
        switch place {
        case .folder: return nil
        case .blob(let blob):
            let (file, range) = try blob.open()
            try file.checkLength()
            guard try Compression(of: file, in: range) != .none else { return .mapped(file, range) }
            return .streamed(try StreamedBlob(FileSource(file, in: range), by: algorithm))
        case .stream(let stream):
            var source = try stream.open()
            if let size = stream.size {
                source = ExactSource(source, size: size) { actual in
                    ImageError.streamLies(image: image, claimed: size, actual: actual, digest: digest)
                }
            }
            return .streamed(try StreamedBlob(source, by: algorithm))
        }
    }

    /// What happened in this layer, in words that name the image; other errors say enough by themselves.
    func explaining(_ error: any Error, image: String, layer: Int) -> any Error {
        guard let error = error as? ArchiveError else { return error }
        return ImageError.badLayer(image: image, layer: layer + 1, reason: error.problem, hint: error.hint)
    }

    /// Calls with parts of the uncompressed tar, in the order of their offsets; a layer that must be pulled or unpacked is so
    /// once for all.
    ///
    /// What is pulled is verified after the last part, so what was made of the parts counts only when this does not throw.
    ///
    /// - Parameters:
    ///   - parts: Offsets and lengths in the tar.
    ///   - image: How errors name the image.
    ///   - body: Takes the index of the part and its bytes.
    /// - Throws: ``FileError``, ``ArchiveError``, ``ImageError``, what a stream throws, and what `body` throws.
    func read(
        _ parts: [TarPart], of image: String, _ body: (Int, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        switch try open(of: image) {
        case nil: return
        case .mapped(let file, let range):
            for index in parts.indices {
                guard let start = Int(exactly: parts[index].offset),
                    let count = Int(exactly: parts[index].size),
                    start >= 0, count >= 0, start <= range.count, count <= range.count - start
                else { throw ArchiveError.truncated("tar archive", offset: Int64(range.count)) }
                let from = range.lowerBound + start
                try file.withBytes(in: from..<from + count) { try body(index, $0) }
            }
        case .streamed(let blob):
            try TarStream(blob.tar()).read(parts, body)
            // A file is what it was when the layer was verified; what comes from elsewhere is perhaps not.
            if case .stream = place, let digest { try blob.hash.verify(digest, of: image) }
        }
    }
}

/// Where the content of a file is in an uncompressed tar.
struct TarPart: Sendable, Hashable {
    let offset: Int64
    let size: Int64
}

extension TarStream {
    /// Calls with parts of the tar, in the order of their offsets; what lies before the first must not have been read.
    func read(_ parts: [TarPart], _ body: (Int, UnsafeRawBufferPointer) throws -> Void) throws {
        var last: (part: TarPart, bytes: [UInt8])?
        for index in parts.indices.sorted(by: { parts[$0].offset < parts[$1].offset }) {
            // Several names of one file are one part.
            if last?.part != parts[index] {
                let count = Int(clamping: parts[index].size)
                last = (parts[index], try bytes(at: parts[index].offset, count: count))
            }
            if let last { try last.bytes.withUnsafeBytes { try body(index, $0) } }
        }
    }
}

extension HashingSource {
    /// - Throws: ``ImageError/digestLies(image:claimed:actual:)``, and what the rest of the source throws.
    func verify(_ claimed: Digest, of image: String) throws {
        let actual = try finish()
        guard actual == claimed else {
            throw ImageError.digestLies(image: image, claimed: claimed, actual: actual)
        }
    }
}
