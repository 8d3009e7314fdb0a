// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import PareReport
import Testing

@Suite struct PageTests {
    private var proof: FixProof {
        get throws {
            try #require(Fixture.all(with: "proof.json").first).value("proof.json", as: FixProof.self)
        }
    }

    private func pages() throws -> [String] {
        let hostile = try Comparison.hostile()
        let evil = "</pre></script><img src=x onerror=alert(1)>\u{1B}"
        let edits = [-1, 0, 1, Int.max].map { FixProof.Edit(line: $0, reason: evil) }
        let proof = try proof
        let worst = FixProof(
            application: evil, started: evil, engine: evil, comparison: hostile,
            candidates: proof.candidates + [
                CandidateOutcome(
                    name: evil, verdict: .failed(reason: evil), measured: nil, differences: [], seconds: .nan)
            ], winner: evil, original: evil, dockerfile: evil + "\n# " + evil, edits: edits,
            diagnostics: [Diagnostic(.warning, evil, at: evil)], seconds: .infinity)
        return [
            proofHTML(proof), proofHTML(worst), comparisonHTML(proof.comparison, title: "a & b"),
            comparisonHTML(hostile, title: evil), comparisonHTML(proof.comparison.with(nil), title: ""),
        ]
    }

    @Test func tagsAreBalanced() throws {
        for page in try pages() { #expect(page.firstUnbalancedTag == nil) }
    }

    @Test func nothingIsLoadedAndNoScriptRunsButOurs() throws {
        for page in try pages() {
            for way in [
                "src=", "<link", "@import", "url(", "<iframe", "<object", "<base", "srcset",
                "http-equiv=\"refresh",
            ] {
                #expect(!page.tags.contains { $0.contains(way) }, "\(way) loads something")
            }
            #expect(page.tags.count { $0.hasPrefix("<script") } == 1)
            #expect(page.has("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"))
            #expect(!page.tags.contains { $0.contains("javascript:") || $0.contains(" onerror") })
            let isSafe = page.isSafe
            #expect(isSafe, "hidden characters are shown")
        }
    }

    @Test func linksLeadOnlyToSecurePlaces() throws {
        for page in try pages() {
            for tag in page.tags where tag.hasPrefix("<a ") {
                #expect(tag.hasPrefix("<a href=\"https://") || tag.hasPrefix("<a href=\"#"), "\(tag)")
            }
        }
    }

    @Test func theProofIsWhole() throws {
        let proof = try proof
        let page = proofHTML(proof)
        for finding in proof.comparison.before.open + proof.comparison.after.open {
            #expect(page.has(finding.id))
        }
        for candidate in proof.candidates { #expect(page.has(candidate.name)) }
        for id in [
            "findings", "layers", "left", "answers", "dockerfile", "candidates", "gone", "measured", "notes",
        ] {
            #expect(page.has("<section id=\"\(id)\">"))
            #expect(page.has("href=\"#\(id)\""))
        }
        #expect(page.has("3 of 3 equal"))
        #expect(page.has(">COPY</b> --from=build /app /app"))
        #expect(page.has("buildah 1.28.2"))
        #expect(page.has("package removed"))
        #expect(page.has("now 24.1.0"))
    }

    @Test func aThousandRemovedFindingsStayAPage() {
        let before = ScanReport.large(findings: 1_077)
        let comparison = Comparison(
            before: before, after: .sample(), behaviourBefore: nil, behaviourAfter: nil,
            fixed: before.open.map { .init(finding: $0, cause: .packageRemoved) }, introduced: [],
            remaining: [],
            differences: nil)
        let page = comparisonHTML(comparison, title: "large")
        #expect(page.utf8.count < 750_000)
        #expect(page.tags.count { $0.hasPrefix("<tr data-severity") } == 1_077)
        #expect(page.firstUnbalancedTag == nil)
    }
}

extension String {
    /// Whether a text is in it; a page is too long to be printed when it is not.
    fileprivate func has(_ text: String) -> Bool { contains(text) }

    /// Tags as they stand, `<a href="…">`, but for the contents of style and script.
    fileprivate var tags: [String] {
        var tags: [String] = []
        var rest = self[...]
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[start...end]
            tags.append(String(tag))
            rest = rest[end...].dropFirst()
            for raw in ["style", "script"] where tag.hasPrefix("<\(raw)") {
                rest = rest[(rest.range(of: "</\(raw)>")?.lowerBound ?? rest.endIndex)...]
            }
        }
        return tags
    }

    /// The first end tag that ends nothing, or what is still open at the end.
    fileprivate var firstUnbalancedTag: String? {
        let void: Set = ["meta", "br", "input", "!DOCTYPE"]
        var open: [String] = []
        for tag in tags {
            let name = String(tag.dropFirst().prefix { !" >/".contains($0) })
            if tag.hasPrefix("</") {
                let ended = String(tag.dropFirst(2).dropLast())
                guard open.popLast() == ended else { return tag }
            } else if !tag.hasSuffix("/>"), !void.contains(name) {
                open.append(name)
            }
        }
        return open.last
    }
}
