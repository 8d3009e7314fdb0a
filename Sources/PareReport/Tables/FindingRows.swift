// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Findings of one severity as rows: one for a package and its fix, with its ids, the worst first.
///
/// With `listsEveryFinding` each finding has a row; then, and in a folder, its file stands in place of the instruction.
func findingRows(_ found: [Finding], in report: ScanReport, listsEveryFinding: Bool) -> TextTable {
    struct Row: Hashable {
        let package: String
        let version: String
        let fix: String
        let layer: Int
        let single: String?
    }
    var rows: [Row] = []
    var groups: [Row: [Finding]] = [:]
    for finding in found {
        let (package, evidence) = (finding.package, finding.package.evidence)
        let row = Row(
            package: package.name, version: package.version, fix: finding.remedy, layer: evidence.layer,
            single: listsEveryFinding ? finding.id + " " + evidence.path : nil)
        if groups[row] == nil { rows.append(row) }
        groups[row, default: []].append(finding)
    }
    let layers = report.image?.layers ?? []
    let listsPaths = listsEveryFinding || layers.isEmpty
    let layerTitle = listsPaths ? "where" : "layer"
    var table = TextTable([
        .text("package"), .text("version", least: 14, dropRank: 1), .text("fixed in", least: 12),
        .text(listsEveryFinding ? "finding" : "findings", least: 18),
        .text(layerTitle, least: 8, dropRank: 2),
    ])
    let digits = "\(layers.count)".count
    for row in rows {
        let findings = groups[row] ?? []
        let layer = findings.first.flatMap { layers.fact(of: $0.package) }
        let origin = layer.map { $0.isBase ? "base" : instruction(ofHistory: $0.createdBy) } ?? ""
        let path =
            findings.first.map { $0.package.kind.isOperatingSystem ? "" : $0.package.evidence.path } ?? ""
        let number = layer == nil ? "" : "\(row.layer + 1)"
        let place = String(repeating: " ", count: max(0, digits - number.count)) + number + " "
        table.add([
            Cell(row.package, .bold), Cell(row.version),
            Cell(row.fix, row.fix.hasPrefix("no ") ? .dim : .good),
            Cell(list: findings.worstFirst),
            Cell((layer == nil ? "" : place) + (listsPaths && !path.isEmpty ? path : origin), .dim),
        ])
    }
    return table
}

extension [Finding] {
    /// The ids, each once: by severity, then the highest base score, then the newest.
    var worstFirst: [String] {
        var ids: Set<String> = []
        return sorted { ($0.severity, $0.score, $0.id) > ($1.severity, $1.score, $1.id) }.map(\.id)
            .filter { ids.insert($0).inserted }
    }
}

extension Finding {
    /// The highest CVSS base score that any source gives, 0 … 10; zero where none does.
    fileprivate var score: Double {
        let scores = advisory.detail?.cvss.values.map { $0.v3Score ?? $0.v40Score ?? $0.v2Score ?? 0 }
        return scores?.max() ?? 0
    }

    /// The version to go to, or why there is none.
    var remedy: String {
        if hasFix { return fixedVersion }
        switch status {
        case .willNotFix: return "no fix: declined"
        case .fixDeferred: return "no fix: deferred"
        case .endOfLife: return "no fix: end of life"
        default: return "no fix yet"
        }
    }
}
