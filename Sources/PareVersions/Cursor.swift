// SPDX-License-Identifier: Apache-2.0

/// Reads bytes from left to right.
struct Cursor {
    private(set) var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }
    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var next: UInt8? { rest.first }
    var isAtEnd: Bool { rest.isEmpty }

    /// Whether the next byte is this one, which is then read.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    /// Whether the next bytes are this word, which is then read.
    mutating func take(_ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest.removeFirst(word.utf8.count)
        return true
    }

    /// Reads the next byte, if there is one.
    mutating func take() -> UInt8? { rest.popFirst() }

    /// Reads the longest run of such bytes, which may be empty.
    mutating func take(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let run = rest.prefix(while: isWanted)
        rest.removeFirst(run.count)
        return run
    }

    /// Reads a number, if the next byte is a digit.
    mutating func takeNumber() -> DecimalNumber? {
        let digits = take(while: \.isDigit)
        return digits.isEmpty ? nil : DecimalNumber(digits: digits)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isLowercase: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    var isUppercase: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
    var isLetter: Bool { isLowercase || isUppercase }
    var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
    var lowercased: UInt8 { isUppercase ? self | 0x20 : self }
}

extension ArraySlice<UInt8> {
    /// Without spaces at both ends.
    var trimmed: ArraySlice<UInt8> {
        let start = drop(while: \.isSpace)
        guard let end = start.lastIndex(where: { !$0.isSpace }) else { return [] }
        return start[...end]
    }
}
