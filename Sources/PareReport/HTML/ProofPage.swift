// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// What a fix did and what shows that it is right, as one HTML page that needs nothing else.
package func proofHTML(_ proof: FixProof) -> String {
    let page = ComparisonPage(proof.comparison)
    let own = ProofPage(proof: proof)
    return HTMLPage.page(
        title: "\(proof.application), fixed", lead: HTMLFigures.lead(proof.comparison),
        sections: page.results
            + [
                own.candidates, own.dockerfile, own.dependencies, own.running,
                page.measurement(of: proof),
            ]
            .compactMap(\.self))
}

/// The sections that only the page of a fix has.
struct ProofPage {
    let proof: FixProof

    var candidates: HTMLPage.Section {
        let columns: [HTMLTables.Column] = [
            .init("Candidate"), .init("Verdict"), .init("Size", isNumber: true),
            .init("Packages", isNumber: true), .init("Findings C / H / M / L / U", isNumber: true),
            .init("Set aside", isNumber: true),
            .init("Start", isNumber: true), .init("Took", isNumber: true),
        ]
        let table = HTMLTables.table(
            id: "candidates-table",
            caption: "Ways of fixing it, as they were tried; findings are open ones from critical to unknown",
            columns: columns, rows: proof.candidates.map(row))
        return .init(
            id: "candidates", heading: "What was tried",
            content: proof.candidates.isEmpty ? "<p>No candidate was tried.</p>" : table)
    }

    private func row(_ candidate: CandidateOutcome) -> Markup {
        let measured = candidate.measured
        let numbers = [
            measured?.size.description, measured.map { HTMLWords.count($0.packages) },
            measured.map { HTMLWords.tally($0.openFindings) },
            measured.map { HTMLWords.count($0.dismissedFindings ?? 0) },
            measured.map { HTMLWords.seconds($0.startSeconds) },
            HTMLWords.seconds(candidate.seconds),
        ].map { number -> Markup in #"<td class="number">\#(number ?? "–")</td>"# }
        return """
            <tr\(candidate.verdict == .won ? #" class="won""# as Markup : "")><th scope="row">\(candidate.name)</th>\
            <td>\(verdict(candidate))</td>\(numbers)</tr>
            """
    }

    private func verdict(_ candidate: CandidateOutcome) -> Markup {
        let differences = candidate.differences.count
        let said: Markup =
            differences == 0
            ? "" : #"<span class="title">\#(HTMLWords.count(differences, "answer")) differently</span>"#
        return switch candidate.verdict {
        case .won: #"<span class="good">won</span>\#(said)"#
        case .lost(let reason): "lost: \(reason)\(said)"
        case .failed(let reason): #"<span class="bad">failed</span>: \#(reason)\#(said)"#
        case .unavailable(let reason): #"<span class="soft">unavailable</span>: \#(reason)\#(said)"#
        case .skipped(let reason): #"<span class="soft">not tried</span>: \#(reason)"#
        }
    }

    /// What was changed in manifests and lock files; `nil` where nothing was.
    var dependencies: HTMLPage.Section? {
        guard let patch = proof.patch else { return nil }
        let rows = patch.steps.map { step -> Markup in
            """
            <tr><th scope="row">\(step.package)</th><td>\(step.from)</td><td>\(step.to)</td><td>\(step.means.words)</td>\
            <td>\(step.requiredBy.joined(separator: " › "))</td>\
            <td>\(Markup(stringLiteral: step.closes.map { HTMLTables.advisory($0).source }.joined(separator: ", ")))</td>\
            <td>\(step.why)</td></tr>
            """
        }
        let companions = patch.steps.companions.map { companion -> Markup in
            """
            <tr><th scope="row">\(companion.package)</th><td>\(companion.from)</td><td>\(companion.to)</td><td>with it</td>\
            <td></td><td></td><td>\(companion.why)</td></tr>
            """
        }
        let table = HTMLTables.table(
            id: "dependencies-table", caption: "Changes to manifests and lock files",
            columns: ["Package", "From", "To", "By", "Required by", "Closes", "Why"].map { .init($0) },
            rows: rows + companions)
        return .init(id: "dependencies", heading: "The dependencies", content: table)
    }

    var dockerfile: HTMLPage.Section {
        let touched = Set(proof.edits.map(\.line))
        return .init(
            id: "dockerfile", heading: "The Dockerfile",
            content: """
                <div class="beside">
                <div>
                <h3>The new one, by \(proof.winner)</h3>
                \(listing(proof.dockerfile, label: "The new Dockerfile", prefix: "new", touched: []))
                </div>
                <div>
                <h3>What was changed, and why</h3>
                \(edits)
                </div>
                </div>
                <details><summary>The Dockerfile as it was</summary>
                \(listing(proof.original, label: "The Dockerfile as it was", prefix: "old", touched: touched))
                </details>
                """)
    }

    /// How to run the winner with as little as it needs.
    var running: HTMLPage.Section? {
        guard let hardening = proof.hardening else { return nil }
        let texts = [
            ("Kubernetes", kubernetesYAML(hardening, application: proof.application)),
            ("Compose", composeYAML(hardening, application: proof.application)),
        ].map { name, text -> Markup in
            """
            <div>
            <h3>\(name)</h3>
            \(listing(text, label: name, prefix: name.lowercased(), touched: []))
            </div>
            """
        }
        let reasons = hardening.reasons.map { reason -> Markup in "<li>needed: \(reason)</li>" }
        let list: Markup = reasons.isEmpty ? "" : #"<ul class="plain wrap">\#(reasons)</ul>"#
        return .init(
            id: "running", heading: "Running it with less",
            content: """
                <p>Tried, not guessed: \(hardening.sentence).</p>
                \(list)
                <div class="beside">
                \(texts)
                </div>
                """)
    }

    private var edits: Markup {
        guard !proof.edits.isEmpty else { return "<p>Nothing was changed.</p>" }
        let lines = proof.edits.map { edit -> Markup in
            """
            <li><a href="#old-\(edit.line)">line \(edit.line)</a>: \(edit.reason)</li>
            """
        }
        return """
            <ol class="edits">
            \(lines)
            </ol>
            """
    }

    /// A text by lines, which the style sheet numbers, so that a copy of it has no numbers.
    private func listing(_ text: String, label: String, prefix: String, touched: Set<Int>) -> Markup {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let rows = lines.enumerated().map { index, line -> Markup in
            """
            <span class="row\(touched.contains(index + 1) ? " touched" : "")" id="\(prefix)-\(index + 1)">\(String(line))
            </span>
            """
        }
        let joined = Markup(stringLiteral: rows.map(\.source).joined())
        return #"<pre tabindex="0" aria-label="\#(label)"><code>\#(joined)</code></pre>"#
    }
}
