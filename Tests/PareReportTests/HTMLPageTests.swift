// SPDX-License-Identifier: Apache-2.0

import Foundation
import PareModel
import PareReport
import Testing

@Suite struct HTMLPageTests {
    private let proof = proofHTML(HTMLSamples.proof())

    @Test(arguments: [
        "figures", "layers", "severities", "remaining", "introduced", "gone", "dismissed", "answers",
        "candidates",
        "dockerfile", "measured",
    ])
    func everySectionIsThere(id: String) {
        #expect(proof.contains(#"<section id="\#(id)""#))
        #expect(proof.contains(##"<a href="#\##(id)">"##))
    }

    @Test(arguments: [
        "1.16 GB →", "118 MB", "−90 %", "612 →", "2 of 3", "0.84 s →", "no fix in debian 12 yet",
        "closed by going to 3.0.17-1",
        "debian 12 will not fix it", "package removed", "upgraded to 1:2.1.0-1",
        "not treated as a security issue",
        "{&quot;node&quot;:&quot;20.1.0&quot;}", "12 more findings", "unavailable", "0 / 1 / 1 / 1 / 0",
        "without the dependencies of development", "buildah 1.28.2", "snapshot on board", "412,345",
        "2025-11-20 06:00 UTC", "2 min 29 s", "no package database was found", "Dockerfile:6",
        #"<a href="https://nvd.nist.gov/vuln/detail/CVE-2025-4802" rel="noreferrer">"#,
        #"<span class="row touched" id="old-5">RUN npm install"#, "<title>Layer 3 of 7, 587 MB, base image",
    ])
    func says(_ text: String) {
        #expect(proof.contains(text))
    }

    @Test func bodiesAreCut() {
        #expect(proof.components(separatedBy: "&lt;li&gt;item").count - 1 == 10)
    }

    @Test func comparisonHasNothingOfAFix() {
        let page = comparisonHTML(HTMLSamples.comparison(), title: "old & new")
        #expect(page.contains("<h1>old &amp; new</h1>"))
        #expect(page.contains(#"<section id="gone""#))
        #expect(!page.contains(#"<section id="candidates""#))
        #expect(HTMLChecker(page).problems == [])
    }

    @Test func tagsAreBalanced() {
        #expect(HTMLChecker(proof).problems == [])
    }

    @Test func identifiersAreUnique() {
        let ids = HTMLChecker(proof).tags.compactMap { tag in
            tag.attributes.components(separatedBy: #" id=""#).dropFirst().first?.prefix { $0 != "\"" }
        }
        #expect(ids.count == Set(ids).count)
    }

    @Test func tablesAndChartsAreNamed() {
        let tags = HTMLChecker(proof).tags
        #expect(tags.count { $0.name == "table" } == tags.count { $0.name == "caption" })
        let charts = tags.filter { $0.name == "svg" }
        #expect(charts.count > 8)
        #expect(
            charts.allSatisfy {
                $0.attributes.contains("aria-label=") || $0.attributes.contains("aria-hidden=")
            })
    }

    @Test func loadsNothing() {
        for tag in HTMLChecker(proof).tags {
            #expect(!["link", "img", "iframe", "object", "embed", "base", "image", "use"].contains(tag.name))
            #expect(!tag.attributes.contains(" src") && !tag.attributes.contains("style="))
            if tag.attributes.contains("://") { #expect(tag.name == "a") }
        }
        for word in ["@import", "url(", "fetch(", "XMLHttpRequest", "import("] {
            #expect(!proof.contains(word))
        }
    }

    @Test func aThousandFindingsFit() {
        let page = proofHTML(HTMLSamples.proof(HTMLSamples.comparison(removed: 1077)))
        #expect(page.contains("1,077 findings of the old image"))
        #expect(page.components(separatedBy: "<tr data-severity=").count - 1 == 1077)
        #expect(page.utf8.count < 1_500_000)
        #expect(HTMLChecker(page).problems == [])
    }

    /// Writes the page where it can be looked at.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["PARE_SAMPLE_PAGE"] != nil,
            "PARE_SAMPLE_PAGE names no file"))
    func writeSample() throws {
        let path = try #require(ProcessInfo.processInfo.environment["PARE_SAMPLE_PAGE"])
        let page = proofHTML(HTMLSamples.proof(HTMLSamples.comparison(removed: 1077)))
        try page.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
