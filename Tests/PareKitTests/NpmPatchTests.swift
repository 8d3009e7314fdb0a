// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

extension NpmPatchSuite {
    @Suite("Steps") struct StepTests {
        @Test(arguments: Scenario.all) func theSmallestSteps(_ scenario: Scenario) async throws {
            let bench = try Bench(packages: scenario.packages, advisories: scenario.advisories)
            for (name, text) in scenario.files { try bench.application.write(text, to: name) }
            let before = try bench.content
            let patched = try await bench.patching().patch(closing: scenario.findings)
            #expect(patched.told == scenario.steps, "\(patched.diagnostics.map(\.message))")
            for note in scenario.notes {
                #expect(
                    patched.diagnostics.contains { $0.message.contains(note) },
                    "\(note): \(patched.diagnostics)")
            }
            let manifest = patched.patch?.files.first { $0.path == scenario.manifest.name }?.after
            #expect(manifest == scenario.manifest.after)
            #expect(try bench.content == before, "the user's files are as they were")
            #expect(bench.leftovers.isEmpty)
            if let patch = patched.patch { try await Self.check(patch, bench) }
        }

        /// What npm has to say of a patch: the lock file agrees with the manifest, and installs.
        private static func check(_ patch: DependencyPatch, _ bench: Bench) async throws {
            for file in patch.files {
                let path = bench.application.path + "/" + file.path
                #expect((try? String(contentsOfFile: path, encoding: .utf8)) == file.before)
                try bench.application.write(file.after, to: file.path)
            }
            let npm = ["npm", "ci", "--prefix", bench.application.path, "--registry", bench.address]
            let cache = [
                "--cache", bench.scratch.path + "/npm", "--no-audit", "--no-fund", "--engine-strict",
            ]
            #expect(Bench.words(npm + cache) != nil, "npm ci takes the patched files")
        }

        /// Each step of a patch can be taken without the others, in any selection.
        @Test func partsOfAPatchAreLockedAnew() async throws {
            let bench = try Bench(
                packages: [
                    "a.json": #"{"1.0.0": {}, "1.0.1": {}, "latest": "1.0.0"}"#,
                    "b.json": #"{"1.0.0": {}, "2.0.0": {}}"#,
                    "c.json": #"{"1.0.0": {"dependencies": {"d": "1.0.0"}}}"#,
                    "d.json": #"{"1.0.0": {}, "1.0.1": {}}"#,
                ],
                advisories: [
                    "a": ["CVE-1": "<1.0.1"], "b": ["CVE-2": "<2.0.0"], "d": ["CVE-3": "<1.0.1"],
                ])
            try bench.application.write(
                #"{"name":"app","dependencies":{"a":"^1.0.0","b":"^1.0.0","c":"^1.0.0"}}"#, to: "package.json"
            )
            let patching = try await bench.patching()
            let whole = try await patching.patch(closing: [
                Bench.finding("a", "CVE-1"), Bench.finding("b", "CVE-2"), Bench.finding("d", "CVE-3"),
            ])
            #expect(
                whole.told == [
                    "update a 1.0.0 → 1.0.1", "dependency b 1.0.0 → 2.0.0", "override d 1.0.0 → 1.0.1",
                ])
            let patch = try #require(whole.patch)
            for kept in [[0], [1], [2], [0, 2], [1, 2]] {
                let part = try await patching.patch(keeping: kept.map { patch.steps[$0] }, of: patch)
                #expect(part.steps == kept.map { patch.steps[$0] })
                let lock = try #require(part.files.first { $0.path == "package-lock.json" }).after
                let versions = [("a", "1.0.1"), ("b", "2.0.0"), ("d", "1.0.1")].enumerated()
                for (index, (name, version)) in versions {
                    let isThere = lock.contains("\(name)/-/\(name)-\(version).tgz")
                    #expect(isThere == kept.contains(index), "\(name) with steps \(kept)")
                }
            }
        }
    }
}

extension Bench {
    /// Every file of the application's folder.
    var content: [String: String] {
        get throws {
            var content: [String: String] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: application.path) {
                content[name] = try? application.text(name)
            }
            return content
        }
    }

    /// What runs of this process have left.
    var leftovers: [String] {
        let containers = Bench.words([
            "buildah", "containers", "--all", "--noheading", "--format", "{{.ContainerName}}",
        ])
        let ours = (containers ?? "").split(separator: "\n").filter { $0.contains("pare-run-\(getpid())-") }
        return ours.map(String.init) + ((try? scratch.names) ?? []).filter { $0.hasPrefix("pare-patch") }
    }
}
