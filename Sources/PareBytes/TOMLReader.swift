// SPDX-License-Identifier: Apache-2.0

/// Why a text is not TOML.
package struct TOMLError: Error, Equatable, Sendable {
    /// From 1.
    package let line: Int
    /// The end of a sentence.
    package let reason: String
}

extension JSONValue {
    /// The table that a TOML text is.
    ///
    /// Numbers are written as JSON has them; those that it has not, `inf` and `nan`, and dates and times are texts.
    ///
    /// - SeeAlso: TOML 1.0.0.
    package init(toml text: String) throws(TOMLError) {
        var reader = TOMLReader(Array(text.utf8))
        self = try reader.document()
    }
}

/// Reads TOML line by line; nothing is trusted, nesting is bounded.
struct TOMLReader {
    let bytes: [UInt8]
    var index = 0
    var line = 1

    /// Of values in values, and of names in a key.
    static let depthLimit = 100

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }
    private var isAtLineEnd: Bool { next.map { $0 == 0x0A || $0 == 0x0D } ?? true }

    func error(_ reason: String) -> TOMLError { TOMLError(line: line, reason: reason) }

    func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    mutating func document() throws(TOMLError) -> JSONValue {
        let root = TOMLTable(.header)
        var current = root
        while true {
            try skipBlankLines()
            guard let byte = next else { return root.json }
            if byte == UInt8(ascii: "[") {
                current = try header(from: root)
            } else {
                try member(of: current, depth: 0)
            }
            try endLine()
        }
    }

    /// A line `[a.b]` or `[[a.b]]`: the table that the lines below it fill.
    private mutating func header(from root: TOMLTable) throws(TOMLError) -> TOMLTable {
        let isArray = starts(with: "[[")
        index += isArray ? 2 : 1
        skipSpaces()
        let names = try key()
        guard starts(with: isArray ? "]]" : "]") else { throw error("a table's name is not closed") }
        index += isArray ? 2 : 1
        var table = root
        for name in names.dropLast() {
            switch table[name] {
            case nil: table = table.add(name, .implicit)
            case .table(let inner) where inner.origin != .inline: table = inner
            case .tables(let inner): table = inner.last ?? table
            default: throw error("'\(name)' is no table that can be added to")
            }
        }
        let name = names.last ?? ""
        switch table[name] {
        case nil: return isArray ? table.append(to: name) : table.add(name, .header)
        case .tables where isArray: return table.append(to: name)
        case .table(let inner) where !isArray && inner.origin == .implicit:
            inner.origin = .header
            return inner
        default: throw error("'\(name)' is there twice")
        }
    }

    /// `a.b = value`
    mutating func member(of table: TOMLTable, depth: Int) throws(TOMLError) {
        let names = try key()
        guard next == UInt8(ascii: "=") else { throw error("a '=' is missing after a key") }
        index += 1
        skipSpaces()
        var table = table
        for name in names.dropLast() {
            switch table[name] {
            case nil: table = table.add(name, .dotted)
            case .table(let inner) where inner.origin == .dotted: table = inner
            default: throw error("'\(name)' is there twice")
            }
        }
        let name = names.last ?? ""
        guard table[name] == nil else { throw error("'\(name)' is there twice") }
        table[name] = .value(try value(depth: depth))
    }

    /// The names of a key, and the spaces behind it.
    private mutating func key() throws(TOMLError) -> [String] {
        var names: [String] = []
        while names.count < Self.depthLimit {
            switch next {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard !starts(with: "\"\"\""), !starts(with: "'''") else {
                    throw error("a key is on one line")
                }
                names.append(try quoted())
            default:
                let start = index
                while let byte = next, Self.isBare(byte) { index += 1 }
                guard index > start else { throw error("a key is missing") }
                names.append(String(decoding: bytes[start..<index], as: UTF8.self))
            }
            skipSpaces()
            guard next == UInt8(ascii: ".") else { return names }
            index += 1
            skipSpaces()
        }
        throw error("a key has too many names")
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte & 0x80 == 0
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    mutating func skipSpaces() { while next == 0x20 || next == 0x09 { index += 1 } }

    /// Over spaces, comments and ends of lines.
    mutating func skipBlankLines() throws(TOMLError) {
        while true {
            skipSpaces()
            guard isAtLineEnd || next == UInt8(ascii: "#") else { return }
            guard next != nil else { return }
            try endLine()
        }
    }

    /// Over the end of a line, with nothing but a comment before it.
    private mutating func endLine() throws(TOMLError) {
        skipSpaces()
        if next == UInt8(ascii: "#") {
            while let byte = next, !isAtLineEnd {
                guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
                    throw error("a comment has a control character")
                }
                index += 1
            }
        }
        guard isAtLineEnd else { throw error("something follows a value that has ended") }
        try skipLineEnd()
    }

    /// Over a line break, where there is one.
    mutating func skipLineEnd() throws(TOMLError) {
        if next == 0x0D {
            index += 1
            guard next == 0x0A else { throw error("a carriage return stands alone") }
        }
        guard next == 0x0A else { return }
        index += 1
        line += 1
    }
}

/// A table while it is read.
final class TOMLTable {
    /// What brought it about, which says what may be added to it.
    enum Origin {
        /// The name of another table that begins with its name.
        case implicit
        /// A line of its own in brackets.
        case header
        /// A key with dots.
        case dotted
        /// Braces, which end it.
        case inline
    }

    enum Member {
        case value(JSONValue)
        case table(TOMLTable)
        case tables([TOMLTable])
    }

    var origin: Origin
    private var names: [String] = []
    private var members: [String: Member] = [:]

    init(_ origin: Origin) { self.origin = origin }

    subscript(name: String) -> Member? {
        get { members[name] }
        set {
            if members[name] == nil { names.append(name) }
            members[name] = newValue
        }
    }

    func add(_ name: String, _ origin: Origin) -> TOMLTable {
        let table = TOMLTable(origin)
        self[name] = .table(table)
        return table
    }

    func append(to name: String) -> TOMLTable {
        let table = TOMLTable(.header)
        var tables: [TOMLTable] = []
        // Taken out meanwhile, so that the array is not copied.
        if case .tables(let others)? = members.removeValue(forKey: name) {
            tables = others
        } else {
            names.append(name)
        }
        tables.append(table)
        members[name] = .tables(tables)
        return table
    }

    var json: JSONValue {
        .record(
            names.map { name in
                switch members[name] {
                case .value(let value): (name, value)
                case .table(let table): (name, table.json)
                case .tables(let tables): (name, .array(tables.map(\.json)))
                case nil: (name, nil)
                }
            })
    }
}
