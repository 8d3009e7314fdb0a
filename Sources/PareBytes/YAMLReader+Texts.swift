// SPDX-License-Identifier: Apache-2.0

/// Texts in quotes, and those that a `|` or `>` introduces.
extension YAMLReader {
    /// A text in either kind of quotes; a break of a line within is a space, and several are one less.
    mutating func quoted() throws(YAMLError) -> String {
        let quote = next
        let start = line
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            if byte == quote {
                guard quote == UInt8(ascii: "'"), next == quote else {
                    return String(decoding: text, as: UTF8.self)
                }
                index += 1
                text.append(byte)
            } else if byte == 0x0A || byte == 0x0D {
                index -= 1
                foldLine(into: &text)
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(into: &text)
            } else {
                text.append(byte)
            }
        }
        throw YAMLError(line: start, reason: "a quote is not closed")
    }

    private mutating func foldLine(into text: inout [UInt8]) {
        while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
        var breaks = 0
        while let byte = next, byte <= 0x20 {
            if byte == 0x0A {
                line += 1
                breaks += 1
            }
            index += 1
        }
        if breaks <= 1 { text.append(0x20) } else { text += repeatElement(0x0A, count: breaks - 1) }
    }

    private mutating func escape(into text: inout [UInt8]) throws(YAMLError) {
        guard let byte = next else { throw error("a quote is not closed") }
        index += 1
        let simple: [UInt8: UInt8] = [
            0x30: 0x00, 0x61: 0x07, 0x62: 0x08, 0x74: 0x09, 0x09: 0x09, 0x6E: 0x0A, 0x76: 0x0B, 0x66: 0x0C,
            0x72: 0x0D,
            0x65: 0x1B, 0x20: 0x20, 0x22: 0x22, 0x2F: 0x2F, 0x5C: 0x5C,
        ]
        if let plain = simple[byte] { return text.append(plain) }
        switch byte {
        case UInt8(ascii: "x"): text += String(try scalar(digits: 2)).utf8
        case UInt8(ascii: "u"): text += String(try scalar(digits: 4)).utf8
        case UInt8(ascii: "U"): text += String(try scalar(digits: 8)).utf8
        case UInt8(ascii: "N"): text += "\u{85}".utf8
        case UInt8(ascii: "_"): text += "\u{A0}".utf8
        case UInt8(ascii: "L"): text += "\u{2028}".utf8
        case UInt8(ascii: "P"): text += "\u{2029}".utf8
        case 0x0A:
            line += 1
            skipSpaces()
        default: throw error("'\\\(Character(Unicode.Scalar(byte)))' stands for nothing")
        }
    }

    private mutating func scalar(digits: Int) throws(YAMLError) -> Character {
        let text = String(decoding: bytes[index...].prefix(digits), as: UTF8.self)
        guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16)
        else {
            throw error("an escape lacks digits")
        }
        index += digits
        // JSON, which is YAML too, writes characters beyond the first plane as two.
        if (0xD800...0xDBFF).contains(code), bytes[index...].starts(with: "\\u".utf8) {
            let low = String(decoding: bytes[(index + 2)...].prefix(4), as: UTF8.self)
            if let second = UInt32(low, radix: 16), (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (second - 0xDC00))
            {
                index += 6
                return Character(scalar)
            }
        }
        return Character(Unicode.Scalar(code) ?? "\u{FFFD}")
    }

    /// The lines below `|` or `>`.
    mutating func blockScalar(under parent: Int) throws(YAMLError) -> String {
        let isFolded = next == UInt8(ascii: ">")
        index += 1
        var indent: Int?
        var chomping: UInt8?
        while let byte = next, !isAtLineEnd, byte != 0x20 {
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
                chomping = byte
            } else if (0x31...0x39).contains(byte) {
                indent = max(parent, 0) + Int(byte - 0x30)
            } else {
                throw error("this is no head of a block of text")
            }
            index += 1
        }
        skipLine()
        var lines: [String] = []
        while index < bytes.count {
            let start = index
            var end = start
            while end < bytes.count, bytes[end] == 0x20 { end += 1 }
            let isBlank = end == bytes.count || bytes[end] == 0x0A || bytes[end] == 0x0D
            if !isBlank, indent == nil { indent = end - start }
            if !isBlank, end - start <= parent || end - start < indent ?? 0 { break }
            let from = min(end, start + (indent ?? end - start))
            while next.map({ $0 != 0x0A }) == true { index += 1 }
            var text = bytes[from..<max(from, index)]
            if text.last == 0x0D { text.removeLast() }
            lines.append(String(decoding: text, as: UTF8.self))
            skipLine()
        }
        return Self.joined(lines, isFolded: isFolded, chomping: chomping)
    }

    private static func joined(_ lines: [String], isFolded: Bool, chomping: UInt8?) -> String {
        let content = lines.prefix((lines.lastIndex { !$0.isEmpty } ?? -1) + 1)
        let trailing = lines.count - content.count
        var text = ""
        for (offset, line) in content.enumerated() {
            let isInside = offset > 0
            let follows = isInside ? content[offset - 1] : ""
            let folds =
                isFolded && isInside && !line.isEmpty && !follows.isEmpty && line.first != " "
                && follows.first != " "
            // A blank line between two that are folded stands for the break.
            let isSwallowed =
                isFolded && isInside && !line.isEmpty && follows.isEmpty && line.first != " " && offset > 1
            if folds { text += " " } else if isInside, !isSwallowed { text += "\n" }
            text += line
        }
        switch chomping {
        case UInt8(ascii: "-"): return text
        case UInt8(ascii: "+"):
            return text + String(repeating: "\n", count: trailing + (content.isEmpty ? 0 : 1))
        default: return text + (content.isEmpty ? "" : "\n")
        }
    }
}

extension String {
    /// Without spaces and tabs at its ends.
    var trimmed: String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
