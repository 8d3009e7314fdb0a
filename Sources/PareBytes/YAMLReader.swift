// SPDX-License-Identifier: Apache-2.0

/// Why a text is not YAML, or none of the kind that is read.
package struct YAMLError: Error, Equatable, Sendable {
    /// From 1.
    package let line: Int
    /// The end of a sentence.
    package let reason: String
}

extension JSONValue {
    /// The first document of a YAML text: block and flow collections, plain and quoted scalars, block scalars.
    ///
    /// Scalars are what YAML's core schema has them be, where JSON has it, too; else they are texts.  Anchors, aliases,
    /// tags and keys that are no scalars are errors: a document with them may be far larger than it looks, and another
    /// program can write it out.
    ///
    /// - SeeAlso: YAML 1.2.2, chapters 6 to 8 and 10.3.
    package init(yaml text: String) throws(YAMLError) {
        var reader = YAMLReader(Array(text.utf8))
        self = try reader.document()
    }
}

/// Reads YAML by columns; nothing is trusted, nesting is bounded.
struct YAMLReader {
    let bytes: [UInt8]
    var index = 0
    var line = 1
    /// Of the content at the index, from 0; -1 at the end of the document.
    private var column = 0

    static let depthLimit = 100

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }
    private var isAtEnd: Bool { column < 0 }
    var isAtLineEnd: Bool { next.map { $0 == 0x0A || $0 == 0x0D } ?? true }

    func error(_ reason: String) -> YAMLError { YAMLError(line: line, reason: reason) }

    mutating func document() throws(YAMLError) -> JSONValue {
        try toContent(isFirst: true)
        guard !isAtEnd else { return .null }
        let value = try node(under: -1, depth: 0)
        guard isAtEnd else { throw error("it is not indented as what stands above it") }
        return value
    }

    /// Goes from the start of a line to the next content: over blank lines, comments and indentation.
    private mutating func toContent(isFirst: Bool = false) throws(YAMLError) {
        var isFirst = isFirst
        while index < bytes.count {
            let start = index
            while next == 0x20 { index += 1 }
            column = index - start
            if isFirst, column == 0, next == UInt8(ascii: "%") || isMarker("---") {
                if next != UInt8(ascii: "%") {
                    index += 3
                    isFirst = false
                    skipSpaces()
                    if !isAtLineEnd, next != UInt8(ascii: "#") {
                        throw error("content on the line of '---' is not read")
                    }
                }
            } else if column == 0, isMarker("---") || isMarker("...") {
                break
            } else if next == 0x09 {
                skipSpaces()
                guard isAtLineEnd || next == UInt8(ascii: "#") else { throw error("a tab cannot indent") }
            } else if !isAtLineEnd, next != UInt8(ascii: "#") {
                return
            }
            skipLine()
        }
        column = -1
    }

    private func isMarker(_ marker: String) -> Bool {
        let rest = bytes[index...]
        guard rest.starts(with: marker.utf8) else { return false }
        return rest.dropFirst(3).first.map { $0 <= 0x20 } ?? true
    }

    mutating func skipSpaces() {
        while next == 0x20 || next == 0x09 { index += 1 }
    }

    mutating func skipLine() {
        while let byte = next, byte != 0x0A { index += 1 }
        if next == 0x0A {
            index += 1
            line += 1
        }
    }

    /// Goes on to the next content when nothing but a comment is left of the line.
    private mutating func endLine() throws(YAMLError) {
        let hasSpace = index > 0 && bytes[index - 1] <= 0x20
        skipSpaces()
        let isComment = next == UInt8(ascii: "#") && (hasSpace || bytes[index - 1] <= 0x20)
        guard isAtLineEnd || isComment else { throw error("something follows a value that has ended") }
        skipLine()
        try toContent()
    }

    /// The value at the content, which belongs to something that stands in a column to its left.
    private mutating func node(under parent: Int, depth: Int) throws(YAMLError) -> JSONValue {
        guard depth < Self.depthLimit else { throw error("it is nested too deep") }
        if isItem { return try sequence(depth: depth) }
        if hasKey { return try mapping(depth: depth) }
        return try scalarOrFlow(under: parent, depth: depth)
    }

    private var isItem: Bool {
        guard next == UInt8(ascii: "-") else { return false }
        return index + 1 == bytes.count || bytes[index + 1] <= 0x20
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> JSONValue {
        let own = column
        var elements: [JSONValue] = []
        while !isAtEnd, column == own, isItem {
            let start = index
            index += 1
            skipSpaces()
            if isAtLineEnd || next == UInt8(ascii: "#") {
                try endLine()
                elements.append(!isAtEnd && column > own ? try node(under: own, depth: depth + 1) : .null)
            } else {
                column = own + index - start
                elements.append(try node(under: own, depth: depth + 1))
            }
        }
        guard isAtEnd || column <= own else { throw error("it is indented further than the item above") }
        return .array(elements)
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> JSONValue {
        let own = column
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        while !isAtEnd, column == own, !isItem {
            guard hasKey else { throw error("a key with a colon is missing") }
            let name = try key()
            guard names.insert(name).inserted else { throw error("the key '\(name)' stands twice") }
            skipSpaces()
            let value: JSONValue
            if isAtLineEnd || next == UInt8(ascii: "#") {
                try endLine()
                // The items of a sequence may stand in the column of their key.
                let hasValue = !isAtEnd && (column > own || column == own && isItem)
                value = hasValue ? try node(under: own, depth: depth + 1) : .null
            } else {
                value = try scalarOrFlow(under: own, depth: depth + 1)
            }
            members.append(JSONValue.Member(name: name, value: value))
        }
        guard isAtEnd || column <= own else { throw error("it is indented further than the key above") }
        return .object(members)
    }

    /// Whether a key and its colon stand at the content.
    private var hasKey: Bool {
        var copy = self
        return (try? copy.key()) != nil
    }

    /// Reads a key with its colon.
    private mutating func key() throws(YAMLError) -> String {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
            let start = line
            let name = try quoted()
            skipSpaces()
            guard line == start, isColon else { throw error("a colon is missing after the key") }
            index += 1
            return name
        }
        guard let first = next, !"[]{},#&*!|>%@`".utf8.contains(first) else {
            throw error("this cannot be a key")
        }
        try refuseIndicator(first)
        let start = index
        while !isAtLineEnd, !isColon, !isComment { index += 1 }
        guard isColon else { throw error("a colon is missing after the key") }
        defer { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self).trimmed
    }

    /// A colon that ends a key: one before a space or the end of the line.
    private var isColon: Bool {
        guard next == UInt8(ascii: ":") else { return false }
        return index + 1 == bytes.count || bytes[index + 1] <= 0x20
    }

    private var isComment: Bool { next == UInt8(ascii: "#") && index > 0 && bytes[index - 1] <= 0x20 }

    private mutating func scalarOrFlow(under parent: Int, depth: Int) throws(YAMLError) -> JSONValue {
        guard let first = next else { return .null }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let value = try flow(depth: depth)
            try endLine()
            return value
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let value = JSONValue.string(try quoted())
            try endLine()
            return value
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            let value = JSONValue.string(try blockScalar(under: parent))
            try toContent()
            return value
        default:
            try refuseIndicator(first)
            return try plain(under: parent)
        }
    }

    func refuseIndicator(_ byte: UInt8) throws(YAMLError) {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "*"): throw error("anchors and aliases ('&', '*') are not read")
        case UInt8(ascii: "!"): throw error("tags ('!') are not read")
        case UInt8(ascii: "?"):
            let isIndicator = bytes[(index + 1)...].first.map { $0 <= 0x20 } ?? true
            if isIndicator { throw error("keys of several lines ('?') are not read") }
        case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: ","):
            throw error("a value cannot begin with '\(Character(Unicode.Scalar(byte)))'")
        default: break
        }
    }

    /// A scalar without quotes, with the lines that go on with it.
    private mutating func plain(under parent: Int) throws(YAMLError) -> JSONValue {
        var parts: [String] = []
        repeat {
            let start = index
            while !isAtLineEnd, !isComment {
                if isColon { throw error("a colon in a text without quotes") }
                index += 1
            }
            parts.append(String(decoding: bytes[start..<index], as: UTF8.self).trimmed)
            skipLine()
            try toContent()
        } while !isAtEnd && column > parent
        return parts.count == 1 ? Self.scalar(parts[0]) : .string(parts.joined(separator: " "))
    }

    /// What a scalar without quotes means.
    static func scalar(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default:
            if let number = try? JSONValue(text.utf8), case .number = number { return number }
            return .string(text)
        }
    }
}
