// SPDX-License-Identifier: Apache-2.0

import PareModel

/// Tables with captions, and the cells that several of them share.
enum HTMLTables {
    struct Column {
        let name: String
        var isNumber = false

        init(_ name: String, isNumber: Bool = false) {
            self.name = name
            self.isNumber = isNumber
        }
    }

    /// A table of whole `tr` elements in a box that scrolls by itself, by keyboard too; one that may be long gets
    /// a height of its own.
    static func table(
        id: String, caption: String, columns: [Column], rows: [Markup], isTall: Bool = false
    ) -> Markup {
        let heads = columns.map { column -> Markup in
            #"<th scope="col"\#(column.isNumber ? #" class="number""# as Markup : "")>\#(column.name)</th>"#
        }
        return """
            <div class="scroll\(isTall ? " tall" : "")" role="region" tabindex="0" aria-label="\(caption)">
            <table id="\(id)">
            <caption>\(caption)</caption>
            <thead><tr>
            \(heads)
            </tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table>
            </div>
            """
    }

    static func chip(_ severity: Severity) -> Markup {
        #"<span class="chip \#(severity.name.lowercased())">\#(HTMLWords.name(severity))</span>"#
    }

    /// An advisory's number, with a link to its page where there is one.
    static func advisory(_ id: String) -> Markup {
        guard let address = HTMLWords.address(ofAdvisory: id) else { return "\(id)" }
        return #"<a href="\#(address)" rel="noreferrer">\#(id)</a>"#
    }

    /// Severity, advisory, package and version of a finding.
    static func cells(_ finding: Finding, withTitle: Bool) -> Markup {
        let title = withTitle ? finding.advisory.detail?.title ?? "" : ""
        let said: Markup =
            title.isEmpty ? "" : #"<span class="title">\#(HTMLWords.cut(title, at: 160))</span>"#
        return """
            <td>\(chip(finding.severity))</td><td>\(advisory(finding.id))\(said)</td>\
            <td>\(finding.package.name)</td><td>\(finding.package.version)</td>
            """
    }

    static let findingColumns = ["Severity", "Advisory", "Package", "Version"].map { Column($0) }
}

/// The tables of findings.
enum HTMLFindings {
    /// Open findings of an image, with the reason why each is there.
    static func open(_ findings: [Finding], of report: ScanReport, id: String, caption: String) -> Markup {
        HTMLTables.table(
            id: id, caption: caption, columns: HTMLTables.findingColumns + [.init("Why it is there")],
            rows: inOrder(findings, by: \.self).map { finding in
                "<tr>\(HTMLTables.cells(finding, withTitle: true))<td>\(finding.reason(in: report.distro))</td></tr>"
            }, isTall: true)
    }

    /// Findings that went away, with controls that a script makes work.
    static func removed(_ removed: [Comparison.Removed]) -> Markup {
        let rows = inOrder(removed, by: \.finding).map { removed -> Markup in
            let severity = removed.finding.severity.name.lowercased()
            let (key, cause) = words(removed.cause)
            return """
                <tr data-severity="\(severity)" data-cause="\(key)">\
                \(HTMLTables.cells(removed.finding, withTitle: false))<td>\(cause)</td>\
                <td class="number">\(layerNumber(removed.finding.package.evidence.layer))</td></tr>
                """
        }
        let table = HTMLTables.table(
            id: "gone-table",
            caption: "\(HTMLWords.count(removed.count, "finding")) of the old image that the new one has not",
            columns: HTMLTables.findingColumns + [.init("Why it is gone"), .init("Layer", isNumber: true)],
            rows: rows,
            isTall: true)
        return "\(controls)\n\(table)"
    }

    private static func words(_ cause: Comparison.Cause) -> (key: String, text: String) {
        switch cause {
        case .packageRemoved: ("removed", "package removed")
        case .versionChanged(let versions): ("changed", "upgraded to \(versions.joined(separator: ", "))")
        }
    }

    private static let controls: Markup = """
        <form id="filter" hidden role="search" aria-label="Filter the findings that went away">
        <label>Words<input type="search" name="words" placeholder="advisory, package, version"></label>
        <label>Severity<select name="severity"><option value="">all</option>
        \(HTMLCharts.bySeverity.map { severity -> Markup in
            #"<option value="\#(severity.name.lowercased())">\#(HTMLWords.name(severity))</option>"#
        })
        </select></label>
        <label>Why<select name="cause"><option value="">all</option><option value="removed">package removed</option>
        <option value="changed">upgraded</option></select></label>
        <button type="reset">Show all</button>
        <p id="filter-count" aria-live="polite"></p>
        </form>
        """

    /// The worst first, then as they came.
    static func inOrder<Element>(_ elements: [Element], by finding: (Element) -> Finding) -> [Element] {
        elements.enumerated().sorted { left, right in
            let (first, second) = (finding(left.element).severity, finding(right.element).severity)
            return first == second ? left.offset < right.offset : first > second
        }.map(\.element)
    }
}
