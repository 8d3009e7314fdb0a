// SPDX-License-Identifier: Apache-2.0

/// An instruction's lines joined to one, with the way back to the file.
struct LogicalLine {
    private var bytes: [UInt8] = []
    /// Where pieces of ``bytes`` begin, and where they come from in the file.
    private var pieces: [(start: Int, origin: Int)] = []
    private var position = 0

    mutating func append(_ piece: ArraySlice<UInt8>) {
        pieces.append((bytes.count, piece.startIndex))
        bytes += piece
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position].isBlank { position += 1 }
    }

    /// Takes the next word.
    mutating func takeWord() -> String {
        skipBlanks()
        let start = position
        while position < bytes.count, !bytes[position].isBlank { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Takes the words that begin with `--`; quotes hold a word together, `--` alone ends the flags.
    mutating func takeFlags() -> [Instruction.Flag] {
        var flags: [Instruction.Flag] = []
        while true {
            skipBlanks()
            guard bytes[position...].starts(with: [0x2D, 0x2D]) else { return flags }
            let start = position
            var quote: UInt8?
            while position < bytes.count, quote != nil || !bytes[position].isBlank {
                let byte = bytes[position]
                if byte == quote {
                    quote = nil
                } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                }
                position += 1
            }
            let word = bytes[(start + 2)..<position]
            if word.isEmpty { return flags }
            let parts = word.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            flags.append(
                Instruction.Flag(
                    name: String(decoding: parts[0], as: UTF8.self),
                    value: parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : nil))
        }
    }

    /// What has not been taken, without blanks at both ends.
    var rest: String { String(decoding: bytes[position...], as: UTF8.self).trimmed }

    /// The words that have not been taken.
    var words: [Instruction.Word] {
        bytes[position...].split { $0.isBlank }.map { word in
            let start = origin(of: word.startIndex)
            let end = word.isEmpty ? start : origin(of: word.endIndex - 1) + 1
            return Instruction.Word(
                text: String(decoding: word, as: UTF8.self), range: start..<max(start, end))
        }
    }

    private func origin(of index: Int) -> Int {
        var low = 0
        var high = pieces.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if pieces[middle].start <= index { low = middle } else { high = middle }
        }
        guard low < pieces.count else { return 0 }
        return pieces[low].origin + index - pieces[low].start
    }
}

/// The beginning of a here-document in a line: `<<NAME`, `3<<-"NAME"`.
///
/// - SeeAlso: `ParseHeredoc` in BuildKit's `frontend/dockerfile/parser/parser.go`.
struct HeredocOpening: Equatable {
    let name: String
    let stripsTabs: Bool
    let expands: Bool

    /// All of a line, in their order.
    static func all(in line: String) -> [HeredocOpening] {
        rawWords(line).compactMap(HeredocOpening.init(word:))
    }

    private init?(word: [UInt8]) {
        var rest = word[...].drop { $0.isDigit }
        guard rest.starts(with: [0x3C, 0x3C]) else { return nil }
        rest = rest.dropFirst(2)
        stripsTabs = rest.first == UInt8(ascii: "-")
        if stripsTabs { rest = rest.dropFirst() }
        guard !rest.isEmpty, !rest.contains(0x3C) else { return nil }
        let isQuote = { (byte: UInt8) in byte == 0x22 || byte == 0x27 }
        expands = !rest.contains(where: isQuote)
        name = String(decoding: rest.filter { !isQuote($0) }, as: UTF8.self)
        guard !name.isEmpty else { return nil }
    }

    /// The words of a line, quotes kept, blanks in quotes not dividing.
    private static func rawWords(_ line: String) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var quote: UInt8?
        var isEscaped = false
        for byte in line.utf8 {
            if quote == nil, byte.isBlank {
                if !word.isEmpty { words.append(word) }
                word = []
                continue
            }
            word.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), quote != 0x27 {
                isEscaped = true
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == 0x22 || byte == 0x27 {
                quote = byte
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
