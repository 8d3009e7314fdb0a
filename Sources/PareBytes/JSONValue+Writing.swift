// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// An object of the members that there are; a `nil` is left out.
    package static func record(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
    }

    package static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    /// The text of a value on lines indented by two spaces, with `<`, `>`, `&` escaped as Go's `encoding/json` has it.
    package var indented: String { indented(by: "  ") }

    /// The same with another indentation.
    package func indented(by step: String) -> String {
        var bytes: [UInt8] = []
        write(to: &bytes, depth: 0, step: step)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8], depth: Int, step: String) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let elements):
            Self.write(elements, "[", "]", to: &bytes, depth: depth, step: step) { element, bytes in
                element.write(to: &bytes, depth: depth + 1, step: step)
            }
        case .object(let members):
            Self.write(members, "{", "}", to: &bytes, depth: depth, step: step) { member, bytes in
                Self.write(member.name, to: &bytes)
                bytes += ": ".utf8
                member.value.write(to: &bytes, depth: depth + 1, step: step)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to bytes: inout [UInt8], depth: Int,
        step: String, _ body: (Element, inout [UInt8]) -> Void
    ) {
        bytes += open.utf8
        for (index, element) in elements.enumerated() {
            bytes += (index == 0 ? "\n" : ",\n").utf8
            for _ in 0...depth { bytes += step.utf8 }
            body(element, &bytes)
        }
        if !elements.isEmpty {
            bytes += "\n".utf8
            for _ in 0..<depth { bytes += step.utf8 }
        }
        bytes += close.utf8
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes += String(scalar).utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
