// SPDX-License-Identifier: Apache-2.0

import Foundation
import PareModel
import PareReport
import Testing

/// Pages of little and of evil.
@Suite struct HTMLEdgeTests {
    static let evil =
        "\"'><script>alert(1)</script><img src=x onerror=alert(2)>\u{0}\u{1B}[31m\u{202E}\r&amp;"

    private func evilComparison() -> Comparison {
        let evil = Self.evil
        let finding = HTMLSamples.finding(
            "CVE-\(evil)", evil, version: evil, fixed: evil, title: evil, dismissal: nil)
        let aside = HTMLSamples.finding(evil, evil, dismissal: Dismissal(by: evil, reason: evil))
        let layers = [HTMLSamples.layer(5, isBase: true, by: evil)]
        let remark = Diagnostic(.warning, evil, at: evil)
        let scan = HTMLSamples.scan(evil, layers: layers, findings: [finding, aside], diagnostics: [remark])
        let answer = Answer(
            question: Question(method: evil, path: evil), status: -1, contentType: evil, body: evil)
        return Comparison(
            before: scan, after: scan, behaviourBefore: HTMLSamples.behaviour([answer], start: .nan),
            behaviourAfter: HTMLSamples.behaviour([answer], start: .infinity),
            fixed: [.init(finding: finding, cause: .versionChanged(to: [evil]))], introduced: [finding],
            remaining: [finding],
            differences: [
                .init(subject: "\(evil) \(evil)", aspect: evil, before: evil, after: evil),
                .init(subject: evil, aspect: evil, before: evil, after: evil),
            ])
    }

    @Test func nothingHostileIsRaw() {
        let evil = Self.evil
        let page = proofHTML(
            FixProof(
                application: evil, started: evil, engine: evil, comparison: evilComparison(),
                candidates: [
                    .init(
                        name: evil, verdict: .failed(reason: evil), measured: nil, differences: [],
                        seconds: -1)
                ], winner: evil, original: evil, dockerfile: evil, edits: [.init(line: .min, reason: evil)],
                diagnostics: [], seconds: .infinity))
        #expect(!page.contains("<script>alert") && !page.contains("<img"))
        #expect(page.components(separatedBy: "<script").count == 2)
        #expect(!page.contains(#"href="https://nvd.nist.gov/vuln/detail/CVE-&quot;"#))
        for scalar in ["\u{0}", "\u{1B}", "\u{202E}", "\r"] as [Unicode.Scalar] {
            #expect(!page.unicodeScalars.contains(scalar))
        }
        #expect(page.contains("␀␛[31m\u{FFFD}␍&amp;amp;"))
        let checker = HTMLChecker(page)
        #expect(checker.problems == [])
        #expect(checker.tags.allSatisfy { !$0.attributes.contains("onerror=alert(2)>") || $0.name.isEmpty })
    }

    @Test func emptyComparison() {
        let nothing = HTMLSamples.scan("a", layers: [])
        let page = comparisonHTML(
            Comparison(
                before: nothing, after: nothing, behaviourBefore: nil, behaviourAfter: nil, fixed: [],
                introduced: [],
                remaining: [], differences: nil), title: "")
        #expect(HTMLChecker(page).problems == [])
        #expect(page.contains("Neither image has a layer"))
        #expect(page.contains("Neither image has an open finding."))
        #expect(page.contains("Nothing: no open finding is left"))
        #expect(page.contains("No open finding went away."))
        for id in ["answers", "introduced", "dismissed"] { #expect(!page.contains(#"<section id="\#(id)""#)) }
    }

    @Test func foldersHaveNoLayers() {
        let folder = HTMLSamples.scan("app", layers: nil)
        let page = comparisonHTML(
            Comparison(
                before: folder, after: folder, behaviourBefore: nil, behaviourAfter: nil, fixed: [],
                introduced: [],
                remaining: [], differences: nil), title: "folders")
        #expect(!page.contains(#"<section id="layers""#) && !page.contains("Size on disk"))
        #expect(HTMLChecker(page).problems == [])
    }

    @Test func commandWithoutAPort() {
        let scan = HTMLSamples.scan("job", layers: [HTMLSamples.layer(10, isBase: true, by: "")])
        func page(_ differences: [Comparison.Difference]) -> String {
            comparisonHTML(
                Comparison(
                    before: scan, after: scan,
                    behaviourBefore: HTMLSamples.behaviour([], start: 1, exitCode: 0),
                    behaviourAfter: HTMLSamples.behaviour([], start: 61, exitCode: 3), fixed: [],
                    introduced: [],
                    remaining: [], differences: differences), title: "job")
        }
        #expect(page([]).contains("Exit code: 0 before, 3 after."))
        #expect(page([]).contains("Time to its end"))
        #expect(page([]).contains("Nothing was asked, and nothing differs."))
        let differing = page([.init(subject: "exit code", aspect: "value", before: "0", after: "3")])
        #expect(differing.contains("<td>exit code</td>"))
        #expect(differing.contains("1 min 1 s"))
    }

    @Test func questionsThatOnlyOneAnswered() {
        let scan = HTMLSamples.scan("api", layers: [])
        let page = comparisonHTML(
            Comparison(
                before: scan, after: scan,
                behaviourBefore: HTMLSamples.behaviour([HTMLSamples.answer("/a", body: "x")], start: 1),
                behaviourAfter: HTMLSamples.behaviour([HTMLSamples.answer("/b", body: "y")], start: 1),
                fixed: [],
                introduced: [], remaining: [], differences: []), title: "api")
        #expect(page.contains("0 of 2"))
        #expect(page.contains("</span> before</td>") && page.contains("</span> after</td>"))
    }

    @Test func sizesBeyondReason() {
        let layers = [Int64.max, .min, 0, -5].map { size in
            LayerFacts(
                digest: nil, diffID: nil, size: ByteCount(size), compressedSize: nil, createdBy: "",
                isBase: false)
        }
        let scan = HTMLSamples.scan("huge", layers: layers + layers)
        let page = comparisonHTML(
            Comparison(
                before: scan, after: scan, behaviourBefore: nil, behaviourAfter: nil, fixed: [],
                introduced: [],
                remaining: [], differences: nil), title: "huge")
        #expect(HTMLChecker(page).problems == [])
    }
}
