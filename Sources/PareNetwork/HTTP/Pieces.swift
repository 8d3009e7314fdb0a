// SPDX-License-Identifier: Apache-2.0
import NIOCore
import PareBytes

/// A body in pieces, read while it is sent.
struct Pieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    private enum Source: Sendable {
        case bytes([UInt8])
        case file(MappedFile)
    }

    private let source: Source
    private let range: Range<Int>
    /// Told with every piece that the other side takes.
    private let sign: @Sendable () -> Void

    /// Small enough that a slow line moves one within the shortest patience.
    private static let size = 64 << 10

    init(of bytes: [UInt8], sign: @escaping @Sendable () -> Void) {
        source = .bytes(bytes)
        range = bytes.indices
        self.sign = sign
    }

    init(of file: MappedFile, _ range: Range<Int>, sign: @escaping @Sendable () -> Void) {
        source = .file(file)
        self.range = range
        self.sign = sign
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let pieces: Pieces
        fileprivate var rest: Range<Int>

        mutating func next() async throws -> ByteBuffer? {
            guard !rest.isEmpty else { return nil }
            let piece = rest.prefix(Pieces.size)
            let buffer = try pieces.read(piece)
            guard buffer.readableBytes > 0 else { return nil }
            rest = (rest.lowerBound + buffer.readableBytes)..<rest.upperBound
            pieces.sign()
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: self, rest: range) }

    private func read(_ range: Range<Int>) throws -> ByteBuffer {
        switch source {
        case .bytes(let bytes): return ByteBuffer(bytes: bytes[range])
        case .file(let file):
            var buffer = ByteBuffer()
            _ = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { room in
                try file.read(
                    at: range.lowerBound,
                    into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(range.count)))
            }
            return buffer
        }
    }
}
