// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Testing

@testable import PareReport

/// Plans, patches and verifications, as a person reads them.
@Suite struct PlanTableTests {
    private static let plan = FixPlan(
        candidates: [
            .init(
                name: "distill+compiled",
                purposes: ["no base at all: of the one it has, only what the process needs is left"],
                edits: 6,
                bases: ["node:20"]),
            .init(name: "other", purposes: ["words"], edits: 1, bases: []),
        ], leftOut: [.init(name: "chainguard", reason: "cgr.dev cannot be had: \u{1B}[31mits registry")])

    private static let step = DependencyPatch.Step(
        package: "qs", from: "6.11.0", to: "6.14.2", means: .override,
        requiredBy: ["express", "body-parser", "qs"],
        closes: ["CVE-2025-15284", "CVE-2026-2391"], crossesMajor: false,
        reason: "express 4 asks for 6.11.0 and no newer one")

    private static let patch = DependencyPatch(
        steps: [
            step,
            DependencyPatch.Step(
                package: "<cookie>", from: "0.5.0", to: "1.0.2", means: .dependency, requiredBy: ["cookie"],
                closes: ["CVE-2024-47764"], crossesMajor: true, reason: "the first version without it",
                companions: [
                    .init(
                        package: "jar", from: "2.0", to: "2.1", crossesMajor: false,
                        reason: "needed by <cookie> 1.0.2")
                ]),
        ], files: [])

    private static func verification(
        damaged: [Verification.Change] = [], inputs: [Verification.Change] = [], failure: String? = nil,
        differences: [Comparison.Difference]? = []
    ) -> Verification {
        let before = HTMLSamples.scan("a", layers: [HTMLSamples.layer(100, isBase: true, by: "")])
        let new = HTMLSamples.finding("CVE-2026-9999", "libc6")
        let after = HTMLSamples.scan("a", layers: nil, findings: damaged.isEmpty ? [] : [new])
        let comparison = Comparison(
            before: before, after: after, behaviourBefore: nil, behaviourAfter: nil, fixed: [],
            introduced: after.open, remaining: [], differences: nil)
        return Verification(
            application: "demo-api", made: "2026-11-26T07:00:00Z", files: 12, damaged: damaged,
            inputs: inputs,
            failure: failure, differences: differences, questions: 8, comparison: comparison)
    }

    @Test func looksAsItDid() throws {
        let difference = Comparison.Difference(
            subject: "GET /", aspect: "status", before: "200", after: "500")
        let parts = [
            planTable(Self.plan, style: .plain),
            planTable(FixPlan(candidates: [], leftOut: []), style: TableStyle(width: 60, isColoured: false)),
            patchRows(Self.patch.steps, .plain).joined(separator: "\n") + "\n",
            patchRows(Self.patch.steps, TableStyle(width: 50, isColoured: false)).joined(separator: "\n")
                + "\n",
            verificationTable(Self.verification(), style: .plain),
            verificationTable(Self.verification(differences: nil), style: .plain),
            verificationTable(
                Self.verification(
                    damaged: [.init("report.html", "changed")], inputs: [.init("src/a.js", "missing")],
                    differences: [difference]), style: .plain),
            verificationTable(
                Self.verification(failure: "the build of 'a' failed", differences: nil), style: .plain),
        ]
        try expectGolden(parts.joined(separator: "\n====\n"), at: "plan/tables.txt")
        #expect(rawControls(in: parts.joined()).isEmpty)
    }

    @Test func aVerificationIsJSON() throws {
        let difference = Comparison.Difference(
            subject: "GET /", aspect: "status", before: "200", after: "500")
        let whole = try JSONValue(verificationJSON(Self.verification()).utf8)
        #expect(whole["schemaVersion"]?.integer == 1 && whole["kind"]?.text == "verification")
        #expect(whole["holds"] == .bool(true) && whole["application"]?.text == "demo-api")
        #expect(whole["differences"]?.elements?.isEmpty == true && whole["failure"] == nil)
        #expect(whole["questions"]?.integer == 8 && whole["files"]?.integer == 12)
        #expect(whole["comparison"]?["introduced"]?.elements?.isEmpty == true)
        let broken = try JSONValue(
            verificationJSON(
                Self.verification(
                    damaged: [.init("report.html", "changed")], inputs: [.init("src/a.js", "missing")],
                    failure: "words", differences: [difference])
            ).utf8)
        #expect(broken["holds"] == .bool(false) && broken["failure"]?.text == "words")
        #expect(broken["damaged"]?.elements?.first?["subject"]?.text == "report.html")
        #expect(broken["inputs"]?.elements?.first?["what"]?.text == "missing")
        #expect(broken["differences"]?.elements?.first?["after"]?.text == "500")
    }

    @Test(arguments: Array(40...130))
    func keepsToTheWidth(width: Int) {
        let style = TableStyle(width: width, isColoured: false)
        let text =
            planTable(Self.plan, style: style) + patchRows(Self.patch.steps, style).joined(separator: "\n")
            + "\n" + verificationTable(Self.verification(damaged: [.init("a", "changed")]), style: style)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    }

    /// A proof with everything that one may have is JSON, and a page without a flaw.
    @Test func proofsTellOfPatchesAndInputs() throws {
        let plain = HTMLSamples.proof()
        let skipped = CandidateOutcome(
            name: "distill+patched", verdict: .skipped(reason: "the time budget of 10m was over"),
            measured: nil,
            differences: [], seconds: 0, patched: [Self.step])
        let digest = SHA256.digest(of: [1, 2, 3])
        let proof = FixProof(
            application: plain.application, started: plain.started, engine: plain.engine,
            comparison: plain.comparison, candidates: plain.candidates + [skipped], winner: plain.winner,
            original: plain.original, dockerfile: plain.dockerfile, patch: Self.patch,
            inputs: FixInputs(
                pare: "0.1.0", dockerfile: FileDigest(path: "Dockerfile", digest: digest), context: digest,
                bases: [.init(name: "node:20", id: digest.description)], data: plain.comparison.after.store,
                dataDigest: digest, ignoreFile: ".trivyignore", vex: ["a.json"],
                documents: [FileDigest(path: "a.json", digest: digest)], severities: [.critical, .high],
                ignoresUnfixed: true, dismissesNothing: false, questions: [Question(path: "/")], port: 80,
                startLimit: 60), files: [FileDigest(path: "report.html", digest: digest)], edits: plain.edits,
            diagnostics: [], seconds: 1)
        let value = try JSONValue(proofJSON(proof).utf8)
        #expect(value["schemaVersion"]?.integer == FixProof.currentSchema)
        #expect(value["patch"]?.elements?.first?["requiredBy"]?.texts == Self.step.requiredBy)
        let companions = value["patch"]?.elements?.last?["companions"]?.elements
        #expect(companions?.first?["package"]?.text == "jar")
        #expect(companions?.first?["reason"]?.text == "needed by <cookie> 1.0.2")
        #expect(value["inputs"]?["questions"]?.elements?.first?["path"]?.text == "/")
        #expect(value["inputs"]?["severities"]?.texts == ["CRITICAL", "HIGH"])
        #expect(value["files"]?.elements?.first?["digest"]?.text == digest.description)
        let last = try #require(value["candidates"]?.elements?.last)
        #expect(last["verdict"]?.text == "skipped" && last["patch"]?.elements?.count == 1)
        let page = proofHTML(proof)
        #expect(HTMLChecker(page).problems == [])
        #expect(page.contains("&lt;cookie&gt;") && page.contains("not tried"))
        #expect(proofTable(proof, style: .plain).contains("CHANGES TO THE DEPENDENCIES"))
    }
}
