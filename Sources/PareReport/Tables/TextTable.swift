// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Rows of cells in aligned columns, no wider than the terminal.
struct TextTable {
    struct Column {
        var title = ""
        var isNumber = false

        /// Columns of the terminal that the cells keep where the table is too wide; `nil` where they never give way.
        var least: Int?

        /// A terminal of fewer columns leaves this column out.
        var needs = 0

        /// Where the column is left out, its cells stand on lines of their own, under their rows.
        var fallsBelow = false
    }

    private enum Line {
        case cells([Cell])
        case text(Cell)
    }

    private let columns: [Column]
    private let indent: Int
    private var rows: [Line] = []

    init(_ columns: [Column], indent: Int = 2) {
        self.columns = columns
        self.indent = indent
        let titles = columns.map { Cell($0.title, .dim) }
        if columns.contains(where: { !$0.title.isEmpty }) { rows.append(.cells(titles)) }
    }

    mutating func add(_ cells: [Cell]) { rows.append(.cells(cells)) }

    /// A line across all columns: the title of what follows.  An empty one parts rows.
    mutating func add(line text: Cell) { rows.append(.text(text)) }

    func lines(_ style: TableStyle) -> [String] {
        let shown = columns.indices.filter { columns[$0].needs <= style.width }
        let widths = fittedWidths(shown, style)
        let fallen = columns.indices.filter { columns[$0].needs > style.width && columns[$0].fallsBelow }
        return rows.flatMap { row -> [String] in
            switch row {
            case .text(let cell): [indented(cell.fitted(style.width - indent, style).text)]
            case .cells(let cells):
                [indented(line(shown.map { Self.cell($0, of: cells) }, shown, widths, style))]
                    + fallen.flatMap { below(Self.cell($0, of: cells), style) }
            }
        }
    }

    private func below(_ cell: Cell, _ style: TableStyle) -> [String] {
        let space = indent + 4
        return cell.wrapped(max(10, style.width - space), style).map {
            String(repeating: " ", count: space) + $0
        }
    }

    private func indented(_ line: String) -> String {
        line.isEmpty ? "" : String(repeating: " ", count: indent) + line
    }

    private static func cell(_ column: Int, of cells: [Cell]) -> Cell {
        cells.indices.contains(column) ? cells[column] : .empty
    }

    private func natural(_ column: Int) -> Int {
        rows.reduce(0) { widest, row in
            guard case .cells(let cells) = row else { return widest }
            return max(widest, Self.cell(column, of: cells).columns)
        }
    }

    /// Columns that a column of lists cannot do without; `nil` for one without lists.
    private func leastOfLists(_ column: Int) -> Int? {
        rows.compactMap { row -> Int? in
            guard case .cells(let cells) = row else { return nil }
            let cell = Self.cell(column, of: cells)
            return cell.isList ? cell.leastColumns : nil
        }.max()
    }

    /// Widths that fit: lists give way first, then columns from the right, each down to its least; then all of them.
    private func fittedWidths(_ shown: [Int], _ style: TableStyle) -> [Int] {
        var widths = shown.map(natural)
        var excess = indent + widths.reduce(0, +) + Self.gap * max(0, shown.count - 1) - style.width
        func shrink(_ position: Int, to least: Int) {
            let cut = min(excess, max(0, widths[position] - least))
            widths[position] -= cut
            excess -= cut
        }
        let yielding = shown.indices.reversed().filter { columns[shown[$0]].least != nil }
        for position in yielding where excess > 0 {
            if let least = leastOfLists(shown[position]) { shrink(position, to: least) }
        }
        for position in yielding where excess > 0 {
            shrink(position, to: columns[shown[position]].least ?? 0)
        }
        for position in shown.indices.reversed() where excess > 0 && !columns[shown[position]].isNumber {
            shrink(position, to: 6)
        }
        for position in shown.indices.reversed() where excess > 0 { shrink(position, to: 1) }
        return widths
    }

    private static let gap = 2

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ style: TableStyle) -> String {
        var line = ""
        var owed = 0
        for (position, cell) in cells.enumerated() {
            let fitted = cell.fitted(widths[position], style)
            let space = max(0, widths[position] - fitted.columns)
            if position > 0 { owed += Self.gap }
            if columns[shown[position]].isNumber { owed += space }
            if fitted.columns > 0 {
                line += String(repeating: " ", count: owed) + fitted.text
                owed = 0
            } else {
                owed += fitted.columns
            }
            if !columns[shown[position]].isNumber { owed += space }
        }
        return line
    }
}

/// A text in lines that fit the terminal, the second and following indented by two more.
func paragraph(_ text: String, _ style: TableStyle, _ paint: Paint = .plain, indent: Int = 2) -> [String] {
    let lines = text.split(separator: "\n").flatMap {
        String($0).visible.wrapped(columns: max(10, style.width - indent - 2))
    }
    return lines.enumerated().map { index, line in
        String(repeating: " ", count: indent + (index == 0 ? 0 : 2)) + paint.painted(line, style)
    }
}
