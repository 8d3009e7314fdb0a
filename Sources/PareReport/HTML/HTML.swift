// SPDX-License-Identifier: Apache-2.0
import PareModel

/// A piece of a page.  Whatever is interpolated into its literal is escaped, unless it is a piece itself.
///
/// ```swift
/// let cell: HTML = "<td>\(package.name)</td>"       // safe whatever the name is
/// ```
struct HTML: ExpressibleByStringInterpolation {
    private(set) var text: String

    init(stringLiteral text: String) { self.text = text }
    init(stringInterpolation interpolation: Interpolation) { text = interpolation.text }

    /// Text of our own that is HTML as it stands.
    init(trusted text: String) { self.text = text }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }
        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ piece: HTML) { text += piece.text }
        mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { text += piece.text } }
        mutating func appendInterpolation(_ piece: HTML?) { text += piece?.text ?? "" }
        mutating func appendInterpolation(_ number: Int) { text += String(number) }
        mutating func appendInterpolation(_ size: ByteCount) { text += size.description }
        mutating func appendInterpolation(_ words: some StringProtocol) { text += String(words).escaped }
    }

    static func + (left: HTML, right: HTML) -> HTML { HTML(trusted: left.text + right.text) }
}

extension [HTML] {
    func joined(_ separator: HTML = "") -> HTML {
        HTML(trusted: map(\.text).joined(separator: separator.text))
    }
}

extension String {
    /// The text as it may stand between tags and in quoted attributes; hidden characters are made visible.
    ///
    /// Line feeds and tabs stay, for text that is shown as it is laid out.
    fileprivate var escaped: String {
        let special: (UInt8) -> Bool = { byte in
            byte < 0x20 || byte >= 0x7F || byte == 0x22 || byte == 0x26 || byte == 0x27 || byte == 0x3C
                || byte == 0x3E
        }
        guard utf8.contains(where: special) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default: result += String(scalar).visible
            }
        }
        return result
    }
}
