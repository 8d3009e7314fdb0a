// SPDX-License-Identifier: Apache-2.0
package import PareBytes

/// How bytes are compressed, by their first ones.
package enum Compression: Sendable, Hashable {
    case none, gzip, zstd

    /// - Throws: ``ArchiveError/unsupported(_:)`` for a compression that is recognised and not read.
    package init(magic bytes: some Collection<UInt8>) throws(ArchiveError) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || Self.isSkippableFrame(bytes) {
            self = .zstd
        } else if bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            throw .unsupported("xz compression")
        } else if bytes.starts(with: [0x42, 0x5A, 0x68]) {
            throw .unsupported("bzip2 compression")
        } else {
            self = .none
        }
    }

    /// Whether zstd may begin so: 0x184D2A50 to 0x184D2A5F, little-endian (RFC 8878 §3.1.2).
    private static func isSkippableFrame(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, (0x50...0x5F).contains(first) else { return false }
        return bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
    }

    /// How a part of a file is compressed.
    package init(of file: MappedFile, in range: Range<Int>) throws {
        var first = [UInt8](repeating: 0, count: 8)
        let length = min(range.count, first.count)
        let count = try first.withUnsafeMutableBytes {
            try file.read(
                at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(length)))
        }
        try self.init(magic: first.prefix(count))
    }

    /// The unpacked bytes of a source that is compressed so.
    package func unpacking(_ source: any ByteSource, limit: OutputLimit = .generous) -> any ByteSource {
        switch self {
        case .none: source
        case .gzip: GzipSource(source, limit: limit)
        case .zstd: ZstdSource(source, limit: limit)
        }
    }
}

/// How much a compressed stream may unpack to.
package struct OutputLimit: Sendable, Hashable {
    /// In bytes.
    package let total: Int64
    /// Output over input, looked at when there are more than ``grace`` bytes of output.
    package let ratio: Int64
    package let grace: Int64

    package init(total: Int64, ratio: Int64, grace: Int64) {
        self.total = total
        self.ratio = ratio
        self.grace = grace
    }

    /// 64 GiB, and beyond 1 GiB not more than 500 times the input.
    ///
    /// Deflate reaches 1032:1 and zstd far more, with repetition only; layers of programs have 2:1 to 5:1.  What unpacks
    /// is streamed, so a bomb costs time and no memory: a GiB is two seconds.
    package static let generous = OutputLimit(total: 64 << 30, ratio: 500, grace: 1 << 30)

    func check(input: Int64, output: Int64) throws(ArchiveError) {
        guard output > total || (output > grace && output / ratio > input) else { return }
        throw .bomb(output: output, input: input)
    }
}

/// The buffer between a compressed source and its decoder.
struct InputBuffer: ~Copyable {
    private let source: any ByteSource
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    private var start = 0
    private var end = 0
    /// All that was taken from the source.
    private(set) var total: Int64 = 0

    init(_ source: any ByteSource) { self.source = source }

    deinit { buffer.deallocate() }

    /// What is there and not yet used.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[start..<end]) }

    mutating func use(_ count: Int) { start += count }

    /// Takes the next piece when all is used; `false` at the end of the source.
    mutating func fill() throws -> Bool {
        guard start == end else { return true }
        start = 0
        end = 0
        end = try source.read(into: buffer)
        total += Int64(end)
        return end > 0
    }
}
