// SPDX-License-Identifier: Apache-2.0

internal import PareBytes

extension UInt8 {
    /// The blanks between words of a line.
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0B || self == 0x0C || self == 0x0D }

    var isDigit: Bool { (0x30...0x39).contains(self) }

    /// An ASCII letter or digit.
    var isLetterOrDigit: Bool { isDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }

    /// A character of a variable's name.
    var isNameByte: Bool { isLetterOrDigit || self == UInt8(ascii: "_") }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        let start = utf8.firstIndex { !$0.isBlank && $0 != 0x0A } ?? utf8.endIndex
        let end = utf8.lastIndex { !$0.isBlank && $0 != 0x0A }.map { utf8.index(after: $0) } ?? start
        return String(self[start..<end])
    }

    /// The parts between blanks and line ends.
    var fields: [String] {
        utf8.split { $0.isBlank || $0 == 0x0A }.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The texts of a JSON array that has nothing but texts; `nil` for anything else.
func jsonTexts(_ text: String) -> [String]? {
    guard text.utf8.first == UInt8(ascii: "["), let value = try? JSONValue(text.utf8),
        let elements = value.elements
    else { return nil }
    let texts = elements.compactMap(\.text)
    return texts.count == elements.count ? texts : nil
}

/// Texts as a JSON array on one line, as exec forms are written.
func jsonArray(_ texts: [String]) -> String {
    "[" + texts.map(jsonText).joined(separator: ", ") + "]"
}

private func jsonText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default:
            if scalar.value < 0x20 {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}
