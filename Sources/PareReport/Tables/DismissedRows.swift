// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Findings set aside, by who did so and why, with the first lines of what shows it.
///
/// Without `listsEveryReason` only the reasons for the most findings are given.  `openBefore` of them were open in an
/// older image.
func dismissedRows(
    _ dismissed: [Finding], _ style: TableStyle, listsEveryReason: Bool = false, openBefore: Int = 0
) -> [String] {
    guard !dismissed.isEmpty else { return [] }
    let groups = Dictionary(grouping: dismissed, by: DismissalGroup.init).sorted { left, right in
        (right.value.count, left.key.reason, left.key.by) < (left.value.count, right.key.reason, right.key.by)
    }
    let shown = listsEveryReason ? groups[...] : groups.prefix(16)
    let digits = shown.map { $0.value.count.grouped.count }.max() ?? 1
    let before = openBefore > 0 ? "; \(openBefore.grouped) of them open before" : ""
    let title = "DISMISSED, not counted as open: \(dismissed.count.grouped)\(before)"
    var lines = [""] + paragraph(title, style, .bold)
    for (group, findings) in shown {
        let number = findings.count.grouped
        let space = String(repeating: " ", count: 2 + digits - number.count)
        let ids = Cell(list: newestFirst(findings)).fitted(style.width - digits - 4, style).text
        lines.append("\(space)\(number)  \(ids)")
        lines += paragraph(group.sentence, style, indent: digits + 4)
        lines += evidenceLines(of: findings, style, indent: digits + 4)
    }
    if groups.count > shown.count {
        lines += paragraph("+\((groups.count - shown.count).of("other reason")), see --all", style, .dim)
    }
    return lines
}

private func evidenceLines(of findings: [Finding], _ style: TableStyle, indent: Int) -> [String] {
    let evidence = unique(findings.flatMap { $0.dismissal?.evidence ?? [] })
    let more = evidence.count > 2 ? ["+\((evidence.count - 2).of("line")) in the JSON and HTML reports"] : []
    return (evidence.prefix(2) + more).flatMap { paragraph("· " + $0, style, .dim, indent: indent) }
}

/// What dismissed findings have in common that stand together.
private struct DismissalGroup: Hashable {
    let by: String
    let reason: String
    let expires: Day?

    init(_ finding: Finding) {
        by = finding.dismissal?.by ?? ""
        reason = finding.dismissal?.reason ?? ""
        expires = finding.dismissal?.expires
    }

    var sentence: String { "\(by): \(reason)" + (expires.map { " (until \($0))" } ?? "") }
}

/// What became of the VEX statements that were given: by document, with those named that are about nothing here.
func statementRows(_ uses: [StatementUse], _ style: TableStyle) -> [String] {
    guard !uses.isEmpty else { return [] }
    let documents = StatementSum.sums(of: uses)
    var lines = [""] + paragraph("VEX STATEMENTS: \(uses.count.grouped)", style, .bold)
    for sum in documents.prefix(10) {
        lines += paragraph(sum.sentence, style)
        if !sum.unmatched.isEmpty {
            let more = sum.unmatched.count > 4 ? ["+\((sum.unmatched.count - 4).grouped)"] : []
            let named = (sum.unmatched.prefix(4) + more).joined(separator: ", ")
            lines += paragraph("matched nothing: \(named)", style, .caution, indent: 4)
        }
    }
    let rest = documents.dropFirst(10)
    if !rest.isEmpty {
        let idle = rest.reduce(0) { $0 + $1.unmatched.count }
        let text =
            "+\(rest.count.of("other document")), in which \(idle.of("statement")) matched nothing"
        lines += paragraph(text, style, .dim)
    }
    return lines
}
