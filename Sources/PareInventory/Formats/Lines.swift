// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The lines of a text in bytes, without their ends (`\n` or `\r\n`).
struct Lines: Sequence, IteratorProtocol {
    private let bytes: ArraySlice<UInt8>
    private var offset: Int

    init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard offset < bytes.endIndex else { return nil }
        let start = offset
        var end = start + bytes[start...].lengthOfLine
        offset = end < bytes.endIndex ? end + 1 : end
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return bytes[start..<end]
    }
}

extension ArraySlice<UInt8> {
    /// How many bytes stand before the first end of line, or before the end.
    fileprivate var lengthOfLine: Int {
        withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress, let found = memchr(start, 0x0A, buffer.count) else {
                return buffer.count
            }
            return UnsafeRawPointer(found) - start
        }
    }

    /// As UTF-8; broken bytes become U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// Without spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first.isBlank { slice.removeFirst() }
        while let last = slice.last, last.isBlank { slice.removeLast() }
        return slice
    }

    func hasPrefix(_ prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount where self[startIndex + index] != prefix.utf8Start[index] {
            return false
        }
        return true
    }

    /// Where a text first stands in this one; the end of it follows.
    func range(of text: StaticString) -> Range<Int>? {
        let length = text.utf8CodeUnitCount
        guard length > 0, count >= length else { return nil }
        for start in startIndex...(endIndex - length)
        where self[start] == text.utf8Start[0] && self[start...].hasPrefix(text) {
            return start..<(start + length)
        }
        return nil
    }
}

extension UInt8 {
    /// Space or tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }

    /// An ASCII capital as its small letter, any other byte as it is.
    var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension StringProtocol {
    /// Both parts around the first occurrence of an ASCII character; `nil` where there is none.
    func cut(_ separator: Unicode.Scalar) -> (before: SubSequence, after: SubSequence)? {
        guard let index = utf8.firstIndex(of: UInt8(ascii: separator)) else { return nil }
        return (self[..<index], self[utf8.index(after: index)...])
    }
}

extension Substring {
    /// Without spaces at both ends.
    var trimmed: Substring {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
