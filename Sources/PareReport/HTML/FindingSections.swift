// SPDX-License-Identifier: Apache-2.0
import PareModel

/// What is still open, what is new, and what was set aside, each with its reason.
func leftSection(_ comparison: Comparison) -> Section {
    let after = comparison.after
    var body: HTML
    if after.open.isEmpty {
        let judged = after.packages.count.of("package")
        body = "<p class=\"good\">Nothing is open in the \(judged) that are left.</p>"
    } else {
        body = openTable(comparison.remaining, in: after)
    }
    if !comparison.introduced.isEmpty {
        body =
            "<h3 class=\"bad\">new: \(comparison.introduced.count.grouped)</h3>\n"
            + openTable(comparison.introduced, in: after) + "<h3>still there</h3>\n" + body
    }
    if !after.dismissed.isEmpty { body = body + dismissedTable(after.dismissed) }
    return Section(
        id: "left", title: "What is left, and why", aside: after.open.count.of("open finding"), body: body)
}

private func openTable(_ findings: [Finding], in report: ScanReport) -> HTML {
    guard !findings.isEmpty else { return "<p class=\"good\">Nothing.</p>" }
    let rows = SeverityCounts.order.flatMap { severity in
        FindingGroup.groups(of: findings.filter { $0.severity == severity }).map { group -> HTML in
            let count: HTML =
                group.packages.count > 1 ? " <span class=\"muted\">×\(group.packages.count)</span>" : ""
            return """
                <tr><td>\(badge(severity))</td><td><b title="\(group.packages.joined(separator: " "))">\(group.name)</b>\(count)</td>\
                <td><code>\(group.version)</code></td><td class="\(group.hasFix ? "good" : "")">\(group.reason(in: report.distro))</td>\
                <td class="ids">\(group.links)</td></tr>

                """
        }
    }
    return """
        <div class="scroll"><table><thead><tr><th>severity</th><th>package</th><th>version</th><th>why it is there</th>\
        <th>findings</th></tr></thead><tbody>
        \(rows)</tbody></table></div>

        """
}

extension FindingGroup {
    /// The ids with their titles, each once.
    fileprivate var links: HTML {
        let byID = Dictionary(findings.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ids.compactMap { byID[$0] }.map(link).joined(" ")
    }
}

private func dismissedTable(_ dismissed: [Finding]) -> HTML {
    let groups = Dictionary(grouping: dismissed, by: \.dismissal).sorted { left, right in
        (right.value.count, left.key?.reason ?? "") < (left.value.count, right.key?.reason ?? "")
    }
    let rows = groups.map { dismissal, findings -> HTML in
        """
        <tr><td class="n">\(findings.count.grouped)</td><td>\(dismissal?.by ?? "")</td><td>\(dismissal?.reason ?? "")</td>\
        <td class="ids">\(newestFirst(findings).joined(separator: " "))</td></tr>

        """
    }
    return """
        <h3>dismissed, not counted: \(dismissed.count.grouped)</h3>
        <div class="scroll"><table><thead><tr><th class="n">findings</th><th>by</th><th>reason</th><th>ids</th></tr></thead><tbody>
        \(rows)</tbody></table></div>

        """
}

/// Every finding that went away, with what became of its package; can be filtered where scripts run.
func goneSection(_ comparison: Comparison) -> Section? {
    guard !comparison.fixed.isEmpty else { return nil }
    let layers = comparison.before.image?.layers ?? []
    let removed = comparison.fixed.filter { $0.cause == .packageRemoved }
    let packages = Set(removed.map { "\($0.finding.package.kind.rawValue)/\($0.finding.package.name)" }).count
    let upgraded = comparison.fixed.count - removed.count
    let rows = SeverityCounts.order.flatMap { severity in
        comparison.fixed.filter { $0.finding.severity == severity }.map { row($0, layers) }
    }
    let parts = [
        removed.isEmpty ? nil : "\(removed.count.grouped) with the \(packages.of("package")) that had them",
        upgraded == 0 ? nil : "\(upgraded.grouped) because their package is there in another version",
    ]
    return Section(
        id: "gone", title: "What went away, and why", aside: comparison.fixed.count.of("finding"),
        body: """
            <p>\(parts.compactMap(\.self).joined(separator: ", "))</p>
            \(fates(removed: removed.count, changed: upgraded, left: comparison.remaining.count))
            \(filter(of: comparison.fixed))
            <div class="scroll tall" tabindex="0" role="region" aria-label="Findings that went away"><table id="gone-rows">
            <thead><tr><th>severity</th><th>finding</th><th>package</th><th>was</th><th>what became of it</th>\
            <th class="n">layer</th></tr></thead><tbody>
            \(rows)</tbody></table></div>
            """)
}

/// What became of all findings, as one bar.
private func fates(removed: Int, changed: Int, left: Int) -> HTML {
    let parts = [
        ("removed", "package removed", removed), ("changed", "other version", changed),
        ("open", "still there", left),
    ]
    let whole = Double(max(1, removed + changed + left))
    var start = 0.0
    let pieces = parts.map { name, label, count -> HTML in
        let share = Double(count) / whole * 100
        defer { start += share }
        let (x, width) = (start.formatted(decimals: 3) + "%", share.formatted(decimals: 3) + "%")
        return
            "<rect class=\"\(name)\" x=\"\(x)\" width=\"\(width)\" height=\"16\"><title>\(label): \(count.grouped)</title></rect>"
    }
    let key = parts.filter { $0.2 > 0 }.map { name, label, count -> HTML in
        "<span class=\"swatch \(name)\"></span>\(label) \(count.grouped) "
    }
    let spoken = parts.map { "\($0.1) \($0.2.grouped)" }.joined(separator: ", ")
    return """
        <div class="fates"><svg role="img" aria-label="\(spoken)">\(pieces)</svg><p class="key">\(key)</p></div>
        """
}

private func row(_ removed: Comparison.Removed, _ layers: [LayerFacts]) -> HTML {
    let finding = removed.finding
    let package = finding.package
    let kind: HTML =
        package.kind.isOperatingSystem ? "" : " <span class=\"muted\">\(package.kind.word)</span>"
    let layer = layers.isEmpty ? "" : "\(package.evidence.layer + 1)"
    let cause = removed.cause == .packageRemoved ? "removed" : "changed"
    return """
        <tr data-severity="\(finding.severity.name.lowercased())" data-cause="\(cause)"><td>\(badge(finding.severity))</td>\
        <td>\(link(finding))</td><td>\(package.name)\(kind)</td><td><code>\(package.version)</code></td>\
        <td>\(removed.cause.sentence)</td><td class="n">\(layer)</td></tr>

        """
}

/// Shown by the script, for it does nothing without.
private func filter(of fixed: [Comparison.Removed]) -> HTML {
    let severities = SeverityCounts(fixed.map(\.finding))
    let options = SeverityCounts.order.filter { severities[$0] > 0 }.map { severity -> HTML in
        "<option value=\"\(severity.name.lowercased())\">\(severity.name.lowercased()) (\(severities[severity].grouped))</option>"
    }
    return """
        <form id="gone-filter" hidden><input type="search" aria-label="Filter" placeholder="package, id, version …" autocomplete="off">\
        <select name="severity" aria-label="Severity"><option value="">every severity</option>\(options)</select>\
        <select name="cause" aria-label="Cause"><option value="">every cause</option>\
        <option value="removed">package removed</option><option value="changed">other version</option></select>\
        <output></output></form>
        """
}
