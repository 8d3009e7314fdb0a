// SPDX-License-Identifier: Apache-2.0

/// One entry of a tar archive; its path and link stand in the reader until the next one.
package struct TarEntry: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
        case file, hardLink, symbolicLink, folder
        /// Devices, pipes, volume labels.
        case other
    }

    package let kind: Kind
    /// Permission bits.
    package let mode: UInt16
    /// Length of the file when it is unpacked, as the header claims it: for a sparse file it may be anything.
    package let size: Int64
    /// Length of what stands in the archive.
    package let storedSize: Int64
    /// Where that begins, from the archive's first byte.
    package let offset: Int64
    package let isSparse: Bool
    /// Whether a record says that the file has capabilities: rights that a program has whoever runs it.
    package let hasCapabilities: Bool
}

/// A tar archive that is read entry by entry.
package protocol TarCursor {
    /// Goes to the next entry; `nil` at the archive's end.
    ///
    /// - Throws: ``ArchiveError`` for a broken or truncated archive, and what the source of the bytes throws.
    mutating func next() throws -> TarEntry?

    /// The entry's path as the archive has it, and the target of a link.
    var path: [UInt8] { get }
    var link: [UInt8] { get }

    /// Calls with what the archive holds of the entry's content, in pieces, in order; once for each entry at most.
    mutating func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws

    /// Where a sparse entry's bytes belong.
    var sparseMap: SparseMap? { get }
}

extension TarCursor {
    /// The whole content of an entry, holes as zeros; `nil` where it is longer than the limit, and nothing is read then.
    package mutating func content(of entry: TarEntry, limit: Int) throws -> [UInt8]? {
        guard entry.size <= limit, entry.storedSize <= limit else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(entry.storedSize))
        try forEachPiece { bytes.append(contentsOf: $0) }
        guard let sparseMap else { return bytes }
        return try sparseMap.expand(bytes, to: Int(entry.size), at: entry.offset)
    }
}
