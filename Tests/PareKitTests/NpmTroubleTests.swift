// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

extension NpmPatchSuite {
    /// What goes wrong is said, nothing is changed, and nothing hangs.
    @Suite("Trouble") struct TroubleTests {
        struct Case: Sendable, CustomTestStringConvertible {
            let testDescription: String
            var files: [String: String] = ["package.json": Self.manifest]
            var faults: [String] = []
            let says: [String]

            static let manifest = #"{"name": "app", "dependencies": {"t": "^1.0.0"}}"#

            init(_ name: String, files: [String: String] = [:], faults: [String] = [], says: String...) {
                testDescription = name
                self.files.merge(files) { $1 }
                self.faults = faults
                self.says = says
            }
        }

        static let lock = """
            {"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app", "dependencies": {"t": "^1.0.0"}},
             "node_modules/t": {"version": "1.0.0"}}}
            """

        static let cases = [
            Case(
                "the lock file says something else",
                files: ["package-lock.json": lock.replacing("^1.0.0", with: "^2.0.0")],
                says: "'package-lock.json' does not agree with 'package.json' on 't'",
                "write 'package-lock.json' again"),
            Case(
                "the lock file lacks a package",
                files: ["package-lock.json": lock.replacing("node_modules/t", with: "node_modules/u")],
                says: "does not agree with 'package.json' on 't'"),
            Case(
                "the manifest is not JSON", files: ["package.json": "{\"name\": "],
                says: "'package.json' is not JSON at byte 9"),
            Case(
                "the manifest is a list", files: ["package.json": "[]"],
                says: "'package.json' is not understood"),
            Case(
                "the lock file is cut", files: ["package-lock.json": String(lock.prefix(90))],
                says: "'package-lock.json' is not JSON"),
            Case(
                "the lock file is another's", files: ["package-lock.json": #"{"lockfileVersion": 9}"#],
                says: "it lists no packages"),
            Case(
                "the lock file is nested without end",
                files: ["package-lock.json": String(repeating: "{\"a\":", count: 100_000)],
                says: "is not JSON at byte"),
            Case(
                "the registry is broken", faults: ["t=500"], says: "gets no good answer from the registry",
                "E500"),
            Case(
                "the registry's answer is cut in the middle", faults: ["t=cut"],
                says: "gets no good answer from the registry"),
            Case(
                "the registry answers with garbage", faults: ["t=garbage"],
                says: "gets no good answer from the registry"),
            Case(
                "the registry breaks half-way", files: ["package-lock.json": lock], faults: ["t=500"],
                says: "gets no good answer from the registry"),
            Case(
                "the registry does not know a package",
                files: ["package.json": #"{"name": "app", "dependencies": {"t": "^1.0.0", "nowhere": "1"}}"#],
                says: "E404"),
        ]

        @Test(arguments: cases) func isSaid(_ trouble: Case) async throws {
            let bench = try Bench(
                packages: ["t.json": #"{"1.0.0": {}, "1.0.1": {}, "latest": "1.0.0"}"#],
                advisories: ["t": ["CVE-1": "<1.0.1"]], registry: trouble.faults.flatMap { ["--fault", $0] })
            for (name, text) in trouble.files { try bench.application.write(text, to: name) }
            let before = try bench.content
            let patched = try await bench.patching().patch(closing: [Bench.finding("t", "CVE-1")])
            #expect(patched.patch == nil)
            let told = patched.diagnostics.filter { $0.severity == .warning }.map(\.message)
            #expect(told.count == 1)
            for text in trouble.says { #expect(told.first?.contains(text) == true, "\(told)") }
            #expect(try bench.content == before)
            #expect(bench.leftovers.isEmpty)
        }

        @Test func anImageWithoutNpm() async throws {
            let bench = try Bench(packages: ["t.json": #"{"1.0.0": {}}"#], advisories: ["t": ["CVE-1": "<2"]])
            try bench.application.write(Case.manifest, to: "package.json")
            let image = "docker.io/library/debian:bookworm"
            try #require(Bench.words(["buildah", "inspect", "--type", "image", image]) != nil)
            let patched = try await bench.patching(image: image).patch(closing: [Bench.finding("t", "CVE-1")])
            #expect(patched.patch == nil)
            #expect(
                patched.diagnostics.first?.message.contains("'npm' is not in the image '\(image)'") == true)
        }

        /// A registry that never answers: the command ends at its limit, or when the user stops it.
        @Test func stoppedWhileTheRegistryIsSilent() async throws {
            let bench = try Bench(
                packages: ["t.json": #"{"1.0.0": {}}"#], advisories: ["t": ["CVE-1": "<2"]],
                registry: ["--fault", "t=slow"])
            try bench.application.write(Case.manifest, to: "package.json")
            let patching = try await bench.patching()
            let work = Task { try await patching.patch(closing: [Bench.finding("t", "CVE-1")]) }
            try await Task.sleep(for: .seconds(3))
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            #expect(bench.leftovers.isEmpty)
        }
    }

    /// Registries that want to know who asks.
    @Suite("Private registries") struct PrivateTests {
        static let token = "hush-hush-token"

        /// Where the token stands: the user's file, a variable that a file names, npm's own variable.
        @Test(arguments: ["user", "variable", "environment"])
        func theTokenIsUsedAndNeverTold(_ place: String) async throws {
            let bench = try Bench(
                packages: ["t.json": #"{"1.0.0": {}, "2.0.0": {}}"#], advisories: ["t": ["CVE-1": "<2.0.0"]],
                registry: ["--token", Self.token])
            let host = bench.address.replacing("http:", with: "")
            try bench.application.write(TroubleTests.Case.manifest, to: "package.json")
            var environment: [String: String] = [:]
            switch place {
            case "user":
                try bench.home.write(
                    "registry=\(bench.address)/\n\(host)/:_authToken=\(Self.token)\n", to: ".npmrc")
            case "variable":
                try bench.home.write("", to: ".npmrc")
                try bench.application.write(
                    "registry=\(bench.address)/\n\(host)/:_authToken=${MY_TOKEN}\n", to: ".npmrc")
                environment["MY_TOKEN"] = Self.token
            default:
                try bench.home.write("", to: ".npmrc")
                environment["NPM_CONFIG_REGISTRY"] = bench.address + "/"
                environment["npm_config_\(host)/:_authToken"] = Self.token
            }
            let patched = try await bench.patching(environment).patch(closing: [Bench.finding("t", "CVE-1")])
            #expect(patched.told == ["dependency t 1.0.0 → 2.0.0"], "\(patched.diagnostics)")
            #expect(!"\(patched)".contains(Self.token))
            #expect(bench.leftovers.isEmpty)
        }

        @Test func withoutTheTokenItIsSaid() async throws {
            let bench = try Bench(
                packages: ["t.json": #"{"1.0.0": {}}"#], advisories: ["t": ["CVE-1": "<2.0.0"]],
                registry: ["--token", Self.token])
            try bench.application.write(TroubleTests.Case.manifest, to: "package.json")
            let patched = try await bench.patching().patch(closing: [Bench.finding("t", "CVE-1")])
            #expect(patched.patch == nil)
            #expect(patched.diagnostics.first?.message.contains("E401") == true, "\(patched.diagnostics)")
        }
    }
}
