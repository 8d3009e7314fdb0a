// SPDX-License-Identifier: Apache-2.0

/// A tar archive that is pulled from a source; holds one buffer, whatever the size of entries.
package final class TarStream: TarCursor {
    private let source: any ByteSource
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    private var start = 0
    private var end = 0
    /// Offset of ``start`` in the archive.
    private var position: Int64 = 0
    private var decoder = TarDecoder()
    /// Whether the blocks that mark the archive's end have come.  An archive without them may have been cut off.
    package private(set) var hasEndMark = false
    /// What of the current content, and of its padding, has not been read.
    private var contentLeft: Int64 = 0
    private var paddingLeft: Int64 = 0

    package init(_ source: any ByteSource) { self.source = source }

    deinit { buffer.deallocate() }

    package var path: [UInt8] { decoder.path }
    package var link: [UInt8] { decoder.link }
    package var sparseMap: SparseMap? { decoder.sparseMap }

    package func next() throws -> TarEntry? {
        try skip(contentLeft)
        try skip(paddingLeft)
        (contentLeft, paddingLeft) = (0, 0)
        var isContinued = false
        while true {
            guard let block = try block(isInside: isContinued) else { return nil }
            let offset = position - Int64(TarHeader.size)
            let step =
                isContinued
                ? try decoder.take(continuation: block, at: offset)
                : try decoder.take(header: block, at: offset)
            isContinued = false
            switch step {
            case .zero:
                hasEndMark = true
                return nil
            case .metadata(let count):
                let bytes = try metadata(count)
                try bytes.withUnsafeBytes { try decoder.take(metadata: $0, at: offset) }
            case .continued: isContinued = true
            case .entry(let entry):
                contentLeft = entry.storedSize
                paddingLeft = (512 - entry.storedSize % 512) % 512
                return entry
            }
        }
    }

    package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        while contentLeft > 0 {
            try fill()
            let count = Int(min(Int64(end - start), contentLeft))
            defer {
                use(count)
                contentLeft -= Int64(count)
            }
            try body(UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
        }
    }

    /// Puts the next bytes of the current content at the start of a buffer and says how many; 0 only at its end.
    package func readContent(into room: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = Int(min(Int64(room.count), contentLeft))
        guard wanted > 0 else { return 0 }
        var count = min(end - start, wanted)
        if count > 0 {
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
            use(count)
        } else {
            // Past the buffer, which holds nothing.
            count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(wanted)))
            guard count > 0 else { throw ArchiveError.truncated("tar archive", offset: position) }
            position += Int64(count)
        }
        contentLeft -= Int64(count)
        return count
    }

    /// Reads the source to its end, so that its checks are made.
    ///
    /// - Parameter limit: How many bytes may come.
    /// - Returns: The length of the whole.
    /// - Throws: ``ArchiveError/malformed(_:_:offset:)`` beyond the limit; what the source throws.
    @discardableResult
    package func finish(within limit: Int64 = .max) throws -> Int64 {
        let begin = position
        while true {
            use(end - start)
            (start, end) = (0, 0)
            guard position - begin <= limit else {
                throw ArchiveError.malformed("tar archive", "its end is followed by more", offset: begin)
            }
            end = try source.read(into: buffer)
            if end == 0 { return position }
        }
    }

    /// Whether the first bytes of something are a header whose checksum is right.
    package static func isHeader(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= TarHeader.size else { return false }
        return bytes.withUnsafeBytes { (try? TarHeader($0, at: 0)) != nil }
    }

    /// Goes forward to an offset that has not been passed, and reads so many bytes there.
    package func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        try skip(offset - position)
        return try metadata(count, padded: false)
    }

    private func use(_ count: Int) {
        start += count
        position += Int64(count)
    }

    /// Makes sure that there is a byte.
    private func fill() throws {
        guard start == end else { return }
        (start, end) = (0, 0)
        end = try source.read(into: buffer)
        guard end > 0 else { throw ArchiveError.truncated("tar archive", offset: position) }
    }

    private func skip(_ count: Int64) throws {
        var left = count
        while left > 0 {
            try fill()
            let step = Int(min(Int64(end - start), left))
            use(step)
            left -= Int64(step)
        }
    }

    /// The next block; `nil` where the source ends between entries, as some archives do that have no end marks.
    private func block(isInside: Bool) throws -> UnsafeRawBufferPointer? {
        if end - start < TarHeader.size {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            (start, end) = (0, end - start)
            while end < TarHeader.size {
                let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
                if count == 0 {
                    if end == 0, !isInside { return nil }
                    throw ArchiveError.truncated("tar archive", offset: position + Int64(end))
                }
                end += count
            }
        }
        defer { use(TarHeader.size) }
        return UnsafeRawBufferPointer(rebasing: buffer[start..<start + TarHeader.size])
    }

    /// Content that is wanted whole; grows with what comes, not with what is claimed.
    private func metadata(_ count: Int, padded: Bool = true) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            try fill()
            let step = min(end - start, count - bytes.count)
            bytes.append(contentsOf: buffer[start..<start + step])
            use(step)
        }
        if padded { try skip(Int64((512 - count % 512) % 512)) }
        return bytes
    }
}
