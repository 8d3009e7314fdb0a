// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import PareModel
import Testing

@testable import PareKit

/// The tests in which a real pip, in containers of a real image, resolves requirements.
@Suite("Patches by a real pip", .serialized, .enabled(if: PythonBench.isThere, PythonBench.reason))
struct PythonPatchTests {
    static let image = PythonBench.image

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let files: [String: String]
        let steps: [String]
        /// Files that change.
        let after: [String: String]
        var notes: [String] = []
    }

    static let packages = [
        "t": #"{"1.0": [], "1.0.1": [], "1.1": [], "2.0": []}"#, "p": #"{"1.0": ["t>=1.0"]}"#,
        "q": #"{"1.0": ["t<1.0.1"]}"#,
        "front": #"{"1.0": ["back>=1"], "2.0": ["back>=2", "low>=1.3,!=1.4"], "2.1": ["back>=3"]}"#,
        "back": #"{"1.0": [], "2.0": ["mid>=1.1"], "2.1": ["mid>=1.1"], "3.0": ["mid>=2"]}"#,
        "mid": #"{"1.0": ["low>=1"], "1.1": ["low>=1"], "1.2": ["low>=1"], "2.0": ["low>=2"]}"#,
        "low": #"{"1.0": [], "1.3": [], "1.4": [], "1.5": [], "2.0": []}"#,
        "old": #"{"1.0": ["low<1.3"], "1.1": [], "1.2": []}"#,
        "Some_Name": #"{"1.0": ["x>1; extra == 'all'"], "1.2": []}"#,
    ]
    static let advisories = [
        "t": ["CVE-1": "<1.0.1", "CVE-9": ">=1.1,<2"], "some-name": ["CVE-2": "<1.2"],
        "front": ["CVE-3": "<2"], "back": ["CVE-4": "<2"], "low": ["CVE-5": "==1.3"],
    ]

    static let cases = [
        Case(
            testDescription: "a pin, with all that stands around it kept",
            files: ["requirements.txt": "# ours\r\nt[all] == 1.0 ; python_version > '3'  # why\r\n\r\n"],
            steps: ["dependency t 1.0 → 1.0.1"],
            after: ["requirements.txt": "# ours\r\nt[all] ==1.0.1 ; python_version > '3'  # why\r\n\r\n"]),
        Case(
            testDescription: "a range, in a file that another names",
            files: ["requirements.txt": "-r more/base.txt\np", "more/base.txt": "t >=0.5, <1.0.1, <3\n"],
            steps: ["dependency t 1.0 → 2.0"], after: ["more/base.txt": "t >=1.0.1,<3\n"]),
        Case(
            testDescription: "another's dependency",
            files: ["requirements.txt": "p==1.0\n-c limits.txt\n", "limits.txt": "t==1.0\n"],
            steps: ["override t 1.0 → 1.0.1"], after: ["limits.txt": "t==1.0.1\n"]),
        Case(
            testDescription: "a name that is written in another way",
            files: ["requirements.txt": "some.name==1.0"],
            steps: ["dependency Some_Name 1.0 → 1.2"], after: ["requirements.txt": "some.name==1.2"]),
        Case(
            testDescription: "what another does not allow is said",
            files: ["requirements.txt": "q==1.0\nt==1.0\n"],
            steps: [], after: [:], notes: ["t 1.0.1 cannot be locked", "t 2.0 cannot be locked"]),
        Case(
            testDescription: "pins without findings move where they have to, and no further",
            files: ["requirements.txt": "front==1.0\nback==1.0\nmid == 1.0\nlow==1.0\nt==1.1\np==1.0\n"],
            steps: [
                "dependency back 1.0 → 2.0", "dependency front 1.0 → 2.0",
                "low 1.0 → 1.5: needed by front 2.0", "mid 1.0 → 1.1: needed by back 2.0",
            ],
            after: [
                "requirements.txt": "front==2.0\nback==2.0\nmid ==1.1\nlow==1.5\nt==1.1\np==1.0\n"
            ]),
        Case(
            testDescription: "a pin that holds back what is needed",
            files: [
                "requirements.txt": "front==1.0\nold==1.0\np==1.0\n-c limits.txt\n",
                "limits.txt": "t==1.1\nlow==1.0\n",
            ],
            steps: [
                "dependency front 1.0 → 2.0", "low 1.0 → 2.0: needed by front 2.0; another major version",
                "old 1.0 → 1.1: the one before does not go with low 2.0",
            ],
            after: [
                "requirements.txt": "front==2.0\nold==1.1\np==1.0\n-c limits.txt\n",
                "limits.txt": "t==1.1\nlow==2.0\n",
            ]),
    ]

    @Test(arguments: cases) func theSmallestSteps(_ scenario: Case) async throws {
        let bench = try Bench(python: Self.packages, advisories: Self.advisories)
        for (name, text) in scenario.files { try bench.application.write(text, to: name) }
        let patched = try await bench.patching(image: Self.image).patch(closing: [
            Bench.finding("t", "CVE-1", .python), Bench.finding("Some_Name", "CVE-2", .python),
            Bench.finding("front", "CVE-3", .python), Bench.finding("back", "CVE-4", .python),
        ])
        #expect(patched.told == scenario.steps, "\(patched.diagnostics)")
        let after = Dictionary(uniqueKeysWithValues: (patched.patch?.files ?? []).map { ($0.path, $0.after) })
        #expect(after == scenario.after)
        for note in scenario.notes {
            #expect(patched.diagnostics.contains { $0.message.contains(note) }, "\(patched.diagnostics)")
        }
        #expect(bench.leftovers.isEmpty)
    }

    @Test func hashesAreWrittenAnewAndPipTakesThem() async throws {
        let bench = try Bench(python: Self.packages, advisories: Self.advisories)
        let zeros = String(repeating: "0", count: 64)
        try bench.application.write(
            "p==1.0 \\\n    --hash=sha256:\(try bench.hash("p-1.0"))\nt==1.0 \\\n    --hash=sha256:\(zeros)\n",
            to: "requirements.txt")
        let patched = try await bench.patching(image: Self.image).patch(closing: [
            Bench.finding("t", "CVE-1", .python)
        ])
        #expect(patched.told == ["dependency t 1.0 → 1.0.1"], "\(patched.diagnostics)")
        let file = try #require(patched.patch?.files.first)
        #expect(
            file.after
                == file.before?.replacing("t==1.0 ", with: "t==1.0.1 ").replacing(
                    zeros, with: try bench.hash("t-1.0.1")))
        try bench.application.write(file.after, to: "requirements.txt")
        let pip = [
            "python3", "-m", "pip", "download", "--quiet", "--index-url", bench.address + "/simple/",
            "--require-hashes",
        ]
        let place = [
            "-d", bench.scratch.path + "/wheels", "-r", bench.application.path + "/requirements.txt",
        ]
        #expect(Bench.words(pip + place) != nil, "pip takes the hashes")
    }

    @Test func aStepAndWhatMovesWithItAreOne() async throws {
        let bench = try Bench(python: Self.packages, advisories: Self.advisories)
        let lines = try ["front-1.0", "back-1.0", "mid-1.0", "low-1.0", "Some_Name-1.0"].map {
            "\($0.replacing("-", with: "==")) --hash=sha256:\(try bench.hash($0))\n"
        }
        try bench.application.write(lines.joined(), to: "requirements.txt")
        let patching = try await bench.patching(image: Self.image)
        let patched = try await patching.patch(closing: [
            Bench.finding("front", "CVE-3", .python), Bench.finding("back", "CVE-4", .python),
            Bench.finding("Some_Name", "CVE-2", .python),
        ])
        let whole = try #require(patched.patch, "\(patched.diagnostics)")
        #expect(whole.steps.map(\.package) == ["Some_Name", "back", "front"])
        // What one of two steps needs goes with it, though it is the other.
        let part = try await patching.patch(
            keeping: whole.steps.filter { $0.package == "front" }, of: whole)
        let versions = [
            ("front", "2.0"), ("back", "2.0"), ("mid", "1.1"), ("low", "1.5"), ("Some_Name", "1.0"),
        ]
        let expected = try versions.map { "\($0)==\($1) --hash=sha256:\(try bench.hash("\($0)-\($1)"))\n" }
        #expect(part.files.map(\.after) == [expected.joined()])
        #expect(part.steps.companions.map(\.package).sorted() == ["back", "low", "mid"])
        let other = try await patching.patch(
            keeping: whole.steps.filter { $0.package == "Some_Name" }, of: whole)
        let hash = try bench.hash("Some_Name-1.2")
        #expect(
            other.files.map(\.after)
                == [lines.dropLast().joined() + "Some_Name==1.2 --hash=sha256:\(hash)\n"])
    }

    @Test(arguments: ["netrc", "address"]) func aPrivateIndex(_ place: String) async throws {
        let token = "hush-hush-token"
        let bench = try Bench(python: Self.packages, advisories: Self.advisories, index: ["--token", token])
        try bench.application.write("t==1.0\n", to: "requirements.txt")
        if place == "netrc" {
            try bench.home.write("machine 127.0.0.1 login user password \(token)\n", to: ".netrc")
        } else {
            let address = bench.address.replacing("//", with: "//user:\(token)@")
            try bench.home.write("[global]\nindex-url = \(address)/simple/\n", to: ".config/pip/pip.conf")
        }
        let patched = try await bench.patching(image: Self.image).patch(closing: [
            Bench.finding("t", "CVE-1", .python)
        ])
        #expect(patched.told == ["dependency t 1.0 → 1.0.1"], "\(patched.diagnostics)")
        #expect(!"\(patched)".contains(token))
    }

    @Test func aBrokenIndexIsSaid() async throws {
        let bench = try Bench(python: Self.packages, advisories: Self.advisories, index: ["--fault", "t"])
        try bench.application.write("t==1.0\n", to: "requirements.txt")
        let patched = try await bench.patching(image: Self.image).patch(closing: [
            Bench.finding("t", "CVE-1", .python)
        ])
        #expect(patched.patch == nil)
        #expect(
            patched.diagnostics.first?.message.contains("pip gets no good answer from the registry") == true,
            "\(patched.diagnostics)")
    }

    @Test func aToolThatIsNotThereIsNamed() async throws {
        let bench = try Bench(python: Self.packages, advisories: Self.advisories)
        try bench.application.write("[project]\nname = \"a\"\ndependencies = [\"t\"]\n", to: "pyproject.toml")
        try bench.application.write("[[package]]\nname = \"t\"\nversion = \"1.0\"\n", to: "uv.lock")
        let patched = try await bench.patching(image: Self.image).patch(closing: [
            Bench.finding("t", "CVE-1", .python)
        ])
        #expect(patched.patch == nil)
        #expect(
            patched.diagnostics.first?.message.contains("'uv' is not in the image") == true,
            "\(patched.diagnostics)")
    }
}

enum PythonBench {
    static let image = "docker.io/library/python:3.11"
    static let isThere =
        Bench.isAsked && getuid() == 0
        && Bench.words(["buildah", "inspect", "--type", "image", image]) != nil
    static let reason: Comment =
        "needs root, buildah, python3 and the image python:3.11; 'make test-images' has them"
}

extension Bench {
    /// SHA-256 of a wheel of the index.
    func hash(_ wheel: String) throws -> String {
        let name = wheel.prefix { $0 != "-" }
        let page = try #require(Bench.words(["curl", "-s", "\(address)/simple/\(name)/"]))
        let file = try #require(page.split(separator: "\n").first { $0.contains("/\(wheel)-py3") })
        return String(try #require(file.split(separator: "sha256=").last).prefix(64))
    }
}
