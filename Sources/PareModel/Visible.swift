// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text with control characters, and those that hide or turn the direction of writing, as `\u{1B}`.
    ///
    /// Names, paths and messages come from images and servers that nobody vouches for; written raw they could steer a terminal.
    public var visible: String {
        guard unicodeScalars.contains(where: \.isUnseen) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isUnseen {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    /// The same of a message of several lines, of which all but the first are indented: a break that stands otherwise would let
    /// a stranger's text look like a line of ours.
    public var visibleLines: String {
        replacing("\t", with: " ").split(separator: "\n  ", omittingEmptySubsequences: false)
            .map { String($0).visible }.joined(separator: "\n  ")
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
}
