// SPDX-License-Identifier: Apache-2.0

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
