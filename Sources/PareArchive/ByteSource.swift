// SPDX-License-Identifier: Apache-2.0
package import PareBytes
package import PareModel

/// Bytes that are pulled when they are wanted, and never all in memory.
///
/// A source belongs to one task at a time.
package protocol ByteSource: AnyObject {
    /// Puts the next bytes at the start of a buffer and says how many; 0 only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSource {
    /// Reads to the end and forgets what comes.
    package func drain() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        while try read(into: buffer) > 0 {}
    }

    /// Reads to the end into a file, which is there in whole or not at all.
    ///
    /// - Throws: ``FileError``, and what the source throws.
    package func write(to path: String) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        try writeFile(to: path) { append in
            while case let count = try read(into: buffer), count > 0 {
                try append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
    }

    /// Reads to the end into a block of memory.
    ///
    /// - Throws: ``ArchiveError/tooLong(_:limit:)`` beyond the limit, and what the source throws.
    package func collect(as name: String, limit: Int) throws -> MappedFile {
        let block = GrowingBlock()
        while true {
            let room = block.room(atLeast: 1 << 18)
            let count = try read(into: room)
            if count == 0 { return MappedFile(name: name, adopting: block.take()) }
            block.count += count
            guard block.count <= limit else { throw ArchiveError.tooLong(name, limit: limit) }
        }
    }
}

/// A part of a file, read through its descriptor.
package final class FileSource: ByteSource {
    private let file: MappedFile
    private var offset: Int
    private let end: Int

    package init(_ file: MappedFile, in range: Range<Int>? = nil) {
        let range = (range ?? 0..<file.count).clamped(to: 0..<file.count)
        self.file = file
        offset = range.lowerBound
        end = range.upperBound
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(end - offset))
        guard !room.isEmpty else { return 0 }
        let count = try file.read(at: offset, into: room)
        offset += count
        return count
    }
}

/// Bytes in memory as a source, handed out in pieces.
package final class ArraySource: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let piece: Int

    package init(_ bytes: [UInt8], piece: Int = .max) {
        rest = bytes[...]
        self.piece = max(1, piece)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let next = rest.prefix(min(piece, buffer.count))
        buffer.copyBytes(from: next)
        rest = rest.dropFirst(next.count)
        return next.count
    }
}

/// Counts and hashes what passes through it.
package final class HashingSource: ByteSource {
    private let source: any ByteSource
    private let algorithm: Digest.Algorithm
    private var hash: RunningDigest
    package private(set) var count: Int64 = 0

    package init(_ source: any ByteSource, by algorithm: Digest.Algorithm = .sha256) {
        self.source = source
        self.algorithm = algorithm
        hash = RunningDigest(algorithm)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let got = try source.read(into: buffer)
        hash.update(UnsafeRawBufferPointer(rebasing: buffer.prefix(got)))
        count += Int64(got)
        return got
    }

    /// The digest of all that the source gives; reads what is left of it first, and begins anew.
    package func finish() throws -> Digest {
        try drain()
        var finished = RunningDigest(algorithm)
        swap(&finished, &hash)
        return finished.finish()
    }
}
