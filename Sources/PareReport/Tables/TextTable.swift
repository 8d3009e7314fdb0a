// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Rows of cells in aligned columns, no wider than the terminal.
struct TextTable {
    struct Column {
        let title: String
        var isNumber = false
        /// Whether the column gives way, by cutting its cells, where the table is too wide.
        var isFlexible = false
        /// A narrow terminal leaves the column out.
        var isOptional = false
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// The table's lines, indented by two.
    func lines(_ style: TableStyle) -> [String] {
        let shown = shownColumns(style)
        let widths = fittedWidths(shown, style)
        let titles = shown.map { Cell(columns[$0].title, .dim) }
        let hasTitles = columns.contains { !$0.title.isEmpty }
        return (hasTitles ? [titles] : []).map { line($0, shown, widths, style) }
            + rows.map { row in line(shown.map { $0 < row.count ? row[$0] : Cell("") }, shown, widths, style)
            }
    }

    private func natural(_ column: Int) -> Int {
        max(
            columns[column].title.count, rows.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0
        )
    }

    private func shownColumns(_ style: TableStyle) -> [Int] {
        let all = Array(columns.indices)
        // A column that gives way keeps 12 columns at least.
        let least = all.reduce(0) { $0 + (columns[$1].isFlexible ? min(12, natural($1)) : natural($1)) + 2 }
        return least <= style.width ? all : all.filter { !columns[$0].isOptional }
    }

    private func fittedWidths(_ shown: [Int], _ style: TableStyle) -> [Int] {
        var widths = shown.map(natural)
        var excess = widths.reduce(0) { $0 + $1 + 2 } - style.width
        for position in shown.indices.reversed() where excess > 0 && columns[shown[position]].isFlexible {
            let cut = min(excess, max(0, widths[position] - 8))
            widths[position] -= cut
            excess -= cut
        }
        return widths
    }

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ style: TableStyle) -> String {
        var line = ""
        for (position, cell) in cells.enumerated() {
            let width = widths[position]
            let text = cell.text.count > width ? cell.text.prefix(max(0, width - 1)) + "…" : cell.text
            let space = String(repeating: " ", count: max(0, width - text.count))
            let painted = cell.paint.painted(text, style)
            let isLast = position == cells.count - 1
            line +=
                "  " + (columns[shown[position]].isNumber ? space + painted : painted + (isLast ? "" : space))
        }
        return line
    }
}

/// A text in a table, made safe for a terminal.
struct Cell {
    let text: String
    let paint: Paint

    init(_ text: String, _ paint: Paint = .plain) {
        self.text = text.visible
        self.paint = paint
    }
}

/// How a text is set off where there are colours.
enum Paint {
    case plain, dim, bold, good, severity(Severity)

    func painted(_ text: some StringProtocol, _ style: TableStyle) -> String {
        guard style.isColoured, let code else { return String(text) }
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

extension String {
    /// The text with control characters, and those that turn the direction of writing, as `\u{1B}`.
    var visible: String {
        let isHidden = { (scalar: Unicode.Scalar) in
            let value = scalar.value
            return value < 0x20 || (0x7F...0x9F).contains(value) || (0x200E...0x200F).contains(value)
                || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
        }
        guard unicodeScalars.contains(where: isHidden) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            text +=
                isHidden(scalar) ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
        }
    }
}
