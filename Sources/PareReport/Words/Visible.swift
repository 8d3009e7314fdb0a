// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text with control characters, and those that hide or turn the direction of writing, as `\u{1B}`.
    ///
    /// Names and paths come from images that nobody vouches for; written raw they could steer a terminal.
    var visible: String {
        guard unicodeScalars.contains(where: \.isUnseen) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isUnseen {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension StringProtocol {
    /// Columns the text takes on a terminal: none for combining marks, two for East Asian characters and emoji.
    var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// The longest beginning of at most so many columns.
    func beginning(columns: Int) -> String {
        var (left, kept) = (columns, "")
        for scalar in unicodeScalars {
            left -= scalar.columns
            guard left >= 0 else { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept
    }

    /// The longest end of at most so many columns.
    func end(columns: Int) -> String {
        var left = columns
        let kept = unicodeScalars.reversed().prefix { scalar in
            left -= scalar.columns
            return left >= 0
        }
        return String(String.UnicodeScalarView(kept.reversed()))
    }

    /// The text in lines of at most so many columns, broken at spaces; a longer word is broken anywhere.
    func wrapped(columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            var word = String(word)
            if !line.isEmpty, line.columns + 1 + word.columns > columns {
                lines.append(line)
                line = ""
            }
            while word.columns > columns {
                let piece = word.beginning(columns: Swift.max(2, columns))
                lines.append(piece)
                word = String(word.unicodeScalars.dropFirst(piece.unicodeScalars.count))
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }
}

extension Unicode.Scalar {
    /// Controls, direction marks, and characters without a width of their own that could hide in a name.
    fileprivate var isUnseen: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
            0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    fileprivate var columns: Int {
        switch value {
        case 0x20...0x7E: 1
        case 0x300...0x36F, 0xFE00...0xFE0F, 0x20D0...0x20FF: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
