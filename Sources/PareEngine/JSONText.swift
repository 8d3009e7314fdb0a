// SPDX-License-Identifier: Apache-2.0

/// A JSON text that is written, not read: what the configuration of a container needs of it.
///
/// Members keep their order, so that the text can be compared.
indirect enum JSONText: Hashable, CustomStringConvertible {
    case text(String)
    case number(Int)
    case bool(Bool)
    case array([JSONText])
    case members([Member])

    struct Member: Hashable {
        let name: String
        let value: JSONText
    }

    static func texts(_ texts: [String]) -> JSONText { .array(texts.map(JSONText.text)) }

    static func object(_ members: [(String, JSONText)]) -> JSONText {
        .members(members.map { Member(name: $0.0, value: $0.1) })
    }

    var description: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .bool(let bool): "\(bool)"
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ",") + "]"
        case .members(let members):
            "{" + members.map { "\(Self.quoted($0.name)):\($0.value)" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted.unicodeScalars.append("\\")
                quoted.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
