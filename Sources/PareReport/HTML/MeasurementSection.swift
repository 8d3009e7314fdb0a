// SPDX-License-Identifier: Apache-2.0

import PareModel

extension ComparisonPage {
    /// What the figures rest on: engine, advisory data, dates, and whatever was odd.  The proof is that of the fix
    /// that made the newer image, where one did.
    func measurement(of proof: FixProof?) -> HTMLPage.Section {
        let run: Markup =
            proof.map { proof in
                """
                <div><h3>The run</h3>
                <dl class="facts">
                \(fact("Application", proof.application))
                \(fact("Started", HTMLWords.time(proof.started)))
                \(fact("Took", HTMLWords.seconds(proof.seconds)))
                \(fact("Built and run by", proof.engine))
                </dl></div>
                """
            } ?? ""
        return .init(
            id: "measured", heading: "How it was measured",
            content: """
                <div class="columns">
                \(run)
                <div><h3>Before</h3>
                \(facts(comparison.before))</div>
                <div><h3>After</h3>
                \(facts(comparison.after))</div>
                </div>
                \(remarks(proof?.diagnostics ?? []))
                """)
    }

    private func facts(_ report: ScanReport) -> Markup {
        let store = report.store
        var facts = [
            fact(report.kind == .image ? "Image" : "Folder", report.target),
            fact("Scanned", HTMLWords.time(report.created)),
        ]
        if let image = report.image {
            facts.append(fact("Image ID", image.id?.description ?? "not known"))
            facts.append(fact("Platform", "\(image.config.os)/\(image.config.architecture)"))
        }
        if let distro = report.distro {
            facts.append(fact("Distribution", "\(distro.family) \(distro.version)"))
        }
        facts += [
            fact("Advisory data", store.name), fact("Data of", HTMLWords.time(store.updated)),
            fact("Advisories", HTMLWords.count(store.advisoryCount)),
        ]
        return """
            <dl class="facts">
            \(facts)
            </dl>
            """
    }

    private func fact(_ name: String, _ value: String) -> Markup { "<dt>\(name)</dt><dd>\(value)</dd>" }

    /// Every diagnostic once, warnings first.
    private func remarks(_ own: [Diagnostic]) -> Markup {
        var seen: Set<Diagnostic> = []
        let all = (own + comparison.before.diagnostics + comparison.after.diagnostics).filter {
            seen.insert($0).inserted
        }
        guard !all.isEmpty else { return "" }
        let ordered = all.filter { $0.severity == .warning } + all.filter { $0.severity == .note }
        let lines = ordered.map { remark -> Markup in
            let place: Markup = remark.location.map { " <code>\($0)</code>" } ?? ""
            let kind: Markup = remark.severity == .warning ? #"<span class="bad">warning</span>"# : "note"
            return "<li>\(kind): \(remark.message)\(place)</li>"
        }
        return """
            <h3>Remarks</h3>
            <ul class="plain wrap">
            \(lines)
            </ul>
            """
    }
}
