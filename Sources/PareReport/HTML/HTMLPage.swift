// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import PareBytes
import PareModel

/// The page around the sections: one file that loads nothing and works offline.
enum HTMLPage {
    /// A part of the page under its own heading, reachable from the list of contents.
    struct Section {
        let id: String
        let heading: String
        let content: Markup
    }

    /// The whole file; the lead stands under the title, before the contents.
    static func page(title: String, lead: Markup, sections: [Section]) -> String {
        let contents = sections.map { section -> Markup in
            """
            <li><a href="#\(section.id)">\(section.heading)</a></li>
            """
        }
        // The policy forbids every load, so that the page stays closed even if something were wrong in it.
        let markup: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <title>\(title)</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            <header>
            <p class="brand">pare</p>
            <h1>\(title)</h1>
            \(lead)
            </header>
            <nav aria-label="Contents"><ul>
            \(contents)
            </ul></nav>
            <main>
            \(sections.map(block))
            </main>
            <footer><p>Written by pare. This page loads nothing; links to advisories are the only way out of it.</p></footer>
            <script>\(HTMLScript.filter)</script>
            </body>
            </html>

            """
        return markup.source
    }

    /// Lets nothing be loaded, and no script run but the one whose digest it names.
    private static let policy: Markup = {
        let digits = Array(SHA256.digest(of: Array(HTMLScript.filter.source.utf8)).hex)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2)
            .compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        let digest = Data(bytes).base64EncodedString()
        return """
            default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'
            """
    }()

    private static func block(_ section: Section) -> Markup {
        """
        <section id="\(section.id)" aria-labelledby="\(section.id)-heading">
        <h2 id="\(section.id)-heading">\(section.heading)</h2>
        \(section.content)
        </section>
        """
    }
}
