// SPDX-License-Identifier: Apache-2.0

/// A tar archive whose bytes are at hand: goes from header to header and touches nothing between.
///
/// The bytes must outlive the reader.
package struct TarReader: TarCursor {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var decoder = TarDecoder()
    private var current = 0..<0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var path: [UInt8] { decoder.path }
    package var link: [UInt8] { decoder.link }
    package var sparseMap: SparseMap? { decoder.sparseMap }

    /// Where the next header is looked for.
    package var position: Int { offset }

    package mutating func next() throws -> TarEntry? {
        var isContinued = false
        while true {
            guard let block = try block(isInside: isContinued) else { return nil }
            let position = Int64(offset - TarHeader.size)
            let step =
                isContinued
                ? try decoder.take(continuation: block, at: position)
                : try decoder.take(header: block, at: position)
            isContinued = false
            switch step {
            case .zero: return nil
            case .metadata(let count):
                let range = try content(of: Int64(count), "extended header")
                try decoder.take(metadata: UnsafeRawBufferPointer(rebasing: bytes[range]), at: position)
            case .continued: isContinued = true
            case .entry(let entry):
                current = try content(of: entry.storedSize, "content of an entry")
                return entry
            }
        }
    }

    package mutating func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        if !current.isEmpty { try body(UnsafeRawBufferPointer(rebasing: bytes[current])) }
    }

    /// The next block; `nil` where the bytes end between entries, as some archives do that have no end marks.
    private mutating func block(isInside: Bool) throws -> UnsafeRawBufferPointer? {
        guard offset < bytes.count || isInside else { return nil }
        guard bytes.count - offset >= TarHeader.size else {
            throw ArchiveError.truncated("tar archive", offset: Int64(bytes.count))
        }
        defer { offset += TarHeader.size }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + TarHeader.size])
    }

    /// Goes past content and its padding.
    private mutating func content(of size: Int64, _ what: String) throws -> Range<Int> {
        guard size <= Int64(bytes.count - offset) else {
            throw ArchiveError.truncated("tar archive", offset: Int64(bytes.count))
        }
        let range = offset..<offset + Int(size)
        let next = (range.upperBound + TarHeader.size - 1) / TarHeader.size * TarHeader.size
        guard next <= bytes.count else {
            throw ArchiveError.truncated("tar archive", offset: Int64(bytes.count))
        }
        offset = next
        return range
    }
}
