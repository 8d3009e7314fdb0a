// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import PareBytes
package import PareModel

/// Two images side by side as one page that needs nothing but itself.
package func comparisonHTML(_ comparison: Comparison, title: String) -> String {
    page(
        title: title,
        sections: [
            summary(of: comparison, title: title, kind: "comparison", note: nil),
            findingsSection(comparison), layersSection(comparison), leftSection(comparison),
            answersSection(comparison),
            goneSection(comparison), environmentSection(comparison, proof: nil),
            notesSection(comparison.before.diagnostics + comparison.after.diagnostics),
        ])
}

/// What `pare fix` did and what shows that it is right, as one page that needs nothing but itself.
package func proofHTML(_ proof: FixProof) -> String {
    let comparison = proof.comparison
    let started = Day(proof.started).map { "\($0) · " } ?? ""
    let note =
        "\(started)\(proof.candidates.count.of("candidate")) tried in \(proof.seconds.seconds) with \(proof.engine)"
    return page(
        title: proof.application,
        sections: [
            summary(of: comparison, title: proof.application, kind: "proof", note: note),
            findingsSection(comparison), layersSection(comparison), leftSection(comparison),
            answersSection(comparison),
            dockerfileSection(proof), candidatesSection(proof.candidates), goneSection(comparison),
            environmentSection(comparison, proof: proof),
            notesSection(proof.diagnostics + comparison.after.diagnostics),
        ])
}

/// A part of the page with a heading that can be linked to.
struct Section {
    let id: String
    let title: String
    /// Said beside the heading.
    var aside = ""
    let body: HTML
}

/// The page: nothing is loaded, and no script runs but the one that is named by its digest.
private func page(title: String, sections: [Section?]) -> String {
    let sections = sections.compactMap(\.self)
    let digest = base64Digest(of: pageScript.text)
    let policy = HTML(
        trusted:
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(digest)'; base-uri 'none'")
    let links = sections.filter { !$0.title.isEmpty }.map { HTML("<a href=\"#\($0.id)\">\($0.title)</a>") }
    let bodies = sections.map { section -> HTML in
        let heading: HTML =
            section.title.isEmpty ? "" : "<h2>\(section.title)<small>\(section.aside)</small></h2>\n"
        return "<section id=\"\(section.id)\">\n\(heading)\(section.body)\n</section>\n"
    }
    let page: HTML = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>\(title) · pare</title>
        <style>
        \(pageStyle)
        </style>
        </head>
        <body>
        <nav aria-label="Parts of this page"><b>pare</b>\(links)</nav>
        <main>
        \(bodies)</main>
        <footer>Made by pare. Everything is in this file; it loads nothing.</footer>
        <script>\(pageScript)</script>
        </body>
        </html>

        """
    return page.text
}

/// The SHA-256 of a text as browsers want it.
private func base64Digest(of text: String) -> String {
    let digits = Array(SHA256.digest(of: Array(text.utf8)).hex)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    return Data(bytes).base64EncodedString()
}

/// The severity as a coloured word.
func badge(_ severity: Severity) -> HTML {
    let name = severity.name.lowercased()
    return "<b class=\"s \(name)\">\(name)</b>"
}

/// An id, linked to where one can read about it.
func link(_ finding: Finding) -> HTML {
    guard let url = finding.primaryURL, url.hasPrefix("https://") else { return "<code>\(finding.id)</code>" }
    return "<a href=\"\(url)\" rel=\"noreferrer\">\(finding.id)</a>"
}

/// How a figure changed, as a coloured word.
func pill(_ change: String?, isBetter: Bool) -> HTML {
    guard let change else { return "<span class=\"pill same\">same</span>" }
    return "<span class=\"pill \(isBetter ? "good" : "bad")\">\(change)</span>"
}
