// SPDX-License-Identifier: Apache-2.0
import PareModel

/// The ways that were tried, and why each but one lost.
func candidatesSection(_ candidates: [CandidateOutcome]) -> Section {
    let rows = candidates.map { candidate -> HTML in
        let measured = candidate.measured
        let counts = SeverityCounts.order.map { severity -> HTML in
            let count = candidate.counts.map { $0[severity] == 0 ? "–" : $0[severity].grouped } ?? ""
            return "<td class=\"n\">\(count)</td>"
        }
        let reason = candidate.verdict.reason ?? "the fewest open findings, then the smallest"
        return """
            <tr class="\(candidate.verdict.word)"><td><b>\(candidate.name)</b> \(verdictPill(candidate.verdict))\
            <br><span class="muted">\(reason)</span></td>\
            <td class="n">\(measured.map { "\($0.size)" } ?? "")</td>\
            <td class="n">\(measured?.compressedSize.map { "\($0)" } ?? "")</td>\
            <td class="n">\(measured?.packages.grouped ?? "")</td>\(counts)\
            <td class="n">\(measured?.startSeconds.seconds ?? "")</td><td class="n">\(candidate.seconds.seconds)</td></tr>

            """
    }
    let heads = SeverityCounts.order.map { severity -> HTML in
        "<th class=\"n\" title=\"\(severity.name.lowercased())\">\(severity.letter)</th>"
    }
    return Section(
        id: "candidates", title: "Candidates", aside: "\(candidates.count.grouped) tried",
        body: """
            <div class="scroll"><table><thead><tr><th>candidate</th><th class="n">size</th><th class="n">compressed</th>\
            <th class="n">packages</th>\(heads)<th class="n">start</th><th class="n">took</th></tr></thead><tbody>
            \(rows)</tbody></table></div>
            """)
}

private func verdictPill(_ verdict: CandidateOutcome.Verdict) -> HTML {
    let paint =
        switch verdict {
        case .won: "good"
        case .failed: "bad"
        case .lost, .unavailable: "same"
        }
    return "<span class=\"pill \(paint)\">\(verdict.word)</span>"
}

/// The winner's Dockerfile, the reason for each change, and the Dockerfile as it was.
func dockerfileSection(_ proof: FixProof) -> Section {
    let old = proof.original.split(separator: "\n", omittingEmptySubsequences: false)
    let edits = proof.edits.map { edit -> HTML in
        let line = edit.line >= 1 && edit.line <= old.count ? String(old[edit.line - 1]) : ""
        return """
            <tr><td class="n">\(edit.line)</td><td><code>\(line)</code></td><td>\(edit.reason)</td></tr>

            """
    }
    let changes: HTML =
        edits.isEmpty
        ? ""
        : """
        <h3>changes</h3>
        <div class="scroll"><table><thead><tr><th class="n">line</th><th>as it was</th><th>what became of it, and why</th></tr></thead><tbody>
        \(edits)</tbody></table></div>

        """
    return Section(
        id: "dockerfile", title: "Dockerfile", aside: proof.winner,
        body: """
            \(listing(proof.dockerfile))
            \(changes)<details><summary>as it was</summary>
            \(listing(proof.original))</details>
            """)
}

/// A Dockerfile with line numbers; comments set back, instructions set off.
private func listing(_ text: String) -> HTML {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    var continues = false
    let pieces = lines.map { line -> HTML in
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        if trimmed.hasPrefix("#") { return "<span><i>\(line)</i>\n</span>" }
        defer { continues = trimmed.hasSuffix("\\") }
        guard !continues else { return "<span>\(line)\n</span>" }
        let word = line.prefix { $0 != " " }
        return "<span><b>\(word)</b>\(line.dropFirst(word.count))\n</span>"
    }
    return "<pre class=\"listing\" tabindex=\"0\"><code>\(pieces)</code></pre>"
}

/// How all this was measured.
func environmentSection(_ comparison: Comparison, proof: FixProof?) -> Section {
    let (before, after) = (comparison.before, comparison.after)
    var facts: [(String, HTML)] = []
    if let proof {
        facts.append(("started", "\(proof.started)"))
        facts.append(("took", "\(proof.seconds.seconds)"))
        facts.append(("engine", "\(proof.engine)"))
    }
    facts.append(("before", image(before)))
    facts.append(("after", image(after)))
    let (old, new) = (
        sentence(on: before.store, asOf: before.created), sentence(on: after.store, asOf: after.created)
    )
    facts.append(("findings", old == new ? "both \(old)" : "before: \(old)<br>after: \(new)"))
    let rows = facts.map { name, fact -> HTML in "<dt>\(name)</dt><dd>\(fact)</dd>\n" }
    return Section(id: "measured", title: "How it was measured", body: "<dl>\n\(rows)</dl>")
}

private func image(_ report: ScanReport) -> HTML {
    var words = [report.distro.map { "\($0.family) \($0.version)" } ?? "no distribution"]
    if let config = report.image?.config {
        words.append([config.os, config.architecture].filter { !$0.isEmpty }.joined(separator: "/"))
        words.append("runs as \(config.runsAs)")
        let command = config.entrypoint + config.command
        if !command.isEmpty { words.append(command.joined(separator: " ")) }
        if !config.exposedPorts.isEmpty {
            words.append("port " + config.exposedPorts.joined(separator: ", "))
        }
    }
    let id: HTML = report.image?.id.map { "<br><code>\($0.description)</code>" } ?? ""
    return "<code>\(report.target)</code><br>\(words.filter { !$0.isEmpty }.joined(separator: " · "))\(id)"
}

func notesSection(_ diagnostics: [Diagnostic]) -> Section? {
    guard !diagnostics.isEmpty else { return nil }
    let rows = diagnostics.map { diagnostic -> HTML in
        let place: HTML = diagnostic.location.map { " <code>\($0)</code>" } ?? ""
        return """
            <li class="\(diagnostic.severity.rawValue)"><b>\(diagnostic.severity.rawValue)</b> \(diagnostic.message)\(place)</li>

            """
    }
    return Section(id: "notes", title: "Notes", body: "<ul class=\"notes\">\n\(rows)</ul>")
}
