// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// A scan report for a person: what it is, how bad it is, where it comes from, and what to do.
///
/// Findings that one upgrade closes, or that wait for the same thing, stand in one row; or each in one of its own.
package func scanTable(_ report: ScanReport, style: TableStyle, listsEveryFinding: Bool) -> String {
    var lines = heading(of: report, style) + [""]
    if report.open.isEmpty {
        lines += allClear(report, style)
    } else {
        lines += totals(of: report, style)
    }
    if let image = report.image, !image.layers.isEmpty { lines += [""] + layerRows(of: image, report, style) }
    let findings = findingRows(of: report, style, listsEveryFinding: listsEveryFinding)
    lines += findings
    if let hidden = report.hiddenFindings, hidden > 0 {
        lines += [""] + paragraph("\(hidden.of("finding")) left out by filters", style, .dim, indent: 0)
    }
    lines += dismissedRows(report.dismissed, style, listsEveryReason: listsEveryFinding)
    lines += statementRows(report.statements, style) + notes(report.diagnostics, style)
    if findings.count > 30 { lines += [""] + paragraph(verdict(on: report), style, .bold, indent: 0) }
    return lines.joined(separator: "\n") + "\n"
}

private func heading(of report: ScanReport, _ style: TableStyle) -> [String] {
    var facts = [report.distro.map { "\($0.family) \($0.version)" } ?? "no distribution"]
    if let image = report.image {
        let platform = [image.config.os, image.config.architecture].filter { !$0.isEmpty }
        if !platform.isEmpty { facts.append(platform.joined(separator: "/")) }
        facts.append("\(image.size) in \(image.layers.count.of("layer"))")
        if let compressed = image.compressedSize { facts.append("\(compressed) compressed") }
        facts.append(image.config.isRoot ? "runs as root" : "runs as \(image.config.user)")
    }
    let kinds = Dictionary(grouping: report.packages, by: \.kind).mapValues(\.count)
        .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    let counts = kinds.map { "\($0.value.grouped) \($0.key.word)" }.joined(separator: ", ")
    return paragraph(report.target, style, .bold, indent: 0)
        + paragraph(facts.joined(separator: " · "), style)
        + paragraph(report.packages.count.of("package") + (counts.isEmpty ? "" : ": \(counts)"), style)
        + paragraph(
            sentence(on: report.store, asOf: report.created), style, report.store.paint(asOf: report.created))
}

/// Which data a report rests on, how old, and how much: `judged by …, of 2026-11-23 (today), 38,236 advisories`.
func sentence(on store: StoreFacts, asOf created: String) -> String {
    let day = Day(store.updated).map { ", of \($0)" } ?? ", of unknown age"
    let age = days(from: store.updated, to: created).map { days in
        days <= 0 ? " (today)" : " (\(days.of("day")) old)"
    }
    return
        "judged by \(store.name)\(day)\(age ?? ""), \(store.advisoryCount.of("advisory", plural: "advisories"))"
}

extension StoreFacts {
    /// Data older than a month deserves a look.
    fileprivate func paint(asOf created: String) -> Paint {
        (days(from: updated, to: created) ?? .max) > 31 ? .caution : .dim
    }
}

extension ImageConfig {
    /// Whether containers of the image run as root unless told otherwise.
    package var isRoot: Bool {
        let name = user.prefix { $0 != ":" }
        return name.isEmpty || name == "root" || name == "0"
    }
}

/// What it means that nothing is open: what was looked at, never a bare zero.
private func allClear(_ report: ScanReport, _ style: TableStyle) -> [String] {
    let judged = report.packages.count.of("package")
    let rest = report.dismissed.isEmpty ? "" : "; \(report.dismissed.count.grouped) dismissed, see below"
    let isFiltered = (report.hiddenFindings ?? 0) > 0
    let what = isFiltered ? "no finding that the filters let through" : "no known vulnerability"
    return paragraph("\(what) is open in the \(judged) recognised\(rest)", style, isFiltered ? .plain : .good)
}

private func verdict(on report: ScanReport) -> String {
    let open = report.open
    let fixable = open.count(where: \.hasFix)
    return "\(open.count.of("open finding")): \(SeverityCounts(open).sentence); \(fixable.grouped) with a fix"
}

/// Findings by severity: of the base, of the application, together.
private func totals(of report: ScanReport, _ style: TableStyle) -> [String] {
    let severities = SeverityCounts.order
    let isWide = style.width >= 80
    var table = TextTable(
        [TextTable.Column(title: "OPEN FINDINGS", least: 10)]
            + severities.map { TextTable.Column(title: isWide ? $0.name : $0.letter, isNumber: true) }
            + [
                TextTable.Column(title: "TOTAL", isNumber: true),
                TextTable.Column(title: "WITH A FIX", isNumber: true, needs: 64),
            ])
    func add(_ title: String, _ findings: [Finding], _ paint: Paint = .plain) {
        let counts = SeverityCounts(findings)
        table.add(
            [Cell(title, paint)] + severities.map { Cell(count: counts[$0], .severity($0)) }
                + [Cell(count: findings.count, .bold), Cell(count: findings.count(where: \.hasFix), .good)])
    }
    if let layers = report.image?.layers, layers.contains(where: \.isBase),
        layers.contains(where: { !$0.isBase })
    {
        let base = Set(layers.indices.filter { layers[$0].isBase })
        add("base image", report.open.filter { base.contains($0.package.evidence.layer) })
        add("application", report.open.filter { !base.contains($0.package.evidence.layer) })
        add("together", report.open, .bold)
    } else {
        add(report.kind == .image ? "image" : "folder", report.open)
    }
    return table.lines(style)
}

private func layerRows(of image: ImageFacts, _ report: ScanReport, _ style: TableStyle) -> [String] {
    let packages = Dictionary(grouping: report.packages, by: \.evidence.layer).mapValues(\.count)
    let found = Dictionary(grouping: report.open, by: \.package.evidence.layer).mapValues {
        SeverityCounts($0)
    }
    let severities = SeverityCounts.order.filter { severity in
        severity != .unknown || found.values.contains { $0[severity] > 0 }
    }
    var table = TextTable(
        [
            TextTable.Column(title: "LAYER", isNumber: true), TextTable.Column(title: "SIZE", isNumber: true),
            TextTable.Column(title: "PACKAGES", isNumber: true, needs: 72),
        ] + severities.map { TextTable.Column(title: $0.letter, isNumber: true, needs: 56) }
            + [TextTable.Column(title: "INSTRUCTION", least: 12)])
    let hasBase = image.layers.contains(where: \.isBase) && image.layers.contains { !$0.isBase }
    for (index, layer) in image.layers.enumerated() {
        if hasBase, index == 0 || image.layers[index - 1].isBase != layer.isBase {
            table.add(line: Cell(layer.isBase ? "base image" : "application", .bold))
        }
        let counts = found[index] ?? SeverityCounts([])
        table.add(
            [Cell("\(index + 1)"), Cell("\(layer.size)"), Cell(count: packages[index] ?? 0)]
                + severities.map { Cell(count: counts[$0], .severity($0)) }
                + [Cell(gist(ofHistory: layer.createdBy))])
    }
    return table.lines(style)
}
