// SPDX-License-Identifier: Apache-2.0
import PareModel

/// How a text is set off where there are colours.
enum Paint {
    case plain, dim, bold, good, severity(Severity)

    func painted(_ text: some StringProtocol, _ style: TableStyle) -> String {
        guard style.isColoured, !text.isEmpty, let code else { return String(text) }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private var code: String? {
        switch self {
        case .plain: nil
        case .dim: "2"
        case .bold: "1"
        case .good: "32"
        case .severity(.critical): "1;31"
        case .severity(.high): "31"
        case .severity(.medium): "33"
        case .severity(.low): "36"
        case .severity(.unknown): "2"
        }
    }
}

/// A text on lines no wider than the terminal: broken at spaces, within words that are too long for a line.
///
/// The second line and those after it are indented by two more.
func wrapped(_ text: String, indent: Int, _ style: TableStyle, _ paint: Paint = .plain) -> [String] {
    var lines: [String] = []
    var line = ""
    var margin = indent
    func flush() {
        lines.append(String(repeating: " ", count: margin) + paint.painted(line, style))
        (line, margin) = ("", indent + 2)
    }
    for word in text.visible.split(separator: " ").map(String.init) {
        var rest = word
        if !line.isEmpty, margin + line.terminalColumns + 1 + rest.terminalColumns > style.width { flush() }
        while margin + rest.terminalColumns > style.width {
            line = rest.prefix(terminalColumns: style.width - margin)
            rest = String(rest.dropFirst(line.count))
            flush()
        }
        if !rest.isEmpty { line += (line.isEmpty ? "" : " ") + rest }
    }
    if !line.isEmpty { flush() }
    return lines
}

extension StringProtocol {
    /// Columns of a terminal that the text takes.
    var terminalColumns: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.terminalColumns }
    }

    /// The start of the text that fits in so many columns.
    func prefix(terminalColumns width: Int) -> String {
        var taken = 0
        var text = ""
        for character in self {
            taken += character.terminalColumns
            if taken > width { break }
            text.append(character)
        }
        return text
    }

    /// The text, its end replaced by `…` where it is too wide (or always, to say that more would follow).
    func cut(to width: Int, always: Bool = false) -> String {
        guard terminalColumns + (always ? 1 : 0) > width else { return String(self) + (always ? "…" : "") }
        return width > 1 ? prefix(terminalColumns: width - 1) + "…" : "…"
    }
}

extension Character {
    /// Two for characters of East Asia and for emoji.
    ///
    /// - SeeAlso: Unicode, Standard Annex 11, "East Asian Width": the blocks that are wide as a whole.
    fileprivate var terminalColumns: Int {
        guard let value = unicodeScalars.first?.value, value >= 0x1100 else { return 1 }
        switch value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F000...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension String {
    /// The text with control characters, and those that have no width or turn the direction of writing, as `\u{1B}`.
    var visible: String {
        guard unicodeScalars.contains(where: \.isHidden) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            text +=
                scalar.isHidden ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isHidden: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0xAD, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}
