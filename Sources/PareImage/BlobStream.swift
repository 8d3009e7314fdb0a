// SPDX-License-Identifier: Apache-2.0
package import PareArchive

/// Bytes of an image that come from elsewhere each time they are read: out of a registry, or from an engine.
package protocol BlobStream: Sendable {
    /// In bytes, where it is known beforehand.
    var size: Int64? { get }

    /// Begins at the start.  The source may make its thread wait, so it is opened and read on a thread of its own, and is
    /// interrupted with that thread's work; see ``onOwnThread(niceness:_:)``.
    ///
    /// - Throws: What keeps the bytes from coming; so does the source.
    func open() throws -> any ByteSource
}

/// Gives as many bytes as were promised, and neither fewer nor more.
final class ExactSource: ByteSource {
    private let source: any ByteSource
    private let size: Int64
    private var count: Int64 = 0
    private let lie: (Int64) -> any Error

    /// `lie` makes the error of another length, and is given what has come so far where there is more.
    init(_ source: any ByteSource, size: Int64, orElse lie: @escaping (Int64) -> any Error) {
        self.source = source
        self.size = size
        self.lie = lie
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let got = try source.read(into: buffer)
        count += Int64(got)
        guard got == 0 ? count == size : count <= size else { throw lie(count) }
        return got
    }
}

/// A source whose first bytes have been looked at, and come nevertheless.
final class PeekedSource: ByteSource {
    private let source: any ByteSource
    private(set) var head: [UInt8] = []
    private var used = 0

    /// Looks at so many bytes, or at fewer where there are no more.
    ///
    /// - Throws: What the source throws.
    init(_ source: any ByteSource, count: Int) throws {
        self.source = source
        var head = [UInt8](repeating: 0, count: count)
        let filled = try head.withUnsafeMutableBytes { head in
            var filled = 0
            while filled < count {
                let got = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: head[filled...]))
                if got == 0 { break }
                filled += got
            }
            return filled
        }
        self.head = Array(head[..<filled])
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard used < head.count else { return try source.read(into: buffer) }
        let part = head[used...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        used += part.count
        return part.count
    }
}
