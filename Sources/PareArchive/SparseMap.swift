// SPDX-License-Identifier: Apache-2.0

/// Where the stored bytes of a sparse file belong in it.
///
/// - SeeAlso: GNU tar manual, "Storing Sparse Files".
package struct SparseMap: Sendable, Hashable {
    struct Segment: Sendable, Hashable {
        let offset: Int64
        let count: Int64
    }

    var segments: [Segment] = []
    /// Whether the map itself stands in front of the content (PAX 1.0).
    var isInContent = false

    /// The file with its holes as zeros.  The caller has found `size` bearable.
    func expand(_ stored: [UInt8], to size: Int, at offset: Int64) throws -> [UInt8] {
        var rest = stored[...]
        let segments = isInContent ? try Self.readMap(&rest, at: offset) : self.segments
        var bytes = [UInt8](repeating: 0, count: size)
        for segment in segments {
            guard segment.offset >= 0, segment.count >= 0, segment.count <= rest.count,
                segment.offset <= Int64(size) - segment.count
            else { throw ArchiveError.malformed("sparse map", "it leaves the file", offset: offset) }
            let start = Int(segment.offset)
            bytes.replaceSubrange(start..<start + Int(segment.count), with: rest.prefix(Int(segment.count)))
            rest = rest.dropFirst(Int(segment.count))
        }
        return bytes
    }

    /// Decimal lines: how many segments, then offset and length of each; padded to a block.
    private static func readMap(_ rest: inout ArraySlice<UInt8>, at offset: Int64) throws -> [Segment] {
        let start = rest.startIndex
        func line() throws -> Int64 {
            guard let end = rest.prefix(21).firstIndex(of: 0x0A),
                let number = Int64(String(decoding: rest[..<end], as: UTF8.self)), number >= 0
            else { throw ArchiveError.malformed("sparse map", "not a number", offset: offset) }
            rest = rest[(end + 1)...]
            return number
        }
        let count = try line()
        // Each segment takes four bytes of the map at least.
        guard count <= rest.count / 4 else {
            throw ArchiveError.malformed("sparse map", "\(count) segments", offset: offset)
        }
        var segments: [Segment] = []
        for _ in 0..<count { segments.append(Segment(offset: try line(), count: try line())) }
        let used = rest.startIndex - start
        rest = rest.dropFirst((512 - used % 512) % 512)
        return segments
    }
}
