// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// An object of the members that there are, in the order of the lists; a `nil` is left out.
    package static func record(_ lists: [(String, JSONValue?)]...) -> JSONValue {
        var members: [Member] = []
        members.reserveCapacity(lists.reduce(0) { $0 + $1.count })
        for list in lists {
            for (name, value) in list {
                if let value { members.append(Member(name: name, value: value)) }
            }
        }
        return .object(members)
    }

    package static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    /// The text of a value on lines indented by two spaces, with `<`, `>`, `&` escaped as Go's `encoding/json` has it.
    package var indented: String { indented(by: "  ") }

    /// The same with the end of its last line, as files have it.
    package var document: String { indented(by: "  ", end: "\n") }

    /// The same with another indentation, and an end.
    package func indented(by step: StaticString, end: StaticString = "") -> String {
        var writer = JSONWriter(step: step)
        writer.write(self, depth: 0)
        writer.append(end)
        return writer.text
    }
}

/// Writes values to bytes.
private struct JSONWriter {
    /// What one level is indented by.
    let step: StaticString
    /// What came before ``bytes``, in pieces that are not copied until all is there.
    private var pieces: [[UInt8]] = []
    private var bytes: [UInt8] = []

    init(step: StaticString) { self.step = step }

    /// All that was written.
    var text: String {
        let pieces = pieces + [bytes]
        return String(unsafeUninitializedCapacity: pieces.reduce(0) { $0 + $1.count }) { buffer in
            var count = 0
            for piece in pieces {
                count = buffer[count...].initialize(fromContentsOf: piece)
            }
            return count
        }
    }

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let text): bytes += text.utf8
        case .string(let text): quote(text)
        case .array(let elements):
            append("[")
            if elements.count < 128 {
                writeLines(elements, depth: depth + 1) { $0.write($1, depth: depth + 1) }
            } else {
                writeParts(elements, depth: depth + 1)
            }
            if !elements.isEmpty { beginLine(depth) }
            append("]")
        case .object(let members):
            append("{")
            writeLines(members, depth: depth + 1) { writer, member in
                writer.quote(member.name)
                writer.append(": ")
                writer.write(member.value, depth: depth + 1)
            }
            if !members.isEmpty { beginLine(depth) }
            append("}")
        }
    }

    private mutating func writeLines<Elements: Collection>(
        _ elements: Elements, depth: Int, _ body: (inout Self, Elements.Element) -> Void
    ) {
        var isFirst = true
        for element in elements {
            if !isFirst { append(",") }
            isFirst = false
            beginLine(depth)
            body(&self, element)
        }
    }

    /// A report's findings are nearly all of it.
    private mutating func writeParts(_ elements: [JSONValue], depth: Int) {
        pieces.append(bytes)
        bytes = []
        let parts = elements.inParts { [step] part in
            var writer = JSONWriter(step: step)
            writer.writeLines(part, depth: depth) { $0.write($1, depth: depth) }
            return [writer.pieces + [writer.bytes]]
        }
        pieces += parts.joined(separator: [[UInt8(ascii: ",")]])
    }

    private mutating func beginLine(_ depth: Int) {
        append("\n")
        for _ in 0..<depth { append(step) }
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Runs of bytes that stand for themselves are copied at once: nearly all of a report are such.
    private mutating func quote(_ text: String) {
        append("\"")
        var text = text
        text.withUTF8 { text in
            var start = 0
            var index = Self.plainCount(text, from: 0)
            while index < text.count {
                let length = Self.lengthOfEscaped(text[index...])
                if length > 0 {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
                    escape(text[index], isLong: length > 1, last: text[index + length - 1])
                    start = index + length
                }
                index = Self.plainCount(text, from: index + max(1, length))
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
        append("\"")
    }

    /// Goes from an index over words of eight bytes that all stand for themselves.
    private static func plainCount(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let bytes = UnsafeRawBufferPointer(text)
        let ones: UInt64 = 0x0101_0101_0101_0101
        /// The highest bits of bytes that are below a number; and of some behind the first such one.
        func below(_ number: UInt64, _ word: UInt64) -> UInt64 { (word &- ones &* number) & ~word }
        var index = start
        while bytes.count - index >= 8 {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let special =
                below(0x20, word) | below(1, word ^ ones &* 0x22) | below(1, word ^ ones &* 0x5C)
                | below(1, word ^ ones &* 0x3C) | below(1, word ^ ones &* 0x3E)
                | below(1, word ^ ones &* 0x26) | below(1, word ^ ones &* 0xE2)
            guard special & (ones &* 0x80) == 0 else { return index }
            index += 8
        }
        return index
    }

    /// How many bytes at the start are written in another way: 0 for those that stand for themselves.
    private static func lengthOfEscaped(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        switch text[text.startIndex] {
        case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "&"):
            return 1
        // U+2028 and U+2029, which end lines in JavaScript.
        case 0xE2:
            let rest = text.dropFirst()
            return rest.first == 0x80 && [0xA8, 0xA9].contains(rest.dropFirst().first) ? 3 : 0
        default: return 0
        }
    }

    private mutating func escape(_ byte: UInt8, isLong: Bool, last: UInt8) {
        if isLong { return append(last == 0xA8 ? "\\u2028" : "\\u2029") }
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case UInt8(ascii: "\n"): append("\\n")
        case UInt8(ascii: "\r"): append("\\r")
        case UInt8(ascii: "\t"): append("\\t")
        default:
            let digits = String(byte, radix: 16)
            append(digits.utf8.count == 1 ? "\\u000" : "\\u00")
            bytes += digits.utf8
        }
    }
}
