// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareEngine
import PareMatch
import PareModel
import Testing

@testable import PareKit

extension NpmPatchSuite {
    /// The example application, with the stand-in for npm's registry that the demo uses.
    @Suite("The example", .enabled(if: Bench.hasStandIn, "needs Examples/offline/npm-registry.sh build"))
    struct ExampleTests {
        @Test func losesItsFindingsAndAnswersTheSame() async throws {
            let bench = try Bench(standIn: Bench.standIn)
            let example = Project.root + "/Examples/demo-api"
            for name in try FileManager.default.subpathsOfDirectory(atPath: example)
            where !name.contains("pare-proof") && !name.contains("node_modules") {
                guard let text = try? String(contentsOfFile: example + "/" + name, encoding: .utf8) else {
                    continue
                }
                try bench.application.write(text, to: name)
            }
            let questions = try Trial.questions(paths: [], file: example + "/questions.txt")
            let subject = Subject(bench: bench, name: "demo-api-patch", questions: questions)
            let before = try await subject.behaviour(of: nil)
            let findings = try await subject.findings("before")
            let patching = try await bench.patching(bench.buildSettings, image: subject.tag("before"))
            let own = findings.filter {
                $0.package.kind == .npm && $0.package.evidence.path.hasPrefix("app/")
            }
            // The last is in what only ts-node needs, of which the stand-in has no better version.
            let ids = ["CVE-2024-47764", "CVE-2025-15284", "CVE-2026-2391", "CVE-2026-24001"]
            #expect(own.map(\.id).sorted() == ids)

            let patched = try await patching.patch(closing: findings)
            #expect(
                patched.told == ["override cookie 0.5.0 → 0.7.1", "override qs 6.11.0 → 6.16.0"],
                "\(patched.diagnostics.map(\.message))")
            let patch = try #require(patched.patch)
            #expect(patch.steps.map(\.closes) == [["CVE-2024-47764"], ["CVE-2025-15284", "CVE-2026-2391"]])
            #expect(patch.files.map(\.path) == ["package.json", "package-lock.json"])

            let after = try await subject.behaviour(of: patch)
            #expect(PareMatch.differences(between: before, and: after).isEmpty)
            let left = try await subject.findings("after").filter {
                $0.package.evidence.path.hasPrefix("app/")
            }
            #expect(left.map(\.id) == ["CVE-2026-24001"])
            await subject.remove()
            #expect(bench.leftovers.isEmpty)
        }
    }
}

extension Subject {
    /// What a scan of a built image finds.
    func findings(_ name: String) async throws -> [Finding] {
        let patching = try await bench.patching()
        let archive = bench.scratch.path + "/image.docker.tar"
        try await patching.engine.export(tag(name), toDockerArchive: archive)
        let scan = Scan(target: archive, platform: nil, selection: patching.selection, cachesLayers: false)
        return try await scan.run(in: patching.setup).findings
    }
}
