// SPDX-License-Identifier: Apache-2.0

/// A piece of an HTML page.  Its literals are markup; whatever text is interpolated into them is escaped, so that
/// nothing from an image can become markup, neither in content nor in a quoted attribute.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    let source: String

    init(stringLiteral literal: String) { source = literal }
    init(stringInterpolation interpolation: Interpolation) { source = interpolation.source }

    /// Pieces one after the other, a line each.
    init(_ pieces: some Sequence<Markup>) { source = pieces.map(\.source).joined(separator: "\n") }

    var isEmpty: Bool { source.isEmpty }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var source = ""

        init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity) }
        mutating func appendLiteral(_ literal: String) { source += literal }
        mutating func appendInterpolation(_ text: String) { source += htmlEscaped(text) }
        mutating func appendInterpolation(_ number: Int) { source += String(number) }
        mutating func appendInterpolation(_ markup: Markup) { source += markup.source }
        mutating func appendInterpolation(_ pieces: [Markup]) { source += Markup(pieces).source }
    }
}

/// A text for content and quoted attributes alike.  What would be invisible or reorder the text around it is made
/// visible: control characters as their pictures, directional overrides as the replacement character.
func htmlEscaped(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.replacingLineEnds.unicodeScalars {
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "'": escaped += "&#39;"
        case "\n", "\t": escaped.unicodeScalars.append(scalar)
        default: escaped.unicodeScalars.append(visible(scalar))
        }
    }
    return escaped
}

private func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    case 0x80...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: "\u{FFFD}"
    default: scalar
    }
}

extension String {
    /// With line feeds for the line ends of Windows.
    fileprivate var replacingLineEnds: String {
        guard utf8.contains(0x0D) else { return self }
        return String(map { $0 == "\r\n" ? "\n" : $0 })
    }
}
