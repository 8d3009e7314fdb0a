// SPDX-License-Identifier: Apache-2.0

/// Replaces variables in a text as Docker does, for reasoning about it; the file itself is never expanded.
///
/// Knows `$X`, `${X}`, `${X:-word}`, `${X-word}`, `${X:+word}`, `${X+word}`, `${X:?word}` and `\$`; words may
/// hold variables themselves.  Quotes are taken away.
///
/// - Returns: `nil` where a variable is not known, or in another form: then nothing can be said about the
///   text.
/// - SeeAlso: BuildKit's `frontend/dockerfile/shell/lex.go`.
func expand(_ text: String, escape: UInt8 = UInt8(ascii: "\\"), _ value: (String) -> String?) -> String? {
    var expander = Expander(bytes: Array(text.utf8), escape: escape)
    guard let result = expander.text(until: nil, depth: 0, value) else { return nil }
    return String(decoding: result, as: UTF8.self)
}

/// The names that follow a `$` or `${` in a text, in their order.
func variableNames(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var names: [String] = []
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "$") {
        if index > 0, bytes[index - 1] == UInt8(ascii: "\\") { continue }
        let rest = bytes[(index + 1)...]
        let name = (rest.first == UInt8(ascii: "{") ? rest.dropFirst() : rest).prefix { $0.isNameByte }
        if !name.isEmpty { names.append(String(decoding: name, as: UTF8.self)) }
    }
    return names
}

private struct Expander {
    let bytes: [UInt8]
    let escape: UInt8
    var position = 0

    /// Words in words in words: more than anybody writes.
    private static let depthLimit = 20

    /// The text up to a closing brace, which is taken, or to the end.
    mutating func text(until end: UInt8?, depth: Int, _ value: (String) -> String?) -> [UInt8]? {
        guard depth < Self.depthLimit else { return nil }
        var result: [UInt8] = []
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == end, quote == nil { return result }
            switch byte {
            case escape where quote != 0x27 && position < bytes.count:
                result.append(bytes[position])
                position += 1
            case UInt8(ascii: "$") where quote != 0x27:
                guard let replaced = variable(depth: depth, value) else { return nil }
                result += replaced
            case 0x22, 0x27:
                if quote == nil {
                    quote = byte
                } else if quote == byte {
                    quote = nil
                } else {
                    result.append(byte)
                }
            default: result.append(byte)
            }
        }
        return end == nil && quote == nil ? result : nil
    }

    private mutating func name() -> String {
        let start = position
        while position < bytes.count, bytes[position].isNameByte { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func variable(depth: Int, _ value: (String) -> String?) -> [UInt8]? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else {
            let name = name()
            return name.isEmpty ? Array("$".utf8) : value(name).map { Array($0.utf8) }
        }
        position += 1
        let name = name()
        guard !name.isEmpty, position < bytes.count else { return nil }
        let found = value(name)
        if bytes[position] == UInt8(ascii: "}") {
            position += 1
            return found.map { Array($0.utf8) }
        }
        let countsEmpty = bytes[position] == UInt8(ascii: ":")
        if countsEmpty { position += 1 }
        guard position < bytes.count else { return nil }
        let form = bytes[position]
        position += 1
        guard let word = text(until: UInt8(ascii: "}"), depth: depth + 1, value) else { return nil }
        let isSet = countsEmpty ? !(found ?? "").isEmpty : found != nil
        switch form {
        case UInt8(ascii: "-"): return isSet ? found.map { Array($0.utf8) } : word
        case UInt8(ascii: "+"): return isSet ? word : []
        case UInt8(ascii: "?"): return isSet ? found.map { Array($0.utf8) } : nil
        default: return nil
        }
    }
}

/// The `NAME=value` pairs of an `ENV`, `ARG` or `LABEL`, values as written; the old form `ENV NAME value`
/// too.
func assignments(_ arguments: String) -> [(name: String, value: String?)] {
    let words = quotedWords(arguments)
    guard let first = words.first else { return [] }
    if !first.utf8.contains(UInt8(ascii: "=")), words.count > 1 {
        return [(first, String(arguments.dropFirst(first.count)).trimmed)]
    }
    return words.map { word in
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
    }
}

/// The words of a text; quotes and a backslash hold blanks together and are kept.
private func quotedWords(_ text: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var quote: UInt8?
    var isEscaped = false
    for byte in text.utf8 {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\"), quote != 0x27 {
            isEscaped = true
        } else if quote == nil, byte.isBlank {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
            continue
        } else if byte == quote {
            quote = nil
        } else if quote == nil, byte == 0x22 || byte == 0x27 {
            quote = byte
        }
        word.append(byte)
    }
    return word.isEmpty ? words : words + [String(decoding: word, as: UTF8.self)]
}
