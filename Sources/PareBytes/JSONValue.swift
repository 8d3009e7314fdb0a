// SPDX-License-Identifier: Apache-2.0

/// A JSON value, read by Go's rules where those are wider than RFC 8259's.
///
/// Objects keep their members in the order of the text, duplicates included.  Numbers keep their text.
/// Broken UTF-8 and lone surrogates become U+FFFD, as Go's `encoding/json` has it.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// As written: `1e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Sendable, Hashable {
        package let name: String
        package let value: JSONValue
    }

    /// Why a text is not JSON.
    package struct Malformed: Error, Equatable, Sendable {
        /// In bytes from the start.
        package let offset: Int
    }

    /// Reads the first value of a text.  What follows it is looked at only when `allowsTrailing` is false.
    package init(_ bytes: some Collection<UInt8>, allowsTrailing: Bool = false) throws(Malformed) {
        let parsed: Result<JSONValue, Malformed>? = bytes.withContiguousStorageIfAvailable { buffer in
            Self.parse(buffer, allowsTrailing: allowsTrailing)
        }
        if let parsed {
            self = try parsed.get()
        } else {
            self = try JSONValue(Array(bytes), allowsTrailing: allowsTrailing)
        }
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, allowsTrailing: Bool
    ) -> Result<JSONValue, Malformed> {
        Result { () throws(Malformed) in
            var reader = JSONReader(bytes: bytes)
            let value = try reader.value(depth: 0)
            if !allowsTrailing {
                reader.skipSpace()
                guard reader.offset == bytes.count else { throw Malformed(offset: reader.offset) }
            }
            return value
        }
    }
}

extension JSONValue {
    /// The last member of a name; `nil` where there is none or this is not an object.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text)
    }

    package var double: Double? {
        guard case .number(let text) = self else { return nil }
        return Double(text)
    }

    package var isTrue: Bool { self == .bool(true) }

    /// The strings of an array of strings; empty for anything else.
    package var texts: [String] { elements?.compactMap(\.text) ?? [] }
}

/// Reads values from bytes; nothing is trusted, nesting is bounded.
private struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var offset = 0

    /// Deeper nesting than any manifest has, and far less than the stack bears.
    private static let depthLimit = 200

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    mutating func value(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
        skipSpace()
        guard depth < Self.depthLimit, let byte = next else { throw malformed }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    var malformed: JSONValue.Malformed { JSONValue.Malformed(offset: offset) }

    private mutating func expect(_ byte: UInt8) throws(JSONValue.Malformed) {
        skipSpace()
        guard next == byte else { throw malformed }
        offset += 1
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONValue.Malformed)
        -> JSONValue
    {
        for index in 0..<text.utf8CodeUnitCount {
            guard next == text.utf8Start[index] else { throw malformed }
            offset += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
        try expect(UInt8(ascii: "{"))
        var members: [JSONValue.Member] = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            offset += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed }
            let name = try string()
            try expect(UInt8(ascii: ":"))
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
            skipSpace()
            if next == UInt8(ascii: "}") { break }
            try expect(UInt8(ascii: ","))
        }
        offset += 1
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
        try expect(UInt8(ascii: "["))
        var elements: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            offset += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if next == UInt8(ascii: "]") { break }
            try expect(UInt8(ascii: ","))
        }
        offset += 1
        return .array(elements)
    }

    private mutating func digits() throws(JSONValue.Malformed) {
        let start = offset
        while let byte = next, (0x30...0x39).contains(byte) { offset += 1 }
        guard offset > start else { throw malformed }
    }

    private mutating func number() throws(JSONValue.Malformed) -> JSONValue {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "0") { offset += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
        return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func string() throws(JSONValue.Malformed) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            offset += 1
        }
        if next == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return String(decoding: bytes[start..<offset], as: UTF8.self)
        }
        var units = Array(bytes[start..<offset])
        while let byte = next, byte >= 0x20 {
            offset += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: units, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") { try escape(into: &units) } else { units.append(byte) }
        }
        throw malformed
    }

    private mutating func escape(into units: inout [UInt8]) throws(JSONValue.Malformed) {
        guard let byte = next else { throw malformed }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"): units.append(contentsOf: String(try scalar()).utf8)
        default: throw malformed
        }
    }

    private mutating func scalar() throws(JSONValue.Malformed) -> Character {
        let first = try hexUnit()
        if (0xD800...0xDBFF).contains(first), next == UInt8(ascii: "\\"), offset + 1 < bytes.count,
            bytes[offset + 1] == UInt8(ascii: "u")
        {
            let mark = offset
            offset += 2
            let second = try hexUnit()
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return Character(scalar)
            }
            offset = mark
        }
        return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }

    private mutating func hexUnit() throws(JSONValue.Malformed) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw malformed
            }
            unit = unit << 4 + UInt32(digit)
            offset += 1
        }
        return unit
    }
}
