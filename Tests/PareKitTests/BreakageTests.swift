// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareDependencies
import PareEngine
import PareMatch
import PareModel
import Testing

@testable import PareKit

extension NpmPatchSuite {
    /// Upgrades that close a finding and break the application: the trial catches each, and the rest of the patch is kept.
    @Suite("Breakages") struct BreakageTests {
        private static let folder = Project.fixtures + "/breakages"

        /// Every folder but `old` is a release 1.0.1 of `greet` that breaks something.
        static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { !$0.contains(".") && $0 != "old" }.sorted()

        @Test func thereAreEnough() { #expect(Self.names.count >= 10) }

        @Test(arguments: names) func theBadStepIsFoundAndTheGoodOnesAreKept(_ name: String) async throws {
            let (bench, subject) = try await Self.subject(name)
            let behaviour = try await subject.behaviour(of: nil)
            let patching = try await bench.patching(image: subject.tag("before"))
            let patched = try await patching.patch(
                closing: [("greet", "CVE-1"), ("left", "CVE-2"), ("right", "CVE-3")].map {
                    Bench.finding($0, $1)
                })
            let patch = try #require(patched.patch)
            #expect(patch.steps.map(\.package) == ["greet", "left", "right"], "\(patched.diagnostics)")

            // The whole breaks the application.
            #expect(await !subject.answersAlike(behaviour, with: patch))
            let kept = try await largestWorkingPart(of: patch.steps, wholeFails: true) { steps in
                await subject.answersAlike(
                    behaviour, with: try await patching.patch(keeping: steps, of: patch))
            }
            #expect(kept.map(\.package) == ["left", "right"])
            await subject.remove()
        }

        private static func subject(_ name: String) async throws -> (Bench, Subject) {
            let isCommand = name == "prints"
            var packages: [String: String] = [:]
            for (version, folder) in [("1.0.0", "old"), ("1.0.1", name)] {
                let manifest = #"{"name": "greet", "version": "\#(version)"}"#
                packages["greet/\(version)/package.json"] = manifest
                for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder + "/" + folder) {
                    let text = try String(contentsOfFile: "\(Self.folder)/\(folder)/\(file)", encoding: .utf8)
                    packages["greet/\(version)/\(file)"] =
                        file == "package.json"
                        ? text.replacing("{", with: manifest.dropLast() + ",", maxReplacements: 1) : text
                }
                packages["left/\(version)/package.json"] = #"{"name": "left", "version": "\#(version)"}"#
                packages["left/\(version)/index.js"] = "module.exports = (text) => text + ' ';"
                packages["right/\(version)/package.json"] = #"{"name": "right", "version": "\#(version)"}"#
                packages["right/\(version)/index.js"] = "module.exports = (text) => '(' + text.length + ')';"
            }
            let range = "<1.0.1"
            let bench = try Bench(
                packages: packages,
                advisories: ["greet": ["CVE-1": range], "left": ["CVE-2": range], "right": ["CVE-3": range]])
            let app = bench.application
            let dependencies = #""greet": "1.0.0", "left": "1.0.0", "right": "1.0.0""#
            try app.write(#"{"name": "app", "dependencies": {\#(dependencies)}}"#, to: "package.json")
            for file in ["server.js", "command.js"] {
                try app.write(try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8), to: file)
            }
            let end =
                isCommand ? #"CMD ["node", "command.js"]"# : "EXPOSE 3000\nCMD [\"node\", \"server.js\"]"
            try app.write(
                "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install\nCOPY *.js ./\n\(end)\n",
                to: "Dockerfile")
            let questions = isCommand ? [] : ["/", "/Ada", "/Al", "/shout-bob"].map { Question(path: $0) }
            return (bench, Subject(bench: bench, name: "pare-breakage-" + name, questions: questions))
        }
    }
}

/// An application that is built and started with and without patches.
struct Subject {
    let bench: Bench
    let name: String
    let questions: [Question]
    private var limits: TrialLimits { TrialLimits(port: questions.isEmpty ? nil : 3000, startSeconds: 15) }

    func tag(_ name: String) -> String { "localhost/\(self.name):\(name)" }

    func behaviour(of patch: DependencyPatch?) async throws -> Behaviour {
        let copy = try Folder(named: name + "-" + UUID().uuidString)
        for (path, text) in try bench.content { try copy.write(text, to: path) }
        for file in patch?.files ?? [] { try copy.write(file.after, to: file.path) }
        let patching = try await bench.patching(bench.buildSettings)
        let application = try Application(folder: copy.path, dockerfile: nil)
        var request = BuildRequest(
            context: copy.path, dockerfile: application.dockerfile,
            tag: tag(patch == nil ? "before" : "after"),
            log: bench.scratch.path + "/build.log")
        request.options = patching.setup.buildOptions
        _ = try await patching.engine.build(request)
        let trial = Trial(image: request.tag, command: [], asking: questions, limits: limits, engine: nil)
        return try await trial.run(
            with: patching.engine, scratchParent: bench.scratch.path, progress: .silent)
    }

    func answersAlike(_ before: Behaviour, with patch: DependencyPatch) async -> Bool {
        guard let after = try? await behaviour(of: patch) else { return false }
        return PareMatch.differences(between: before, and: after).isEmpty
    }

    func remove() async {
        guard let engine = try? await bench.patching().engine else { return }
        for name in ["before", "after"] { try? await engine.remove(tag(name)) }
    }
}

extension Bench {
    /// The variable by which builds learn of the registry.
    var buildSettings: [String: String] {
        ["PARE_BUILD_OPTIONS": "--network=host --volume=\(home.path)/etc:/usr/local/etc:ro"]
    }
}
