// SPDX-License-Identifier: Apache-2.0

/// The fields of one 512-byte block, checked and otherwise as they stand.
///
/// - SeeAlso: POSIX.1-2017 pax, "ustar Interchange Format"; tar(5) for the GNU and v7 forms.
struct TarHeader {
    static let size = 512

    private let block: UnsafeRawBufferPointer
    private let offset: Int64

    /// Checks the sum of a block that has 512 bytes.
    init(_ block: UnsafeRawBufferPointer, at offset: Int64) throws(ArchiveError) {
        self.block = block
        self.offset = offset
        let claimed = try number(148, 8, "checksum")
        let sums = Self.sums(block)
        guard claimed == sums.unsigned || claimed == sums.signed else { throw malformed("wrong checksum") }
    }

    func malformed(_ reason: String) -> ArchiveError { .malformed("tar header", reason, offset: offset) }

    var type: UInt8 { block[156] }
    var mode: UInt16 { UInt16(truncatingIfNeeded: (try? number(100, 8, "mode")) ?? 0) & 0o7777 }
    var size: Int64 { get throws(ArchiveError) { try number(124, 12, "size") } }
    var name: UnsafeRawBufferPointer { text(0, 100) }
    var link: UnsafeRawBufferPointer { text(157, 100) }

    /// What stands before the name in a POSIX header; GNU's has other things there.
    var prefix: UnsafeRawBufferPointer {
        isPOSIX ? text(345, 155) : UnsafeRawBufferPointer(start: nil, count: 0)
    }

    private var isPOSIX: Bool { block[257..<263].elementsEqual([0x75, 0x73, 0x74, 0x61, 0x72, 0]) }

    /// Length of an old GNU sparse file when unpacked, its first segments, and whether a block with more follows.
    func sparse() throws(ArchiveError) -> (size: Int64, map: SparseMap, isContinued: Bool) {
        var map = SparseMap()
        try Self.segments(block, from: 386, count: 4, into: &map, at: offset)
        return (try number(483, 12, "size"), map, block[482] != 0)
    }

    /// Adds the segments of a continuation block; gives whether another follows.
    static func continueSparse(
        _ block: UnsafeRawBufferPointer, into map: inout SparseMap, at offset: Int64
    ) throws(ArchiveError) -> Bool {
        try segments(block, from: 0, count: 21, into: &map, at: offset)
        return block[504] != 0
    }

    private static func segments(
        _ block: UnsafeRawBufferPointer, from start: Int, count: Int, into map: inout SparseMap,
        at offset: Int64
    ) throws(ArchiveError) {
        for index in 0..<count where block[start + index * 24] != 0 {
            let position = start + index * 24
            map.segments.append(
                SparseMap.Segment(
                    offset: try number(block, position, 12, "sparse map", at: offset),
                    count: try number(block, position + 12, 12, "sparse map", at: offset)))
        }
    }

    static func isZero(_ block: UnsafeRawBufferPointer) -> Bool {
        guard block.first == 0 else { return false }
        return block.allSatisfy { $0 == 0 }
    }

    private func text(_ start: Int, _ length: Int) -> UnsafeRawBufferPointer {
        let field = block[start..<start + length]
        return UnsafeRawBufferPointer(rebasing: field[..<(field.firstIndex(of: 0) ?? field.endIndex)])
    }

    private func number(_ start: Int, _ length: Int, _ field: String) throws(ArchiveError) -> Int64 {
        try Self.number(block, start, length, field, at: offset)
    }

    /// Octal digits between spaces and zeros, or GNU's base 256, marked by the first bit.  Never negative.
    private static func number(
        _ block: UnsafeRawBufferPointer, _ start: Int, _ length: Int, _ field: String, at offset: Int64
    ) throws(ArchiveError) -> Int64 {
        let bytes = block[start..<start + length]
        var value: Int64 = 0
        if let first = bytes.first, first & 0x80 != 0 {
            guard first & 0x40 == 0 else {
                throw .malformed("tar header", "negative \(field)", offset: offset)
            }
            for (index, byte) in bytes.enumerated() {
                guard value < 1 << 55 else {
                    throw .malformed("tar header", "absurd \(field)", offset: offset)
                }
                value = value << 8 | Int64(index == 0 ? byte & 0x3F : byte)
            }
            return value
        }
        var hasEnded = false
        for byte in bytes.drop(while: { $0 == 0x20 || $0 == 0 }) {
            if byte == 0x20 || byte == 0 {
                hasEnded = true
                continue
            }
            guard !hasEnded, (0x30...0x37).contains(byte) else {
                throw .malformed("tar header", "\(field) is not a number", offset: offset)
            }
            value = value << 3 | Int64(byte - 0x30)
        }
        return value
    }

    /// The sum of all bytes, the checksum itself taken as spaces; old tars summed signed characters.
    private static func sums(_ block: UnsafeRawBufferPointer) -> (unsigned: Int64, signed: Int64) {
        // Eight bytes at a time: each 16-bit lane takes up to 2 x 64 bytes, which cannot overflow.
        let lanes: UInt64 = 0x00FF_00FF_00FF_00FF
        var sum: UInt64 = 0
        var high: UInt64 = 0
        for position in stride(from: 0, to: size, by: 8) {
            let word = block.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            sum &+= (word & lanes) &+ ((word &>> 8) & lanes)
            high &+= (word &>> 7) & 0x0101_0101_0101_0101
        }
        var fieldSum: Int64 = 0
        var fieldHigh: Int64 = 0
        for byte in block[148..<156] {
            fieldSum += Int64(byte)
            fieldHigh += Int64(byte >> 7)
        }
        var unsigned = 8 * 0x20 - fieldSum
        for lane in 0..<4 { unsigned += Int64(sum >> (16 * lane) & 0xFFFF) }
        var highBytes = -fieldHigh
        for lane in 0..<8 { highBytes += Int64(high >> (8 * lane) & 0xFF) }
        return (unsigned, unsigned - 256 * highBytes)
    }
}
