// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// A scan report for a person: what it is, how bad it is, where it comes from, and what to do.
///
/// `listsEveryFinding` gives each finding a row, in place of each package and fix.
package func scanTable(_ report: ScanReport, style: TableStyle, listsEveryFinding: Bool) -> String {
    var lines = heading(of: report, style) + [""]
    lines +=
        report.open.isEmpty ? wrapped(allClear(report), indent: 0, style, .good) : totals(of: report, style)
    if let image = report.image, !image.layers.isEmpty { lines += [""] + layers(of: image, report, style) }
    for severity in Severity.allCases.sorted(by: >) {
        let found = report.open.filter { $0.severity == severity }
        guard !found.isEmpty else { continue }
        lines += ["", Paint.severity(severity).painted("\(severity.name) (\(found.count))", style)]
        lines += findingRows(found, in: report, listsEveryFinding: listsEveryFinding).lines(style)
    }
    if let hidden = report.hiddenFindings, hidden > 0, !report.open.isEmpty {
        lines += [""] + wrapped("\(counted(hidden, "finding")) left out by filters", indent: 0, style, .dim)
    }
    lines += dismissed(in: report, style) + notes(report.diagnostics, style)
    return lines.joined(separator: "\n") + "\n"
}

/// What no open finding means, which is less where filters or dismissals took some away.
private func allClear(_ report: ScanReport) -> String {
    let apart =
        [(report.hiddenFindings ?? 0, "left out by filters"), (report.dismissed.count, "dismissed")]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    guard !apart.isEmpty else { return "No known vulnerability in the packages above." }
    return "No finding is shown: \(apart.joined(separator: ", "))."
}

private func heading(of report: ScanReport, _ style: TableStyle) -> [String] {
    var facts: [String] = []
    facts.append(report.distro.map { "\($0.family) \($0.version)" } ?? "no distribution")
    if let image = report.image {
        let compressed = image.compressedSize.map { " (\($0) compressed)" } ?? ""
        facts.append("\(image.size)\(compressed) in \(counted(image.layers.count, "layer"))")
    }
    let kinds = Dictionary(grouping: report.packages, by: \.kind).mapValues(\.count)
        .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    let counts = kinds.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
    let store = report.store
    let age = store.updated.isEmpty ? "of unknown age" : "of \(store.updated.prefix(10))"
    let packages = counted(report.packages.count, "package") + (counts.isEmpty ? "" : ": \(counts)")
    return wrapped(report.target, indent: 0, style, .bold)
        + wrapped(facts.joined(separator: ", "), indent: 2, style) + wrapped(packages, indent: 2, style)
        + wrapped(
            "judged by \(store.name), \(age): \(store.advisoryCount) advisories", indent: 2, style, .dim)
}

/// Findings by severity: all, of the base, of the application.  A narrow terminal has a row for each severity.
private func totals(of report: ScanReport, _ style: TableStyle) -> [String] {
    let severities = Severity.allCases.sorted(by: >)
    var groups = [("open findings", report.open)]
    if let layers = report.image?.layers, layers.contains(where: \.isBase) {
        let isBase = { (finding: Finding) in layers.fact(of: finding.package)?.isBase == true }
        groups.append(("  of the base image", report.open.filter(isBase)))
        groups.append(("  of the application", report.open.filter { !isBase($0) }))
    }
    var wide = TextTable(
        [.text("", least: nil)] + severities.map { .number($0.name) }
            + [.number("total"), .number("with a fix")])
    for (title, findings) in groups {
        let counts = severities.map { severity in findings.count { $0.severity == severity } }
        wide.add(
            [Cell(title)] + zip(severities, counts).map { Cell("\($1)", $1 == 0 ? .dim : .severity($0)) } + [
                Cell("\(findings.count)", .bold), Cell("\(findings.count(where: \.hasFix))"),
            ])
    }
    guard !wide.fits(style) else { return wide.lines(style) }
    var narrow = TextTable(
        [.text("")] + zip(groups, ["open", "base", "application"]).map { .number($1) })
    for (column, title) in wide.columns.enumerated().dropFirst() {
        narrow.add([Cell(title.title)] + wide.rows.map { $0[column] })
    }
    return narrow.lines(style)
}

private func layers(of image: ImageFacts, _ report: ScanReport, _ style: TableStyle) -> [String] {
    var table = TextTable([
        .number("layer"), .number("size"), .number("packages", dropRank: 2), .number("findings"),
        .text("", least: nil, dropRank: 1), .text("brought by"),
    ])
    let packages = Dictionary(grouping: report.packages, by: \.evidence.layer)
    let found = Dictionary(grouping: report.open, by: \.package.evidence.layer)
    for (index, layer) in image.layers.enumerated() {
        let count = found[index]?.count ?? 0
        let packageCount = packages[index]?.count ?? 0
        table.add([
            Cell("\(index + 1)"), Cell("\(layer.size)"),
            Cell("\(packageCount)", packageCount == 0 ? .dim : .plain),
            Cell("\(count)", count == 0 ? .dim : .bold), Cell(layer.isBase ? "base" : "", .dim),
            Cell(instruction(ofHistory: layer.createdBy)),
        ])
    }
    return table.lines(style)
}

private func dismissed(in report: ScanReport, _ style: TableStyle) -> [String] {
    let groups = Dictionary(grouping: report.dismissed) { $0.dismissal }
    guard !groups.isEmpty else { return [] }
    let lines = groups.map { dismissal, findings in
        let who = dismissal.map { "\($0.by): \($0.reason): " } ?? ""
        return who + Set(findings.map(\.id)).sorted().joined(separator: " ")
    }
    return ["", "dismissed (\(report.dismissed.count)), not counted above"]
        + lines.sorted().flatMap { wrapped($0, indent: 2, style) }
}

/// Diagnostics as lines; those of one message are told once, with how many places.
func notes(_ diagnostics: [Diagnostic], _ style: TableStyle) -> [String] {
    let groups = Dictionary(grouping: diagnostics) { "\($0.severity.rawValue): \($0.message)" }
    let lines = groups.sorted { $0.key < $1.key }.map { message, places in
        let first =
            places.compactMap(\.location).first.map { " (\($0)" + (places.count > 1 ? " …)" : ")") } ?? ""
        return message + first + (places.count > 1 ? ", \(places.count) times" : "")
    }
    return lines.isEmpty ? [] : [""] + lines.flatMap { wrapped($0, indent: 2, style, .dim) }
}

/// `1 layer`, `2 layers`.
private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)" + (count == 1 ? "" : "s") }

extension [LayerFacts] {
    /// The layer that brought a package; `nil` for a folder's.
    func fact(of package: Package) -> LayerFacts? {
        indices.contains(package.evidence.layer) ? self[package.evidence.layer] : nil
    }
}
