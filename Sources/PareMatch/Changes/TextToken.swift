// SPDX-License-Identifier: Apache-2.0

/// A piece of a text that is compared as a whole.
struct TextToken: Hashable {
    enum Kind: Hashable {
        case number
        /// How it is written, with each number as `0` and each name of a month or a day as `a`.
        case timestamp(form: [UInt8])
        case uuid
        case word
        /// One byte of anything else.
        case mark
    }

    let kind: Kind
    let bytes: ArraySlice<UInt8>
    /// From 1.
    let line: Int
}

/// Cuts a text into tokens.  Nothing of it is lost: the tokens' bytes are the text.
struct TextScanner {
    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var line = 1

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    static func tokens(of bytes: ArraySlice<UInt8>) -> [TextToken] {
        var scanner = TextScanner(bytes)
        var tokens: [TextToken] = []
        while let token = scanner.next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() -> TextToken? {
        guard index < bytes.endIndex else { return nil }
        let (kind, end) = token
        defer {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index = end
        }
        return TextToken(kind: kind, bytes: bytes[index..<end], line: line)
    }

    /// The token at the index, by the longest of its readings.
    private var token: (kind: TextToken.Kind, end: Int) {
        guard bytes[index].isOpaqueByte || bytes[index].isWordByte else { return (.mark, index + 1) }
        let rest = bytes[index...]
        if rest.isUUID { return (.uuid, index + 36) }
        if let time = TimestampReader.read(rest) { return (.timestamp(form: time.form), time.end) }
        if let end = opaqueEnd ?? longWordEnd { return (.word, end) }
        let digits = isSigned ? rest.dropFirst() : rest
        if let end = digits.numberEnd { return (.number, end) }
        let word = rest.prefix(while: \.isWordByte)
        return word.isEmpty ? (.mark, index + 1) : (.word, word.endIndex)
    }

    /// Looking ahead goes no further, so that the time grows with the text's length only; in bytes.
    private static let runLimit = 512

    private var previous: UInt8? { index > bytes.startIndex ? bytes[index - 1] : nil }

    /// A minus that stands for itself: not the one in `10-20`.
    private var isSigned: Bool { bytes[index] == UInt8(ascii: "-") && previous?.isWordByte != true }

    /// The end of a token such as `V1StGXR8_Z5jdHi6B-myT`, whose hyphens do not divide it.
    private var longWordEnd: Int? {
        guard previous?.isWordByte != true else { return nil }
        let run = bytes[index...].prefix(Self.runLimit).prefix { $0.isWordByte || $0 == UInt8(ascii: "-") }
        return run.count >= 16 && run.first?.isWordByte == true && run.classes == 3 ? run.endIndex : nil
    }

    /// The end of base64 that fills a pair of quotes, as nonces of HTML do.
    private var opaqueEnd: Int? {
        guard let quote = previous, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            return nil
        }
        let run = bytes[index...].prefix(Self.runLimit).prefix(while: \.isOpaqueByte)
        let isWhole = run.endIndex < bytes.endIndex && bytes[run.endIndex] == quote
        return isWhole && run.count >= 16 && run.classes == 3 ? run.endIndex : nil
    }
}

extension ArraySlice<UInt8> {
    /// How many of these it has: digits, lower-case letters, upper-case letters other than its first byte.
    var classes: Int {
        let hasDigit = contains { $0.isDigit }
        let hasLower = contains { (0x61...0x7A).contains($0) }
        let hasUpper = dropFirst().contains { (0x41...0x5A).contains($0) }
        return [hasDigit, hasLower, hasUpper].count { $0 }
    }

    fileprivate var isUUID: Bool {
        let text = prefix(37)
        guard text.count >= 36, text[text.startIndex + 8] == UInt8(ascii: "-"),
            text.count == 36 || !text[text.startIndex + 36].isWordByte
        else { return false }
        return text.prefix(36).enumerated().allSatisfy { offset, byte in
            [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : byte.isHexDigit
        }
    }

    /// The end of `12`, `12.5`, or of the number in `12ms`; `nil` for `12ab34`, which is a word.
    fileprivate var numberEnd: Int? {
        let digits = prefix(while: \.isDigit)
        guard !digits.isEmpty else { return nil }
        var end = digits.endIndex
        if end < endIndex, self[end] == UInt8(ascii: ".") {
            let decimals = self[(end + 1)...].prefix(while: \.isDigit)
            if !decimals.isEmpty { return decimals.endIndex }
        }
        let unit = self[end...].prefix(while: \.isWordByte)
        guard !unit.isEmpty else { return end }
        let units = ["ns", "us", "ms", "s", "m", "h", "d", "b", "k", "kb", "mb", "gb", "kib", "mib", "gib"]
        let isUnit = units.contains(String(decoding: unit, as: UTF8.self).lowercased())
        if !isUnit || digits.count + unit.count >= 8 { end = startIndex }
        return end == startIndex ? nil : end
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
    fileprivate var isHexDigit: Bool {
        isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
    }
    /// Letters of other scripts, whose bytes are all above ASCII, included.
    var isWordByte: Bool { isDigit || isLetter || self == UInt8(ascii: "_") || self >= 0x80 }
    /// Whether it stands in base64, in either alphabet, or in what is made of pieces of it.
    var isOpaqueByte: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
            UInt8(ascii: "."), UInt8(ascii: "~"):
            true
        default: isDigit || isLetter
        }
    }
}
