// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Open findings by severity, and by whether a version is free of them, before and after.
func findingsSection(_ comparison: Comparison) -> Section {
    let (before, after) = (comparison.before.open, comparison.after.open)
    let (old, new) = (SeverityCounts(before), SeverityCounts(after))
    let severities = SeverityCounts.order.filter { old[$0] + new[$0] > 0 }
    let scale = max(1, severities.map { max(old[$0], new[$0]) }.max() ?? 1)
    let bySeverity = severities.map { severity in
        bars(severity.name.lowercased(), badge(severity), old[severity], new[severity], scale)
    }
    let fixable = (before.count(where: \.hasFix), after.count(where: \.hasFix))
    let waiting = (before.count - fixable.0, after.count - fixable.1)
    let other = max(1, max(max(fixable.0, fixable.1), max(waiting.0, waiting.1)))
    let byFix = [
        bars("with a fix", "with a fix", fixable.0, fixable.1, other),
        bars("without a fix", "without a fix", waiting.0, waiting.1, other),
    ]
    let body: HTML =
        severities.isEmpty
        ? "<p class=\"good\">No known vulnerability is open in either image.</p>"
        : """
        <div class="two"><div><h3>by severity</h3><div class="chart">
        \(bySeverity)</div></div>
        <div><h3>by whether a fix exists</h3><div class="chart">
        \(byFix)</div>
        <p class="key"><span class="swatch before"></span>before <span class="swatch after"></span>after</p></div></div>
        """
    return Section(
        id: "findings", title: "Findings",
        aside: "\(before.count.grouped) before, \(after.count.grouped) after",
        body: body)
}

/// Two bars on top of each other, and their numbers.
private func bars(_ name: String, _ label: HTML, _ before: Int, _ after: Int, _ scale: Int) -> HTML {
    let width = { (count: Int) in percent(Double(count), of: Double(scale)) }
    return """
        <div class="bars"><span>\(label)</span>\
        <svg role="img" aria-label="\(name): \(before.grouped) before, \(after.grouped) after">\
        <rect class="before" width="\(width(before))" height="9" y="1" rx="2"/>\
        <rect class="after" width="\(width(after))" height="9" y="12" rx="2"/></svg>\
        <span class="numbers"><i>\(before.grouped)</i><b>\(after.grouped)</b></span></div>

        """
}

/// What each image's layers weigh, on one scale.
func layersSection(_ comparison: Comparison) -> Section? {
    guard let old = comparison.before.image, let new = comparison.after.image else { return nil }
    let whole = Double(max(old.size, new.size).bytes)
    let both = [("before", old, comparison.before), ("after", new, comparison.after)]
    let charts = both.map { name, image, _ -> HTML in
        """
        <div class="stack"><span>\(name)<b>\(image.size)</b></span>\(stack(name, image, of: whole))</div>

        """
    }
    let tables = both.map { name, image, report -> HTML in
        """
        <details\(HTML(trusted: image.layers.count > 4 ? "" : " open"))><summary>\(name): \(image.layers.count.of("layer"))</summary>
        <div class="scroll"><table><thead><tr><th class="n">layer</th><th class="n">size</th><th class="n">packages</th>\
        <th class="n">findings</th><th>instruction</th></tr></thead><tbody>
        \(layerRows(image, report))</tbody></table></div></details>

        """
    }
    return Section(
        id: "layers", title: "Size by layer", aside: "\(old.size) before, \(new.size) after",
        body: """
            <div class="stacks">
            \(charts)<p class="key"><span class="swatch base"></span>base image <span class="swatch own"></span>application \
            <span class="swatch after"></span>after</p></div>
            \(tables)
            """)
}

/// An image's layers side by side in one bar; base and application in shades of their own.
private func stack(_ name: String, _ image: ImageFacts, of whole: Double) -> HTML {
    var start = 0.0
    let pieces = image.layers.enumerated().map { index, layer -> HTML in
        let share = whole > 0 ? Double(max(0, layer.size.bytes)) / whole * 100 : 0
        defer { start += share }
        let group = "\(name) \(layer.isBase ? "base" : "own") t\(index % 3)"
        let x = start.formatted(decimals: 3) + "%"
        let text =
            "layer \(index + 1), \(layer.size): \(gist(ofHistory: layer.createdBy).beginning(columns: 120))"
        return """
            <rect class="\(group)" x="\(x)" width="\(share.formatted(decimals: 3) + "%")" height="34"><title>\(text)</title></rect>
            """
    }
    return
        "<svg role=\"img\" aria-label=\"\(name): \(image.layers.count.of("layer")), \(image.size)\">\(pieces)</svg>"
}

private func layerRows(_ image: ImageFacts, _ report: ScanReport) -> [HTML] {
    let packages = Dictionary(grouping: report.packages, by: \.evidence.layer).mapValues(\.count)
    let found = Dictionary(grouping: report.open, by: \.package.evidence.layer).mapValues(\.count)
    return image.layers.enumerated().map { index, layer in
        let text = instruction(ofHistory: layer.createdBy)
        let base: HTML = layer.isBase ? " <span class=\"muted\">base</span>" : ""
        return """
            <tr><td class="n">\(index + 1)\(base)</td><td class="n">\(layer.size)</td>\
            <td class="n">\((packages[index] ?? 0).grouped)</td><td class="n">\((found[index] ?? 0).grouped)</td>\
            <td><code>\(text.beginning(columns: 400))</code></td></tr>

            """
    }
}
