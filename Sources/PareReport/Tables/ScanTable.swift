// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// A scan report for a person: what it is, how bad it is, where it comes from, and what to do.
///
/// `listsEveryFinding` gives each finding a row, in place of each package and fix.
package func scanTable(_ report: ScanReport, style: TableStyle, listsEveryFinding: Bool) -> String {
    var lines = heading(of: report, style) + [""]
    lines +=
        report.open.isEmpty ? ["No known vulnerability in the packages above."] : totals(of: report, style)
    if let image = report.image, !image.layers.isEmpty { lines += [""] + layers(of: image, report, style) }
    for severity in Severity.allCases.sorted(by: >) {
        let found = report.open.filter { $0.severity == severity }
        guard !found.isEmpty else { continue }
        lines += ["", Paint.severity(severity).painted("\(severity.name) (\(found.count))", style)]
        lines += findings(found, in: report, style, listsEveryFinding: listsEveryFinding)
    }
    lines += dismissed(in: report, style) + notes(report.diagnostics, style)
    return lines.joined(separator: "\n") + "\n"
}

private func heading(of report: ScanReport, _ style: TableStyle) -> [String] {
    var facts: [String] = []
    facts.append(report.distro.map { "\($0.family) \($0.version)" } ?? "no distribution")
    if let image = report.image {
        let compressed = image.compressedSize.map { " (\($0) compressed)" } ?? ""
        facts.append("\(image.size)\(compressed) in \(image.layers.count) layers")
    }
    let kinds = Dictionary(grouping: report.packages, by: \.kind).sorted { $0.value.count > $1.value.count }
    let counts = kinds.map { "\($0.value.count) \($0.key.rawValue)" }.joined(separator: ", ")
    let store = report.store
    let age = store.updated.isEmpty ? "of unknown age" : "of \(store.updated.prefix(10))"
    return [
        Paint.bold.painted(report.target.visible, style),
        "  " + facts.joined(separator: ", ").visible,
        "  \(report.packages.count) packages" + (counts.isEmpty ? "" : ": \(counts)"),
        Paint.dim.painted(
            "  judged by \(store.name.visible) \(age): \(store.advisoryCount) advisories", style),
    ]
}

/// Findings by severity: all, of the base, of the application.
private func totals(of report: ScanReport, _ style: TableStyle) -> [String] {
    let severities = Severity.allCases.sorted(by: >)
    var table = TextTable(
        [TextTable.Column(title: "")]
            + severities.map { TextTable.Column(title: $0.name, isNumber: true) }
            + [
                TextTable.Column(title: "total", isNumber: true),
                TextTable.Column(title: "with a fix", isNumber: true),
            ])
    func add(_ title: String, _ findings: [Finding]) {
        let counts = severities.map { severity in findings.count { $0.severity == severity } }
        let cells = zip(severities, counts).map { Cell("\($1)", $1 == 0 ? .dim : .severity($0)) }
        table.add(
            [Cell(title)] + cells + [
                Cell("\(findings.count)", .bold), Cell("\(findings.count(where: \.hasFix))"),
            ])
    }
    add("open findings", report.open)
    if let layers = report.image?.layers, layers.contains(where: \.isBase) {
        let isBase = { (finding: Finding) in
            layers.indices.contains(finding.package.evidence.layer)
                && layers[finding.package.evidence.layer].isBase
        }
        add("  of the base image", report.open.filter(isBase))
        add("  of the application", report.open.filter { !isBase($0) })
    }
    return table.lines(style)
}

private func layers(of image: ImageFacts, _ report: ScanReport, _ style: TableStyle) -> [String] {
    var table = TextTable([
        TextTable.Column(title: "layer", isNumber: true), TextTable.Column(title: "size", isNumber: true),
        TextTable.Column(title: "packages", isNumber: true, isOptional: true),
        TextTable.Column(title: "findings", isNumber: true), TextTable.Column(title: "", isOptional: true),
        TextTable.Column(title: "brought by", isFlexible: true),
    ])
    let packages = Dictionary(grouping: report.packages, by: \.evidence.layer)
    let found = Dictionary(grouping: report.open, by: \.package.evidence.layer)
    for (index, layer) in image.layers.enumerated() {
        let count = found[index]?.count ?? 0
        table.add([
            Cell("\(index + 1)"), Cell("\(layer.size)"), Cell("\(packages[index]?.count ?? 0)"),
            Cell("\(count)", count == 0 ? .dim : .bold), Cell(layer.isBase ? "base" : "", .dim),
            Cell(instruction(ofHistory: layer.createdBy)),
        ])
    }
    return table.lines(style)
}

private func findings(
    _ found: [Finding], in report: ScanReport, _ style: TableStyle, listsEveryFinding: Bool
) -> [String] {
    struct Row: Hashable {
        let package: String
        let version: String
        let fix: String
        let layer: Int
        let id: String?
    }
    var rows: [Row] = []
    var ids: [Row: [String]] = [:]
    for finding in found {
        let evidence = finding.package.evidence
        let row = Row(
            package: finding.package.name, version: finding.package.version, fix: finding.remedy,
            layer: evidence.layer, id: listsEveryFinding ? finding.id + evidence.path : nil)
        if ids[row] == nil { rows.append(row) }
        if ids[row]?.last != finding.id { ids[row, default: []].append(finding.id) }
    }
    var table = TextTable([
        TextTable.Column(title: "package"), TextTable.Column(title: "version", isFlexible: true),
        TextTable.Column(title: "fixed in", isFlexible: true),
        TextTable.Column(title: "layer", isNumber: true, isOptional: true),
        TextTable.Column(title: "", isFlexible: true),
    ])
    let hasLayers = report.image != nil
    for row in rows {
        let ids = ids[row] ?? []
        let more = ids.count > 3 ? " and \(ids.count - 3) more" : ""
        table.add([
            Cell(row.package, .bold), Cell(row.version),
            Cell(row.fix, row.fix.hasPrefix("no ") ? .dim : .good),
            Cell(hasLayers ? "\(row.layer + 1)" : ""), Cell(ids.prefix(3).joined(separator: " ") + more),
        ])
    }
    return table.lines(style)
}

private func dismissed(in report: ScanReport, _ style: TableStyle) -> [String] {
    let groups = Dictionary(grouping: report.dismissed) { $0.dismissal }
    guard !groups.isEmpty else { return [] }
    let lines = groups.map { dismissal, findings in
        let who = dismissal.map { "\($0.by): \($0.reason)" } ?? ""
        return
            "  \(findings.count)  \(who.visible)  \(Set(findings.map(\.id)).sorted().joined(separator: " "))"
    }
    return ["", "dismissed (\(report.dismissed.count)), not counted above"] + lines.sorted()
}

/// Diagnostics as lines; those of one message are told once, with how many places.
func notes(_ diagnostics: [Diagnostic], _ style: TableStyle) -> [String] {
    let groups = Dictionary(grouping: diagnostics) { "\($0.severity.rawValue): \($0.message)" }
    let lines = groups.sorted { $0.key < $1.key }.map { message, places in
        let first =
            places.compactMap(\.location).first.map { " (\($0)" + (places.count > 1 ? " …)" : ")") } ?? ""
        return "  " + (message + first + (places.count > 1 ? ", \(places.count) times" : "")).visible
    }
    return lines.isEmpty ? [] : [""] + lines.map { Paint.dim.painted($0, style) }
}

extension Finding {
    /// The version to go to, or why there is none.
    var remedy: String {
        if hasFix { return fixedVersion }
        switch status {
        case .willNotFix: return "no fix: will not be fixed"
        case .fixDeferred: return "no fix yet: deferred"
        case .endOfLife: return "no fix: end of life"
        default: return "no fix yet"
        }
    }
}
