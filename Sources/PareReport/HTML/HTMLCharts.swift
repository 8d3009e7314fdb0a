// SPDX-License-Identifier: Apache-2.0

import PareModel

/// Charts as inline SVG.  Widths are shares of the line, so that the text keeps its size on any screen.
enum HTMLCharts {
    /// The images' layers as two bars to one scale; empty where neither image has any.
    static func layers(_ comparison: Comparison) -> Markup {
        let sides = [("Before", comparison.before), ("After", comparison.after)]
        let scale = sides.map { total($0.1) }.max() ?? 0
        guard scale > 0 else { return "" }
        return """
            \(sides.map { bar($0, of: $1, scale: scale) })
            <ul class="legend" aria-label="Colours of the layers">
            <li>\(swatch("base"))base image</li>
            <li>\(swatch("app"))application</li>
            <li>a segment is a layer; point at it for what made it</li>
            </ul>
            """
    }

    /// Open findings of each severity, before over after; empty where there are none at all.
    static func severities(_ comparison: Comparison) -> Markup {
        let before = openCounts(comparison.before)
        let after = openCounts(comparison.after)
        let scale = max(before.max() ?? 0, after.max() ?? 0)
        guard scale > 0 else { return "" }
        let rows = zip(bySeverity, zip(before, after)).map { severity, counts in
            row(
                HTMLTables.chip(severity), HTMLWords.name(severity), severity.name.lowercased(),
                before: counts.0,
                after: counts.1, scale: scale)
        }
        return """
            <div class="rows">
            \(rows)
            </div>
            <ul class="legend" aria-label="Shades of the bars">
            <li>\(swatch("before unknown"))before</li>
            <li>\(swatch("unknown"))after</li>
            </ul>
            """
    }

    /// Open findings that a version is free of and those that none is, before over after.
    static func fixes(_ comparison: Comparison) -> Markup {
        let sides = [comparison.before.open, comparison.after.open]
        let fixable = sides.map { $0.count(where: \.hasFix) }
        let others = zip(sides, fixable).map { $0.count - $1 }
        let scale = max(1, (fixable + others).max() ?? 1)
        return """
            <div class="rows">
            \(row("with a fix", "with a fix", "app", before: fixable[0], after: fixable[1], scale: scale))
            \(row("without one", "without a fix", "base", before: others[0], after: others[1], scale: scale))
            </div>
            """
    }

    /// What became of the old image's open findings, as one bar; empty where it had none.
    static func fates(_ comparison: Comparison) -> Markup {
        let removed = comparison.fixed.count { $0.cause == .packageRemoved }
        let parts = [
            ("app", "package removed", removed), ("low", "upgraded", comparison.fixed.count - removed),
            ("high", "still there", comparison.remaining.count),
        ]
        let whole = parts.reduce(0) { $0 + $1.2 }
        guard whole > 0 else { return "" }
        var start = 0.0
        let segments = parts.map { kind, name, count -> Markup in
            let width = Double(count) / Double(whole) * 100
            defer { start += width }
            return #"""
                <g><title>\#(name): \#(HTMLWords.count(count))</title><rect class="layer \#(kind)" x="\#(percent(start))" width="\#(percent(width))" height="22"/></g>
                """#
        }
        let said = parts.map { "\($0.1): \(HTMLWords.count($0.2))" }
        return """
            <div class="bar"><svg role="img" aria-label="\(said.joined(separator: ", "))" width="100%" height="22">
            \(segments)
            </svg></div>
            <ul class="legend" aria-label="What became of the findings">
            \(zip(parts, said).map { part, words -> Markup in "<li>\(swatch(part.0))\(words)</li>" })
            </ul>
            """
    }

    static let bySeverity = Array(Severity.allCases.reversed())

    /// Open findings from critical down to unknown.
    static func openCounts(_ report: ScanReport) -> [Int] {
        let open = report.open
        return bySeverity.map { severity in open.count { $0.severity == severity } }
    }
}

extension HTMLCharts {
    private static func bytes(_ layer: LayerFacts) -> Double { Double(max(0, layer.size.bytes)) }

    private static func total(_ report: ScanReport) -> Double {
        report.image?.layers.map(bytes).reduce(0, +) ?? 0
    }

    private static func bar(_ name: String, of report: ScanReport, scale: Double) -> Markup {
        let layers = report.image?.layers ?? []
        let size = ByteCount(Int64(clamping: total(report)))
        let base = ByteCount(Int64(clamping: layers.filter(\.isBase).map(bytes).reduce(0, +)))
        let said =
            "\(size) in \(HTMLWords.count(layers.count, "layer")): \(base) base image, \(size - base) application"
        return """
            <div class="bar">
            <p class="bar-label"><span><strong>\(name)</strong> \(report.target)</span><span class="soft">\(said)</span></p>
            <svg role="img" aria-label="\(name): \(said)" width="100%" height="40">
            <rect class="track" width="100%" height="40" rx="4"/>
            \(segments(layers, scale: scale))
            </svg>
            </div>
            """
    }

    /// Layers too thin to be seen take their room, but are not drawn.
    private static func segments(_ layers: [LayerFacts], scale: Double) -> [Markup] {
        var start = 0.0
        return layers.enumerated().compactMap { index, layer in
            let width = bytes(layer) / scale * 100
            defer { start += width }
            guard width >= 0.02 else { return nil }
            let kind = layer.isBase ? "base" : "app"
            let title = """
                Layer \(index + 1) of \(layers.count), \(layer.size), \(layer.isBase ? "base image" : "application")
                \(HTMLWords.cut(instruction(ofHistory: layer.createdBy), at: 200))
                """
            let label: Markup =
                width < 8
                ? ""
                : #"""
                <text class="inside\#(width < 18 ? " tight" : "")" x="\#(percent(start + width / 2))" y="25" text-anchor="middle">\#(layer.size.description)</text>
                """#
            return #"""
                <g><title>\#(title)</title><rect class="layer \#(kind)" x="\#(percent(start))" width="\#(percent(width))" height="40"/>\#(label)</g>
                """#
        }
    }

    private static func row(
        _ label: Markup, _ name: String, _ kind: String, before: Int, after: Int, scale: Int
    ) -> Markup {
        let said = "\(name): \(HTMLWords.count(before)) before, \(HTMLWords.count(after)) after"
        return """
            <p>\(label)</p>
            <svg role="img" aria-label="\(said)" width="100%" height="38">
            \(singleBar(kind, "before", count: before, scale: scale, y: 1))
            \(singleBar(kind, "after", count: after, scale: scale, y: 20))
            </svg>
            """
    }

    private static func singleBar(_ kind: String, _ when: String, count: Int, scale: Int, y: Int) -> Markup {
        // The longest bar leaves room for its number.
        let width = Double(count) / Double(scale) * 88
        let number = HTMLWords.count(count)
        return #"""
            <g><title>\#(number) \#(when)</title><rect class="\#(kind) \#(when)" x="1" y="\#(y)" width="\#(percent(width))" height="16" rx="2"/><text class="value" x="\#(percent(width))" dx="9" y="\#(y + 13)">\#(number)</text></g>
            """#
    }

    private static func percent(_ value: Double) -> String { value.formatted(decimals: 3) + "%" }

    private static func swatch(_ kind: String) -> Markup {
        #"<svg aria-hidden="true" width="14" height="14"><rect class="\#(kind)" x="1" y="1" width="12" height="12" rx="2"/></svg>"#
    }
}

extension Int64 {
    /// The nearest whole number that can be told.
    fileprivate init(clamping value: Double) {
        self = value >= 9.2e18 ? .max : value <= 0 ? 0 : Int64(value)
    }
}
