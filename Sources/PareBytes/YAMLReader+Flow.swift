// SPDX-License-Identifier: Apache-2.0

/// Collections in brackets: `{a: 1}`, `[a, b]`.
extension YAMLReader {
    /// A collection, from its opening bracket to its closing one.
    mutating func flow(depth: Int) throws(YAMLError) -> JSONValue {
        guard depth < Self.depthLimit else { throw error("it is nested too deep") }
        let isObject = next == UInt8(ascii: "{")
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        index += 1
        var elements: [JSONValue] = []
        var members: [JSONValue.Member] = []
        while true {
            try skipFlowSpace()
            if next == close { break }
            if isObject {
                let name =
                    next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") ? try quoted() : try flowText()
                try skipFlowSpace()
                var value = JSONValue.null
                if next == UInt8(ascii: ":") {
                    index += 1
                    try skipFlowSpace()
                    // A key may stand without a value: `{a: , b: }`.
                    let hasValue = next != UInt8(ascii: ",") && next != close
                    value = hasValue ? try flowValue(depth: depth + 1) : .null
                }
                members.append(JSONValue.Member(name: name, value: value))
            } else {
                elements.append(try flowValue(depth: depth + 1))
            }
            try skipFlowSpace()
            if next == UInt8(ascii: ",") {
                index += 1
            } else if next != close {
                throw error("a comma or '\(Character(Unicode.Scalar(close)))' is missing")
            }
        }
        index += 1
        return isObject ? .object(members) : .array(elements)
    }

    private mutating func flowValue(depth: Int) throws(YAMLError) -> JSONValue {
        try skipFlowSpace()
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try flow(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try quoted())
        default: return Self.scalar(try flowText())
        }
    }

    /// A scalar without quotes, on one line.
    private mutating func flowText() throws(YAMLError) -> String {
        guard let first = next else { throw error("a bracket is not closed") }
        try refuseIndicator(first)
        let start = index
        while let byte = next, !",[]{}\n\r".utf8.contains(byte) {
            let after = index + 1 < bytes.count ? bytes[index + 1] : 0x20
            if byte == UInt8(ascii: ":"), after <= 0x20 || ",[]{}".utf8.contains(after) { break }
            if byte == UInt8(ascii: "#"), index > start, bytes[index - 1] <= 0x20 { break }
            index += 1
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self).trimmed
        guard !text.isEmpty else { throw error("a value is missing between brackets") }
        return text
    }

    private mutating func skipFlowSpace() throws(YAMLError) {
        while let byte = next {
            if byte == 0x0A {
                line += 1
            } else if byte == UInt8(ascii: "#"), bytes[index - 1] <= 0x20 {
                while next.map({ $0 != 0x0A }) == true { index += 1 }
                continue
            } else if byte != 0x20, byte != 0x09, byte != 0x0D {
                return
            }
            index += 1
        }
        throw error("a bracket is not closed")
    }
}
