// SPDX-License-Identifier: Apache-2.0

/// Goes past the header of a gzip member, byte by byte, wherever its pieces end.
///
/// isa-l 2.30 has a reader of its own, which forgets the flags when a header comes in pieces.
///
/// - SeeAlso: RFC 1952 §2.3.
struct GzipHeader {
    private enum Part { case fixed, extraLength, extra, name, comment, checksum, done, broken }

    private var part = Part.fixed
    private var position = 0
    private var flags: UInt8 = 0
    private var extraLength = 0

    var isDone: Bool { part == .done }
    var isBroken: Bool { part == .broken }

    /// Takes bytes as far as the header goes; says how many.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        var used = 0
        while used < bytes.count, part != .done, part != .broken {
            take(bytes[used])
            used += 1
        }
        return used
    }

    private mutating func take(_ byte: UInt8) {
        position += 1
        switch part {
        case .fixed: takeFixed(byte)
        case .extraLength:
            extraLength |= Int(byte) << (8 * (position - 1))
            if position == 2 { go(to: extraLength == 0 ? .name : .extra) }
        case .extra: if position == extraLength { go(to: .name) }
        case .name: if byte == 0 { go(to: .comment) }
        case .comment: if byte == 0 { go(to: .checksum) }
        case .checksum: if position == 2 { go(to: .done) }
        case .done, .broken: break
        }
    }

    private mutating func takeFixed(_ byte: UInt8) {
        switch position {
        case 1: if byte != 0x1F { part = .broken }
        case 2: if byte != 0x8B { part = .broken }
        // Nothing but deflate has ever been a method.
        case 3: if byte != 8 { part = .broken }
        case 4:
            flags = byte
            if flags & 0xE0 != 0 { part = .broken }
        case 10: go(to: .extraLength)
        default: break
        }
    }

    /// Goes to a part, or past it where the flags say that it is not there.
    private mutating func go(to next: Part) {
        part = next
        position = 0
        switch part {
        case .extraLength: if flags & 4 == 0 { go(to: .name) }
        case .name: if flags & 8 == 0 { go(to: .comment) }
        case .comment: if flags & 16 == 0 { go(to: .checksum) }
        case .checksum: if flags & 2 == 0 { part = .done }
        case .fixed, .extra, .done, .broken: break
        }
    }
}
