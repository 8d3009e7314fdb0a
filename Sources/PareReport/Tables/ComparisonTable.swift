// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// Two images side by side, for a person: figures, answers, what is left and why, and the sum of it in the last line.
package func comparisonTable(_ comparison: Comparison, style: TableStyle) -> String {
    var lines = figureRows(of: comparison, style) + answerRows(of: comparison, style)
    lines += leftRows(of: comparison, style)
    lines += [""] + verdictLines(on: comparison, style)
    return lines.joined(separator: "\n") + "\n"
}

/// What came of a fix: the comparison, the candidates, and what was done to the Dockerfile.
package func proofTable(_ proof: FixProof, style: TableStyle) -> String {
    let comparison = proof.comparison
    var lines = figureRows(of: comparison, style) + answerRows(of: comparison, style)
    lines += leftRows(of: comparison, style)
    lines += ["", Paint.bold.painted("  CANDIDATES", style)] + candidateRows(proof.candidates, style)
    if !proof.edits.isEmpty {
        lines +=
            ["", Paint.bold.painted("  CHANGES TO THE DOCKERFILE", style)] + editRows(proof.edits, style)
    }
    if let patch = proof.patch {
        lines +=
            ["", Paint.bold.painted("  CHANGES TO THE DEPENDENCIES", style)] + patchRows(patch.steps, style)
    }
    if let hardening = proof.hardening {
        lines += [""] + paragraph("HARDENING: \(hardening.sentence)", style, .bold)
        lines += hardening.reasons.flatMap { paragraph($0, style, .dim, indent: 4) }
    }
    lines += notes(proof.diagnostics, style)
    lines += [""] + verdictLines(on: comparison, style)
    let how =
        "in \(proof.seconds.seconds) with \(proof.engine), \(proof.candidates.count(where: \.wasTried).of("candidate")) tried"
    return (lines + paragraph(how, style, .dim, indent: 0)).joined(separator: "\n") + "\n"
}

private func verdictLines(on comparison: Comparison, _ style: TableStyle) -> [String] {
    paragraph(comparison.verdict, style, comparison.isClean ? .good : .bad, indent: 0)
}

private func figureRows(of comparison: Comparison, _ style: TableStyle) -> [String] {
    let (before, after) = (comparison.before, comparison.after)
    var table = FigureTable(style: style)
    table.add("size on disk", before.image?.size, after.image?.size)
    table.add("compressed", before.image?.compressedSize, after.image?.compressedSize)
    if let old = before.image, let new = after.image {
        table.add("layers", old.layers.count, new.layers.count)
    }
    table.add("packages", before.packages.count, after.packages.count)
    table.add("open findings", before.open.count, after.open.count, .bold)
    let (old, new) = (SeverityCounts(before.open), SeverityCounts(after.open))
    for severity in SeverityCounts.order where old[severity] + new[severity] > 0 {
        table.add("  \(severity.name.lowercased())", old[severity], new[severity], .severity(severity))
    }
    table.add("  with a fix", before.open.count(where: \.hasFix), after.open.count(where: \.hasFix))
    table.add("  without", before.open.count { !$0.hasFix }, after.open.count { !$0.hasFix })
    if !before.dismissed.isEmpty || !after.dismissed.isEmpty {
        table.add("dismissed", before.dismissed.count, after.dismissed.count)
    }
    if let old = comparison.behaviourBefore?.startSeconds, let new = comparison.behaviourAfter?.startSeconds {
        table.add(text: "start time", old.seconds, new.seconds, change(old, new), isBetter: new < old)
    }
    table.add("memory", comparison.behaviourBefore?.peakMemory, comparison.behaviourAfter?.peakMemory)
    if let old = before.image?.config, let new = after.image?.config {
        table.add(text: "runs as", old.runsAs, new.runsAs, nil, isBetter: true)
    }
    let title = paragraph(
        comparison.before.target + "  →  " + comparison.after.target, style, .bold, indent: 0)
    return title + [""] + table.lines
}

extension ImageConfig {
    /// `root`, or the user's name or number.
    var runsAs: String { isRoot ? "root" : user }
}

/// Rows of a figure before, after, and by how much it changed.
private struct FigureTable {
    let style: TableStyle
    private var table = TextTable([
        TextTable.Column(least: 12), TextTable.Column(title: "BEFORE", isNumber: true, least: 8),
        TextTable.Column(title: "AFTER", isNumber: true, least: 8),
        TextTable.Column(title: "CHANGE", isNumber: true),
    ])

    init(style: TableStyle) { self.style = style }

    mutating func add(_ title: String, _ before: ByteCount?, _ after: ByteCount?) {
        guard let before, let after else { return }
        add(text: title, "\(before)", "\(after)", change(of: before, after), isBetter: after < before)
    }

    mutating func add(_ title: String, _ before: Int, _ after: Int, _ paint: Paint = .plain) {
        table.add([
            Cell(title, paint), Cell(count: before, paint),
            Cell("\(after.grouped)", after == 0 ? .dim : paint),
            Cell(change(Double(before), Double(after)) ?? "", after <= before ? .good : .bad),
        ])
    }

    mutating func add(
        text title: String, _ before: String, _ after: String, _ change: String?, isBetter: Bool
    ) {
        table.add([Cell(title), Cell(before), Cell(after), Cell(change ?? "", isBetter ? .good : .bad)])
    }

    var lines: [String] { table.lines(style) }
}

private func answerRows(of comparison: Comparison, _ style: TableStyle) -> [String] {
    guard let differences = comparison.differences else { return [] }
    let count = AnswerCount(comparison).map { "answers: \($0.sentence)" }
    let asides =
        comparison.toleratedLines.flatMap { paragraph($0, style, .dim) }
        + (comparison.memoryRemark.map { paragraph($0.message, style, .caution) } ?? [])
    guard !differences.isEmpty else {
        return [""] + paragraph(count ?? "output and exit code: equal", style, .good) + asides
    }
    var table = TextTable([
        TextTable.Column(title: "DIFFERS", least: 12), TextTable.Column(title: "IN", least: 6),
        TextTable.Column(title: "BEFORE", least: 8), TextTable.Column(title: "AFTER", least: 8),
    ])
    for difference in differences {
        table.add([
            Cell(difference.subject, .bold), Cell(difference.aspect), Cell(difference.before),
            Cell(difference.after),
        ])
    }
    return [""] + paragraph(count ?? "output differs", style, .bad) + table.lines(style) + asides
}

/// What is still open, with the reason; what is new; and what became of the rest.
private func leftRows(of comparison: Comparison, _ style: TableStyle) -> [String] {
    var lines: [String] = []
    let removed = comparison.fixed.count { $0.cause == .packageRemoved }
    if !comparison.fixed.isEmpty {
        let upgraded = comparison.fixed.count - removed
        let how = [
            removed > 0 ? "\(removed.grouped) with their packages" : nil,
            upgraded > 0 ? "\(upgraded.grouped) by other versions" : nil,
        ].compactMap(\.self).joined(separator: ", ")
        lines += [""] + paragraph("GONE: \(comparison.fixed.count.grouped) (\(how))", style, .bold)
    }
    lines += openRows("STILL THERE", comparison.remaining, of: comparison.after, style)
    lines += openRows("NEW", comparison.introduced, of: comparison.after, style)
    lines += dismissedRows(comparison.after.dismissed, style, openBefore: comparison.dismissed.count)
    if !comparison.before.open.isEmpty, comparison.after.open.isEmpty {
        let judged = comparison.after.packages.count.of("package")
        lines += [""] + paragraph("nothing is open in the \(judged) that are left", style, .good)
    }
    return lines
}

func openRows(
    _ title: String, _ findings: [Finding], of report: ScanReport, _ style: TableStyle
) -> [String] {
    guard !findings.isEmpty else { return [] }
    var table = TextTable([
        TextTable.Column(least: 8), TextTable.Column(least: 12), TextTable.Column(least: 10, needs: 60),
        TextTable.Column(least: 16), TextTable.Column(least: 18, needs: 90, fallsBelow: true),
    ])
    for severity in SeverityCounts.order {
        for group in FindingGroup.groups(of: findings.filter { $0.severity == severity }) {
            let count = group.packages.count > 1 ? " ×\(group.packages.count)" : ""
            table.add([
                Cell(style.width < 60 ? severity.letter : severity.name, .severity(severity)),
                Cell(group.name, .bold, then: count), Cell(group.version),
                Cell(group.reason(in: report.distro), group.hasFix ? .good : .plain), Cell(list: group.ids),
            ])
        }
    }
    return [""] + paragraph("\(title): \(findings.count.grouped)", style, .bold) + table.lines(style)
}

extension FindingGroup {
    /// Why the findings are there, as half a sentence.
    func reason(in distro: Distro?) -> String {
        hasFix ? "closed by going to \(remedy)" : findings.first?.reason(in: distro) ?? ""
    }
}
