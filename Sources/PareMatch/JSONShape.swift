// SPDX-License-Identifier: Apache-2.0

/// A JSON value for holding against another: members have no order, scalars are as written.
///
/// `1` and `1.0` differ, as do two ways to escape a character.  Scalars are not checked: texts that are not
/// JSON may pass, and then compare by their parts.
enum JSONShape: Hashable {
    case scalar(ArraySlice<UInt8>)
    case array([JSONShape])
    case object([ArraySlice<UInt8>: JSONShape])

    /// `nil` where brackets, quotes or separators are out of place, a name stands twice, or nesting is deep.
    init?(_ text: String) {
        var reader = JSONShapeReader(rest: Array(text.utf8)[...])
        guard let shape = reader.value(depth: 0), reader.next == nil else { return nil }
        self = shape
    }
}

private struct JSONShapeReader {
    var rest: ArraySlice<UInt8>

    private static let depthLimit = 100

    /// The next byte that is no space.
    var next: UInt8? {
        mutating get {
            rest = rest.drop { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
            return rest.first
        }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func value(depth: Int) -> JSONShape? {
        guard depth < Self.depthLimit, let byte = next else { return nil }
        switch byte {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string().map(JSONShape.scalar)
        default:
            let word = rest.prefix {
                $0 > 0x2C && $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "}") || $0 == 0x2B
            }
            rest.removeFirst(word.count)
            return word.isEmpty ? nil : .scalar(word)
        }
    }

    private mutating func object(depth: Int) -> JSONShape? {
        guard take("{") else { return nil }
        var members: [ArraySlice<UInt8>: JSONShape] = [:]
        if take("}") { return .object(members) }
        repeat {
            guard next == UInt8(ascii: "\""), let name = string(), take(":"),
                let value = value(depth: depth + 1),
                members.updateValue(value, forKey: name) == nil
            else { return nil }
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONShape? {
        guard take("[") else { return nil }
        var elements: [JSONShape] = []
        if take("]") { return .array(elements) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            elements.append(value)
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    /// Reads a string, quotes included.
    private mutating func string() -> ArraySlice<UInt8>? {
        var end = rest.startIndex + 1
        while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") {
            end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < rest.endIndex else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[...end]
    }
}
