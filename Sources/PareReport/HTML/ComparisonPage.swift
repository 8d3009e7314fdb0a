// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// Two images beside each other as one HTML page that needs nothing else: figures, charts, what went away and why,
/// what is left and why.
package func comparisonHTML(_ comparison: Comparison, title: String) -> String {
    let page = ComparisonPage(comparison)
    return HTMLPage.page(
        title: title, lead: HTMLFigures.lead(comparison), sections: page.results + [page.measurement(of: nil)]
    )
}

/// The sections that both pages have.
struct ComparisonPage {
    let comparison: Comparison
    let answers: HTMLAnswers?

    init(_ comparison: Comparison) {
        self.comparison = comparison
        answers = HTMLAnswers(comparison)
    }

    /// From the headline figures to the answers; what cannot be there is left out.
    var results: [HTMLPage.Section] {
        [
            .init(
                id: "figures", heading: "Figures", content: HTMLFigures.figures(comparison, answers: answers)),
            layers, severities, remaining, introduced, gone, dismissed, statements, behaviour,
        ].compactMap(\.self)
    }

    private var layers: HTMLPage.Section? {
        guard comparison.before.image != nil || comparison.after.image != nil else { return nil }
        let chart = HTMLCharts.layers(comparison)
        let content: Markup =
            chart.isEmpty
            ? "<p>Neither image has a layer with anything in it.</p>" : "\(chart)\n\(layerTable)"
        return .init(id: "layers", heading: "Size by layer", content: content)
    }

    private var layerTable: Markup {
        let sides = [("before", comparison.before), ("after", comparison.after)]
        let rows = sides.flatMap { name, report in
            (report.image?.layers ?? []).enumerated().map { index, layer -> Markup in
                """
                <tr><td>\(name)</td><td class="number">\(index + 1)</td><td class="number">\(layer.size.description)</td>\
                <td class="number">\(HTMLWords.size(layer.compressedSize))</td>\
                <td>\(layer.isBase ? "base image" : "application")</td>\
                <td><code>\(HTMLWords.cut(instruction(ofHistory: layer.createdBy), at: 300))</code></td></tr>
                """
            }
        }
        let table = HTMLTables.table(
            id: "layers-table", caption: "Layers of both images, the oldest first",
            columns: [
                .init("Image"), .init("Layer", isNumber: true), .init("Size", isNumber: true),
                .init("Compressed", isNumber: true), .init("Belongs to"), .init("Made by"),
            ], rows: rows, isTall: true)
        return "<details><summary>The layers in figures</summary>\n\(table)\n</details>"
    }

    private var severities: HTMLPage.Section {
        let chart = HTMLCharts.severities(comparison)
        return .init(
            id: "severities", heading: "Open findings by severity",
            content: chart.isEmpty
                ? "<p>Neither image has an open finding.</p>"
                : "\(chart)\n<h3>By whether a version is free of them</h3>\n\(HTMLCharts.fixes(comparison))")
    }

    private var remaining: HTMLPage.Section {
        let open = comparison.remaining.filter(\.isOpen)
        let caption = HTMLWords.count(open.count, "open finding") + " that both images have"
        return .init(
            id: "remaining", heading: "What remains, and why",
            content: open.isEmpty
                ? #"<p class="good">Nothing: no open finding is left of the old image's.</p>"#
                : HTMLFindings.open(open, of: comparison.after, id: "remaining-table", caption: caption))
    }

    private var introduced: HTMLPage.Section? {
        let open = comparison.introduced.filter(\.isOpen)
        guard !open.isEmpty else { return nil }
        let caption = HTMLWords.count(open.count, "open finding") + " that only the new image has"
        return .init(
            id: "introduced", heading: "What is new",
            content: HTMLFindings.open(open, of: comparison.after, id: "introduced-table", caption: caption))
    }

    private var gone: HTMLPage.Section {
        let open = comparison.fixed.filter(\.finding.isOpen)
        let dismissed = comparison.fixed.count - open.count
        let table: Markup =
            open.isEmpty
            ? "<p>No open finding went away.</p>"
            : "\(HTMLCharts.fates(comparison))\n\(HTMLFindings.removed(open))"
        let said: Markup =
            dismissed == 0
            ? ""
            : #"<p class="soft">\#(HTMLWords.count(dismissed)) more had been set aside in the old image.</p>"#
        return .init(id: "gone", heading: "What went away, and why", content: "\(table)\n\(said)")
    }

    private var behaviour: HTMLPage.Section? {
        guard let answers else { return nil }
        let exits = [comparison.behaviourBefore?.exitCode, comparison.behaviourAfter?.exitCode]
            .map { $0.map(String.init) ?? "none" }
        let isCommand =
            comparison.behaviourBefore?.exitCode != nil || comparison.behaviourAfter?.exitCode != nil
        let said: Markup = isCommand ? "<p>Exit code: \(exits[0]) before, \(exits[1]) after.</p>" : ""
        let isEmpty = answers.rows.isEmpty && answers.others.isEmpty
        let table: Markup = isEmpty ? "<p>Nothing was asked, and nothing differs.</p>" : answers.table
        let tolerated = comparison.toleratedLines.map { line -> Markup in "<li>\(line)</li>" }
        let list: Markup = tolerated.isEmpty ? "" : #"<ul class="plain wrap">\#(tolerated)</ul>"#
        return .init(id: "answers", heading: "What both images answer", content: "\(said)\n\(table)\n\(list)")
    }
}
