// SPDX-License-Identifier: Apache-2.0

import PareModel

extension ComparisonPage {
    /// What is set aside in either image, by whom, why, and all that shows it.
    var dismissed: HTMLPage.Section? {
        let (before, after) = (comparison.before.dismissed, comparison.after.dismissed)
        guard !before.isEmpty || !after.isEmpty else { return nil }
        let said: Markup =
            comparison.dismissed.isEmpty
            ? ""
            : """
            <p>\(HTMLWords.count(comparison.dismissed.count)) of those in the new image were open in the old one: they are \
            neither gone nor counted as what remains.</p>
            """
        let new: Markup =
            after.isEmpty
            ? "<p>Nothing is set aside in the new image.</p>"
            : table(
                after, id: "dismissed-table",
                caption: "\(HTMLWords.count(after.count, "finding")) set aside in the new image")
        let old: Markup =
            before.isEmpty
            ? ""
            : """
            <details><summary>\(HTMLWords.count(before.count, "finding")) set aside in the old image</summary>
            \(table(before, id: "dismissed-before-table", caption: "Set aside in the old image"))
            </details>
            """
        return .init(id: "dismissed", heading: "Set aside", content: "\(said)\n\(new)\n\(old)")
    }

    private func table(_ findings: [Finding], id: String, caption: String) -> Markup {
        HTMLTables.table(
            id: id, caption: caption,
            columns: HTMLTables.findingColumns + [.init("By"), .init("Reason, and what shows it")],
            rows: HTMLFindings.inOrder(findings, by: \.self).map { finding in
                """
                <tr>\(HTMLTables.cells(finding, withTitle: true))\
                <td>\(finding.dismissal?.by ?? "")</td><td>\(finding.dismissal.map(reason) ?? "")</td></tr>
                """
            }, isTall: true)
    }

    private func reason(_ dismissal: Dismissal) -> Markup {
        let words = dismissal.justification.map { String($0.rawValue.map { $0 == "_" ? " " : $0 }) }
        let facts = [words, dismissal.expires.map { "until \($0)" }].compactMap(\.self)
        let said: Markup =
            facts.isEmpty ? "" : #"<span class="title">\#(facts.joined(separator: "; "))</span>"#
        guard !dismissal.evidence.isEmpty else { return "\(dismissal.reason)\(said)" }
        let lines = dismissal.evidence.map { line -> Markup in "<li>\(line)</li>" }
        return """
            \(dismissal.reason)\(said)
            <details><summary>\(HTMLWords.count(lines.count, "line")) of evidence</summary>
            <ul class="plain wrap">
            \(lines)
            </ul></details>
            """
    }

    /// What became of the VEX documents that were given.
    var statements: HTMLPage.Section? {
        let sides = [("old", comparison.before.statements), ("new", comparison.after.statements)]
        let rows = sides.flatMap { side, uses in
            StatementSum.sums(of: uses).map { sum -> Markup in
                """
                <tr><td>\(sum.document)</td><td>\(side)</td><td class="number">\(HTMLWords.count(sum.statements))</td>\
                <td class="number">\(HTMLWords.count(sum.matched))</td>\
                <td class="number">\(HTMLWords.count(sum.dismissed))</td><td>\(unmatched(sum.unmatched))</td></tr>
                """
            }
        }
        guard !rows.isEmpty else { return nil }
        let table = HTMLTables.table(
            id: "statements-table", caption: "VEX documents, and what their statements did",
            columns: [
                .init("Document"), .init("Image"), .init("Statements", isNumber: true),
                .init("About findings", isNumber: true), .init("Findings set aside", isNumber: true),
                .init("Matched nothing"),
            ], rows: rows, isTall: true)
        return .init(id: "statements", heading: "Statements of VEX documents", content: table)
    }

    private func unmatched(_ statements: [String]) -> Markup {
        guard !statements.isEmpty else { return "" }
        let shown = statements.prefix(200).map { line -> Markup in "<li>\(line)</li>" }
        let more: Markup =
            statements.count > 200 ? "<li>and \(HTMLWords.count(statements.count - 200)) more</li>" : ""
        return """
            <details><summary>\(HTMLWords.count(statements.count, "statement"))</summary>
            <ul class="plain wrap">
            \(shown)
            \(more)
            </ul></details>
            """
    }
}
