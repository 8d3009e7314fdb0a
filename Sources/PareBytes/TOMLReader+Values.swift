// SPDX-License-Identifier: Apache-2.0

/// What stands behind a `=`.
extension TOMLReader {
    mutating func value(depth: Int) throws(TOMLError) -> JSONValue {
        guard depth < Self.depthLimit else { throw error("it is nested too deep") }
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try text())
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "{"): return try inlineTable(depth: depth)
        default: return try plain()
        }
    }

    private mutating func array(depth: Int) throws(TOMLError) -> JSONValue {
        index += 1
        var elements: [JSONValue] = []
        while true {
            try skipBlankLines()
            if next == UInt8(ascii: "]") { break }
            elements.append(try value(depth: depth + 1))
            try skipBlankLines()
            if next == UInt8(ascii: "]") { break }
            guard next == UInt8(ascii: ",") else { throw error("an array is not closed") }
            index += 1
        }
        index += 1
        return .array(elements)
    }

    /// On one line, without a comma at its end.
    private mutating func inlineTable(depth: Int) throws(TOMLError) -> JSONValue {
        index += 1
        let table = TOMLTable(.inline)
        skipSpaces()
        if next != UInt8(ascii: "}") {
            while true {
                skipSpaces()
                try member(of: table, depth: depth + 1)
                skipSpaces()
                if next == UInt8(ascii: "}") { break }
                guard next == UInt8(ascii: ",") else { throw error("a table in braces is not closed") }
                index += 1
            }
        }
        index += 1
        return table.json
    }

    private mutating func text() throws(TOMLError) -> String {
        for mark in ["\"\"\"", "'''"] where starts(with: mark) { return try longText(mark) }
        return try quoted()
    }

    /// A text of one line, in either kind of quotes.
    mutating func quoted() throws(TOMLError) -> String {
        let quote = next
        index += 1
        var text: [UInt8] = []
        while let byte = next, byte != 0x0A, byte != 0x0D {
            index += 1
            if byte == quote { return try string(text) }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(into: &text)
            } else {
                try append(byte, to: &text)
            }
        }
        throw error("a quote is not closed")
    }

    /// A text of any number of lines, of which an empty first one does not count.
    private mutating func longText(_ mark: String) throws(TOMLError) -> String {
        index += 3
        try skipLineEnd()
        let start = line
        let quote = mark.utf8.first
        var text: [UInt8] = []
        while let byte = next {
            if byte == quote, starts(with: mark) {
                index += 3
                // Up to two more quotes are the text's own.
                for _ in 0..<2 where next == quote {
                    text.append(byte)
                    index += 1
                }
                return try string(text)
            }
            if byte == 0x0A || byte == 0x0D {
                try skipLineEnd()
                text.append(0x0A)
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                index += 1
                if try !joinLines() { try escape(into: &text) }
            } else {
                index += 1
                try append(byte, to: &text)
            }
        }
        throw TOMLError(line: start, reason: "a quote is not closed")
    }

    /// Over all white space, where nothing but that follows a `\` on its line.
    private mutating func joinLines() throws(TOMLError) -> Bool {
        let mark = index
        skipSpaces()
        guard next == 0x0A || next == 0x0D else {
            index = mark
            return false
        }
        while next == 0x0A || next == 0x0D {
            try skipLineEnd()
            skipSpaces()
        }
        return true
    }

    private func append(_ byte: UInt8, to text: inout [UInt8]) throws(TOMLError) {
        guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
            throw error("a text has a control character")
        }
        text.append(byte)
    }

    private func string(_ text: [UInt8]) throws(TOMLError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw error("it is not UTF-8") }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(TOMLError) {
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0A,
            UInt8(ascii: "f"): 0x0C,
            UInt8(ascii: "r"): 0x0D, UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C,
        ]
        guard let byte = next else { throw error("a quote is not closed") }
        index += 1
        if let plain = simple[byte] { return text.append(plain) }
        guard byte == UInt8(ascii: "u") || byte == UInt8(ascii: "U") else {
            throw error("a '\\' is followed by nothing that it can be")
        }
        let digits = bytes[index...].prefix(byte == UInt8(ascii: "u") ? 4 : 8)
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
            digits.count == (byte == UInt8(ascii: "u") ? 4 : 8),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(code)
        else { throw error("a '\\u' is not followed by the number of a character") }
        index += digits.count
        text += String(scalar).utf8
    }

    /// A value without quotes and brackets.
    private mutating func plain() throws(TOMLError) -> JSONValue {
        var word = self.word()
        // A space may stand between a date and a time.
        if word.utf8.count == 10, Self.isMoment(word), next == 0x20, index + 1 < bytes.count,
            (0x30...0x39).contains(bytes[index + 1])
        {
            index += 1
            word += " " + self.word()
        }
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf", "+inf", "-inf", "nan", "+nan", "-nan": return .string(word)
        case "": throw error("a value is missing")
        default: break
        }
        if let number = Self.integer(word) ?? Self.float(word) { return .number(number) }
        guard Self.isMoment(word) else { throw error("'\(word.prefix(40))' is no value") }
        return .string(word)
    }

    private mutating func word() -> String {
        let start = index
        while let byte = next, byte > 0x20, !",]}#=".utf8.contains(byte) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// In decimal, where it is an integer of 64 bits.
    private static func integer(_ word: String) -> String? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
            let digits = word.dropFirst(2)
            guard digits.first != "-", digits.first != "+" else { return nil }
            return unscored(digits).flatMap { Int64($0, radix: radix) }.map { String($0) }
        }
        let digits = word.first == "+" || word.first == "-" ? word.dropFirst() : word[...]
        guard digits == "0" || digits.first != "0", digits.utf8.first.map(isDigit) ?? false,
            let plain = unscored(digits)
        else { return nil }
        return Int64(word.first == "-" ? "-" + plain : plain).map { String($0) }
    }

    /// As JSON writes it.
    private static func float(_ word: String) -> String? {
        let isNegative = word.first == "-"
        let rest = isNegative || word.first == "+" ? word.dropFirst() : word[...]
        let parts = rest.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard (1...2).contains(parts.count) else { return nil }
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2, parts.count + halves.count > 2,
            halves[0] == "0" || halves[0].first != "0"
        else { return nil }
        var exponent = parts.dropFirst().first
        let sign = exponent?.first.flatMap { $0 == "+" || $0 == "-" ? String($0) : nil } ?? ""
        if !sign.isEmpty { exponent = exponent?.dropFirst() }
        let runs = halves + (exponent.map { [$0] } ?? [])
        let plain = runs.compactMap { run in
            run.utf8.allSatisfy { isDigit($0) || $0 == 0x5F } ? unscored(run) : nil
        }
        guard plain.count == runs.count else { return nil }
        var text = (isNegative ? "-" : "") + plain[..<halves.count].joined(separator: ".")
        if exponent != nil { text += "e" + sign + (plain.last ?? "") }
        return text
    }

    /// Digits without the `_` between them.
    private static func unscored(_ digits: Substring) -> String? {
        guard !digits.isEmpty, digits.first != "_", digits.last != "_", !digits.contains("__") else {
            return nil
        }
        return digits.filter { $0 != "_" }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Whether it has the form of a date, of a time, or of both.
    private static func isMoment(_ word: String) -> Bool {
        let shape = word.utf8.map { isDigit($0) ? UInt8(ascii: "0") : $0 }
        let text = String(decoding: shape, as: UTF8.self)
        if text == "0000-00-00" { return true }
        var rest = text[...]
        let hasDate = rest.hasPrefix("0000-00-00")
        if hasDate {
            rest = rest.dropFirst(10)
            guard let mark = rest.first, "Tt ".contains(mark) else { return false }
            rest = rest.dropFirst()
        }
        guard rest.hasPrefix("00:00:00") else { return false }
        rest = rest.dropFirst(8)
        if rest.hasPrefix(".0") { rest = rest.dropFirst().drop { $0 == "0" } }
        return rest.isEmpty || hasDate && ["Z", "z", "+00:00", "-00:00"].contains(rest)
    }
}
