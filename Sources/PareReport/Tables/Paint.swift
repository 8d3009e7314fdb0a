// SPDX-License-Identifier: Apache-2.0
import PareModel

/// How a text is set off where there are colours.
enum Paint: Hashable {
    case plain, dim, bold, good, bad, caution, severity(Severity)

    func painted(_ text: some StringProtocol, _ style: TableStyle) -> String {
        guard style.isColoured, let code, !text.isEmpty else { return String(text) }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// Parameters of the terminal's "select graphic rendition".
    private var code: String? {
        switch self {
        case .plain: nil
        case .dim: "2"
        case .bold: "1"
        case .good: "32"
        case .bad: "1;31"
        case .caution: "33"
        case .severity(.critical): "1;31"
        case .severity(.high): "31"
        case .severity(.medium): "33"
        case .severity(.low): "36"
        case .severity(.unknown): "2"
        }
    }
}

/// What stands in one place of a table, made safe for a terminal.
struct Cell {
    /// Texts side by side, each in its paint.
    fileprivate let parts: [(text: String, paint: Paint)]
    /// Of which as many are shown as fit, and how many more there are.
    fileprivate let items: [String]?
    /// Whether the end is what matters, as of a path.
    fileprivate let keepsEnd: Bool

    init(_ text: String, _ paint: Paint = .plain, then rest: String = "", _ restPaint: Paint = .dim) {
        parts = [(text.visible, paint)] + (rest.isEmpty ? [] : [(rest.visible, restPaint)])
        items = nil
        keepsEnd = false
    }

    /// A path, of which the end stays where there is little room.
    init(path: String, _ paint: Paint = .plain) {
        parts = [(path.visible, paint)]
        items = nil
        keepsEnd = true
    }

    /// As many of the texts as there is room for: `CVE-2024-1 CVE-2023-7 +12`.
    init(list: [String]) {
        items = list.map(\.visible)
        parts = []
        keepsEnd = false
    }

    /// A number, or a dash for none, which the eye passes over.
    init(count: Int, _ paint: Paint = .plain) {
        self.init(count == 0 ? "–" : count.grouped, count == 0 ? .dim : paint)
    }

    static let empty = Cell("")

    var isList: Bool { items != nil }

    /// Columns that the first text of a list takes, and how many more there are: an id cut short is of no use.
    var leastColumns: Int {
        guard let items, let first = items.first else { return 0 }
        return min(28, first.columns + (items.count > 1 ? " +\(items.count - 1)".columns : 0))
    }

    /// The columns it would like to have.
    var columns: Int {
        if let items { return max(0, items.reduce(-1) { $0 + 1 + $1.columns }) }
        return parts.reduce(0) { $0 + $1.text.columns }
    }

    /// The text within so many columns, painted, and the columns it then takes.
    func fitted(_ width: Int, _ style: TableStyle) -> (text: String, columns: Int) {
        if let items { return Self.fitted(items, width) }
        let isCut = columns > width
        if isCut, keepsEnd, let part = parts.first {
            let shown = "…" + part.text.end(columns: width - 1)
            return (part.paint.painted(shown, style), shown.columns)
        }
        var left = isCut ? width - 1 : width
        var text = ""
        for part in parts {
            let shown = part.text.beginning(columns: left)
            left -= shown.columns
            text += part.paint.painted(shown, style)
        }
        if isCut, width > 0 { text += Paint.dim.painted("…", style) }
        return (text, (isCut ? width - 1 : width) - left + (isCut ? 1 : 0))
    }

    /// The text in lines of at most so many columns; of a list only what fits in one.
    func wrapped(_ width: Int, _ style: TableStyle) -> [String] {
        guard columns > 0 else { return [] }
        guard items == nil, columns > width, let paint = parts.first?.paint else {
            return [fitted(width, style).text]
        }
        return parts.map(\.text).joined().wrapped(columns: width).map { paint.painted($0, style) }
    }

    private static func fitted(_ items: [String], _ width: Int) -> (text: String, columns: Int) {
        var shown = ""
        var more = ""
        for count in items.indices.map({ $0 + 1 }) {
            let next = items.prefix(count).joined(separator: " ")
            let rest = items.count > count ? " +\(items.count - count)" : ""
            guard next.columns + rest.columns <= width || count == 1 else { break }
            (shown, more) = (next, rest)
        }
        let room = max(0, width - more.columns)
        if shown.columns > room { shown = shown.beginning(columns: max(0, room - 1)) + "…" }
        return ((shown + more), (shown + more).columns)
    }
}
