// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Rows of cells in aligned columns, no wider than the terminal.
struct TextTable {
    struct Column {
        let title: String
        var isNumber = false
        /// To how few columns of the terminal a table that is too wide cuts the cells; `nil` where they stay whole.
        var least: Int?
        /// Of a table that is too wide even so, the column of the highest rank is left out first; `nil` stays.
        var dropRank: Int?

        static func number(_ title: String, dropRank: Int? = nil) -> Column {
            Column(title: title, isNumber: true, dropRank: dropRank)
        }

        static func text(_ title: String, least: Int? = 12, dropRank: Int? = nil) -> Column {
            Column(title: title, least: least, dropRank: dropRank)
        }
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; cells that it lacks are empty, further ones are left out.
    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// The table's lines, indented by two; none is wider than the style says or ends in a space.
    func lines(_ style: TableStyle) -> [String] {
        let naturals = columns.indices.map { natural($0, style) }
        let shown = shownColumns(naturals, style)
        let widths = fittedWidths(shown, naturals, style)
        let titles = columns.contains { !$0.title.isEmpty } ? [columns.map { Cell($0.title, .dim) }] : []
        return (titles + rows).map { line($0, shown, widths, style) }
    }

    /// Whether the table stands whole in the terminal.
    func fits(_ style: TableStyle) -> Bool {
        columns.indices.reduce(0) { $0 + natural($1, style) + 2 } <= style.width
    }

    private func natural(_ column: Int, _ style: TableStyle) -> Int {
        let cells = rows.map { column < $0.count ? $0[column].natural : 0 }
        return min(style.width, max(columns[column].title.terminalColumns, cells.max() ?? 0))
    }

    private func least(_ column: Int, _ naturals: [Int]) -> Int {
        min(columns[column].least ?? .max, naturals[column])
    }

    private func shownColumns(_ naturals: [Int], _ style: TableStyle) -> [Int] {
        var shown = Array(columns.indices)
        while shown.reduce(0, { $0 + least($1, naturals) + 2 }) > style.width,
            let rank = shown.compactMap({ columns[$0].dropRank }).max()
        {
            shown.removeAll { columns[$0].dropRank == rank }
        }
        return shown
    }

    /// The widest gives way first; where none can give any more, what should stay whole is cut too.
    private func fittedWidths(_ shown: [Int], _ naturals: [Int], _ style: TableStyle) -> [Int] {
        var widths = shown.map { naturals[$0] }
        var excess = widths.reduce(0) { $0 + $1 + 2 } - style.width
        for floors in [shown.map { least($0, naturals) }, shown.map { _ in 1 }] {
            while excess > 0,
                let widest = widths.indices.filter({ widths[$0] > floors[$0] }).max(by: {
                    widths[$0] < widths[$1]
                })
            {
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ style: TableStyle) -> String {
        var line = ""
        var gap = ""
        for (column, width) in zip(shown, widths) {
            let cell = column < cells.count ? cells[column] : Cell("")
            let text = cell.fitted(width)
            let space = String(repeating: " ", count: max(0, width - text.terminalColumns))
            gap += "  "
            if text.isEmpty {
                gap += space
                continue
            }
            let isNumber = columns[column].isNumber
            line += gap + (isNumber ? space : "") + cell.paint.painted(text, style)
            gap = isNumber ? "" : space
        }
        return line
    }
}

/// A text in a table, or a list of them, made safe for a terminal.
struct Cell {
    private let items: [String]
    let paint: Paint

    init(_ text: String, _ paint: Paint = .plain) {
        self.init(list: [text], paint)
    }

    /// Where there is no room for all, those that fit and how many more there are: `CVE-2024-1 +3`.
    init(list items: [String], _ paint: Paint = .plain) {
        self.items = items.map(\.visible)
        self.paint = paint
    }

    /// Columns that the cell would take.
    var natural: Int { items.reduce(max(0, items.count - 1)) { $0 + $1.terminalColumns } }

    func fitted(_ width: Int) -> String {
        if natural <= width { return items.joined(separator: " ") }
        for count in (1..<max(1, items.count)).reversed() {
            let text = items.prefix(count).joined(separator: " ") + " +\(items.count - count)"
            if text.terminalColumns <= width { return text }
        }
        return (items.first ?? "").cut(to: width, always: items.count > 1)
    }
}
