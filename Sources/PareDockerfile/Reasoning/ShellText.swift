// SPDX-License-Identifier: Apache-2.0

/// A shell command line, looked at as far as a reader can without a shell.
struct ShellText {
    let text: String

    /// The words of a single plain command, quotes taken away; `nil` where the text has operators, variables,
    /// substitutions, patterns or anything else that only a shell does.
    var plainCommand: [String]? {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "\\") where quote == nil:
                guard let next = bytes.next() else { return nil }
                word = (word ?? []) + [next]
            case 0x22, 0x27:
                word = word ?? []
                if quote == nil {
                    quote = byte
                } else if quote == byte {
                    quote = nil
                } else {
                    word?.append(byte)
                }
            case _ where quote == 0x27: word?.append(byte)
            case UInt8(ascii: "$"), UInt8(ascii: "`"): return nil
            case UInt8(ascii: "\\"): return nil
            case _ where quote != nil: word?.append(byte)
            case _ where byte.isBlank || byte == 0x0A:
                if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
                word = nil
            case _ where Self.special.contains(byte): return nil
            default: word = (word ?? []) + [byte]
            }
        }
        guard quote == nil else { return nil }
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        return words.isEmpty ? nil : words
    }

    private static let special = Set("|&;<>()*?[#~!{".utf8)

    /// The commands of a script, roughly: cut at operators outside quotes, `NAME=value` and shell words
    /// before the command left out.  Good for asking which programs a script uses, not for changing it.
    var commands: [[String]] {
        var commands: [[String]] = []
        var piece: [UInt8] = []
        var quote: UInt8?
        var isEscaped = false
        func flush() {
            commands.append(Self.words(String(decoding: piece, as: UTF8.self)))
            piece = []
        }
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), quote != 0x27 {
                isEscaped = true
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == 0x22 || byte == 0x27 {
                quote = byte
            } else if quote == nil, Self.divides.contains(byte) {
                flush()
                continue
            }
            piece.append(byte)
        }
        flush()
        return commands.filter { !$0.isEmpty }
    }

    private static let divides = Set("|&;\n()`".utf8)
    private static let prefixes: Set<String> = [
        "sudo", "exec", "time", "then", "do", "else", "if", "while", "!", "{", "env",
    ]

    private static func words(_ command: String) -> [String] {
        var words = command.fields[...]
        while let first = words.first, prefixes.contains(first) || isAssignment(first) { words.removeFirst() }
        return words.map { word in
            String(decoding: word.utf8.filter { $0 != 0x22 && $0 != 0x27 }, as: UTF8.self)
        }
    }

    /// Whether a word is `NAME=value`.
    static func isAssignment(_ word: String) -> Bool {
        guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), equals > word.utf8.startIndex,
            word.utf8.first?.isDigit == false
        else { return false }
        return word.utf8[..<equals].allSatisfy { $0.isNameByte }
    }
}
