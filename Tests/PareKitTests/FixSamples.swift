// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import PareModel

@testable import PareKit

/// Made-up candidates and what came of them.
enum FixSamples {
    /// A folder with a small Node.js application, and what could be tried with it.
    static func plan(_ recipes: [String] = FixSamples.recipes) throws -> (folder: Folder, plan: CandidatePlan)
    {
        let folder = try Folder()
        try folder.write("FROM node:20\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n", to: "Dockerfile")
        try folder.write(#"{"name": "a", "version": "1.0.0", "main": "a.js"}"#, to: "package.json")
        let application = try Application(folder: folder.path, dockerfile: nil)
        return (folder, try CandidatePlan(application, recipes: recipes, on: Day(2026, 11, 26)))
    }

    /// The plainest recipes for Node.js, and one that moves it.
    static let recipes = ["chainguard", "distill", "distill+compiled", "distill+compiled+node24"]

    static func report(
        findings: [Severity], packages: Int = 10, megabytes: Int = 100, dismissed: Int = 0
    ) -> ScanReport {
        func finding(_ severity: Severity, _ dismissal: Dismissal?) -> Finding {
            Finding(
                package: package(0),
                advisory: Advisory(
                    id: "CVE-2024-0001", source: Advisory.DataSource(id: "debian", name: "", url: "")),
                fixedVersion: "", status: .affected, severity: severity, severitySource: "nvd",
                dismissal: dismissal)
        }
        let layer = LayerFacts(
            digest: nil, diffID: nil, size: ByteCount(megabytes * 1_000_000), compressedSize: nil,
            createdBy: "", isBase: false)
        return ScanReport(
            target: "a", kind: .image, created: "2026-11-26T07:00:00Z",
            image: ImageFacts(id: nil, tags: [], layers: [layer], config: ImageConfig(), rawConfig: "{}"),
            distro: Distro(family: "debian", version: "12.5"), packages: (0..<packages).map(package),
            findings: findings.map { finding($0, nil) }
                + (0..<dismissed).map { _ in finding(.low, Dismissal(by: "debian", reason: "minor")) },
            store: StoreFacts(name: "data", updated: "", advisoryCount: 1), diagnostics: [])
    }

    static func package(_ number: Int) -> Package {
        Package(
            .dpkg, name: "p\(number)", version: "1", evidence: .init(path: "var/lib/dpkg/status", layer: 0))
    }

    static let behaviour = Behaviour(
        answers: [
            Answer(question: Question(path: "/"), status: 200, contentType: "text/plain", body: "hello")
        ],
        startSeconds: 0.5, exitCode: nil, output: "", errors: "")

    static func proven(
        _ findings: [Severity] = [], packages: Int = 10, megabytes: Int = 100, flaw: String? = nil,
        patch: DependencyPatch? = nil
    ) -> Attempt {
        let measurement = Measurement(
            tag: "localhost/a:b",
            report: report(findings: findings, packages: packages, megabytes: megabytes),
            behaviour: behaviour, closure: flaw.map { [Diagnostic(.warning, $0)] } ?? [])
        return Attempt(result: .proven(measurement), seconds: 1, patch: patch)
    }

    static func failed(_ reason: String = "answers differently: GET / (body)") -> Attempt {
        Attempt(result: .failed(reason: reason, []), seconds: 1)
    }

    static let patch = DependencyPatch(
        steps: [
            DependencyPatch.Step(
                package: "qs", from: "6.11.0", to: "6.14.2", means: .update, requiredBy: ["express", "qs"],
                closes: ["CVE-2025-15284", "CVE-2026-2391"], crossesMajor: false,
                reason: "the range of express allows it")
        ],
        files: [
            DependencyPatch.File(path: "package.json", before: "{\"a\": 1}\n", after: "{\"a\": 2}\n"),
            DependencyPatch.File(path: "package-lock.json", before: nil, after: "{}\n"),
        ])

    static func proof(
        _ dockerfile: String = "FROM scratch\n", patch: DependencyPatch? = nil, inputs: FixInputs? = nil,
        original: String = "FROM node:20\n"
    ) -> FixProof {
        let before = report(findings: [.high, .low], packages: 20, megabytes: 1000)
        let after = report(findings: [], dismissed: 1)
        return FixProof(
            application: "a", started: "2026-11-26T07:00:00Z", engine: "buildah 1.28.2",
            comparison: Comparison(
                before: before, after: after, behaviourBefore: behaviour, behaviourAfter: behaviour,
                fixed: [], introduced: [], remaining: [], differences: []),
            candidates: [], winner: "distill", original: original, dockerfile: dockerfile,
            patch: patch, inputs: inputs, edits: [], diagnostics: [], seconds: 1)
    }
}
