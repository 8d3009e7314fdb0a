// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Open findings, the worst first, in columns that are aligned through all severities.
func findingRows(of report: ScanReport, _ style: TableStyle, listsEveryFinding: Bool) -> [String] {
    var table = TextTable([
        TextTable.Column(least: 14), TextTable.Column(least: 10), TextTable.Column(least: 12),
        TextTable.Column(least: 18, needs: 76, fallsBelow: true), TextTable.Column(needs: 56),
        TextTable.Column(least: 16, needs: 104),
    ])
    for severity in SeverityCounts.order {
        let found = report.open.filter { $0.severity == severity }
        guard !found.isEmpty else { continue }
        table.add(line: .empty)
        table.add([
            Cell(severity.name, .severity(severity), then: "  \(found.count.grouped)"),
            Cell("INSTALLED", .dim),
            Cell("FIXED IN", .dim), Cell(style.width < 76 ? "" : "ID", .dim),
            Cell(report.image == nil ? "" : "LAYER", .dim),
            Cell(report.image == nil ? "WHERE" : "BROUGHT BY", .dim),
        ])
        let groups = listsEveryFinding ? found.map { FindingGroup([$0]) } : FindingGroup.groups(of: found)
        for group in groups { table.add(cells(for: group, of: report.image?.layers ?? [])) }
    }
    return table.lines(style)
}

private func cells(for group: FindingGroup, of layers: [LayerFacts]) -> [Cell] {
    let first = group.layers.first ?? 0
    let instruction = layers.indices.contains(first) ? gist(ofHistory: layers[first].createdBy) : ""
    let place = group.findings.first?.package.place ?? ""
    return [
        group.title, Cell(group.version), Cell(group.remedy, group.hasFix ? .good : .dim),
        Cell(list: group.ids),
        Cell(layers.isEmpty ? "" : group.layers.map(layerNumber).joined(separator: ",")),
        group.kind.isOperatingSystem ? Cell(instruction, .dim) : Cell(path: place, .dim),
    ]
}

extension FindingGroup {
    /// The name, and how many packages of what kind it stands for.
    fileprivate var title: Cell {
        let number = packages.count > 1 ? packages.count : kind.isOperatingSystem ? 1 : paths.count
        let words = [kind.isOperatingSystem ? "" : " \(kind.word)", number > 1 ? " ×\(number)" : ""]
        return Cell(name, .bold, then: words.joined())
    }
}

extension Package {
    /// Where the package lies, short: `usr/local/lib › npm › tar` of `usr/local/lib/node_modules/npm/node_modules/tar`.
    fileprivate var place: String {
        var folders = evidence.path.split(separator: "/")
        if ["package.json", "METADATA", "PKG-INFO"].contains(folders.last) { folders.removeLast() }
        return folders.split(separator: "node_modules").map { $0.joined(separator: "/") }.joined(
            separator: " › ")
    }
}

/// Diagnostics as lines; those of one message are told once, with how many places.
func notes(_ diagnostics: [Diagnostic], _ style: TableStyle) -> [String] {
    struct Note: Hashable {
        let severity: Diagnostic.Severity
        let message: String
    }
    let groups = Dictionary(grouping: diagnostics) { Note(severity: $0.severity, message: $0.message) }
    let lines = groups.sorted { left, right in
        // Warnings before notes.
        (right.key.severity.rawValue, left.key.message) < (left.key.severity.rawValue, right.key.message)
    }.flatMap { note, places in
        let location = places.compactMap(\.location).min()
        let more = places.count > 1 ? " and \((places.count - 1).grouped) more" : ""
        let text = "\(note.severity.rawValue): \(note.message)" + (location.map { " (\($0)\(more))" } ?? more)
        return paragraph(text, style, note.severity == .warning ? .caution : .dim)
    }
    return lines.isEmpty ? [] : [""] + lines
}
