// SPDX-License-Identifier: Apache-2.0

import PareBytes

/// Finds conversions in formats of `scanf` and the like: `mc` finds `%mc`, `%*2$20mc` and so on, and `%%%dmc` and the like, from
/// which another format is printed.
///
/// A format is a text: from the percent sign to the zero that ends it there are no control characters but white space.
/// Where it begins cannot be told, so nothing is asked of what stands before.
struct ConversionSearch {
    /// What follows the percent sign, its position, flags and width.
    private let conversions: [[UInt8]]

    /// How far the end of a format is looked for; longer ones are taken for formats.
    private static let textLimit = 1 << 16

    /// What comes, with digits and in whatever order, before the conversion: `$*'I`, and the parts of a number that is printed.
    private static let between = "$*'I%diulzj".unicodeScalars.map(\.value)

    init(_ conversions: [[UInt8]]) { self.conversions = conversions }

    /// Calls with a conversion and its offset, for every place, in narrow characters and in those of `wchar_t`.
    func forEachPlace(in bytes: UnsafeRawBufferPointer, _ body: (String, Int) -> Void) {
        bytes.forEachOffset(of: 0x25) { offset in
            for width in [1, 4] {
                let characters = Characters(bytes: bytes, start: offset, width: width)
                if let found = conversion(in: characters), characters.isText(limit: Self.textLimit) {
                    body("%" + String(decoding: found, as: UTF8.self), offset)
                    break
                }
            }
        }
    }

    private func conversion(in characters: Characters) -> [UInt8]? {
        var place = 1
        while place < 40, let next = characters[place], 0x30...0x39 ~= next || Self.between.contains(next) {
            place += 1
        }
        return conversions.first { wanted in
            wanted.indices.allSatisfy { characters[place + $0] == UInt32(wanted[$0]) }
        }
    }
}

/// Characters of one or four bytes from an offset on.
private struct Characters {
    let bytes: UnsafeRawBufferPointer
    let start: Int
    let width: Int

    /// `nil` behind the end.
    subscript(_ index: Int) -> UInt32? {
        let place = start + index * width
        guard place <= bytes.count - width else { return nil }
        return width == 1 ? UInt32(bytes[place]) : try? bytes.littleEndian(at: place)
    }

    /// Whether what comes up to a zero is a text.
    func isText(limit: Int) -> Bool {
        for index in 0..<limit {
            guard let character = self[index], character != 0 else { return true }
            guard character >= 0x20 && character != 0x7F && character <= 0x10FFFF || 9...13 ~= character
            else {
                return false
            }
        }
        return true
    }
}
