// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareKit

/// An application with a vulnerable dependency, and the patch that is wanted.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// By package, versions with what they need.
    var packages: [String: String]
    var advisories = ["t": ["CVE-1": "<1.0.1"]]
    var files: [String: String]
    var findings = [Bench.finding("t", "CVE-1")]
    var steps: [String]
    /// The manifest that changes, and its text then.
    var manifest: (name: String, after: String?) = ("package.json", nil)
    var notes: [String] = []

    var testDescription: String { name }

    init(
        _ name: String, _ packages: [String: String], _ dependencies: String, steps: [String],
        after: String? = nil,
        advisories: [String: [String: String]]? = nil, findings: [Finding]? = nil, notes: [String] = [],
        files: [String: String] = [:]
    ) {
        self.name = name
        self.packages = Dictionary(uniqueKeysWithValues: packages.map { ($0.key + ".json", $0.value) })
        self.files = files.merging(["package.json": "{\n  \"name\": \"app\",\n  \(dependencies)\n}\n"]) { $1 }
        self.steps = steps
        self.notes = notes
        manifest.after = after.map { "{\n  \"name\": \"app\",\n  \($0)\n}\n" }
        if let advisories { self.advisories = advisories }
        if let findings { self.findings = findings }
    }

    static let all: [Scenario] = within + beyond + overrides + chosen + odd

    private static let t = #"{"1.0.0": {}, "1.0.1": {}, "1.1.0": {}, "2.0.0": {}, "latest": "1.0.0"}"#

    private static let within = [
        Scenario(
            "a direct dependency, within its range", ["t": t], #""dependencies": {"t": "^1.0.0"}"#,
            steps: ["update t 1.0.0 → 1.0.1"]),
        Scenario(
            "another's dependency, within its range",
            ["t": t, "p": #"{"1.0.0": {"dependencies": {"t": "^1.0.0"}}}"#],
            #""dependencies": {"p": "^1.0.0"}"#, steps: ["update t 1.0.0 → 1.0.1"]),
        Scenario(
            "the one between, within its range",
            [
                "t": t,
                "m":
                    #"{"1.0.0": {"dependencies": {"t": "1.0.0"}}, "1.0.1": {"dependencies": {"t": "1.0.1"}}, "latest": "1.0.0"}"#,
                "p": #"{"1.0.0": {"dependencies": {"m": "^1.0.0"}}}"#,
            ], #""dependencies": {"p": "^1.0.0"}"#, steps: ["update m 1.0.0 → 1.0.1"]),
        Scenario(
            "one that is only there on some machines", ["t": t], #""optionalDependencies": {"t": "^1.0.0"}"#,
            steps: ["update t 1.0.0 → 1.0.1"]),
        Scenario(
            "a scoped package", ["@s/t": t], #""dependencies": {"@s/t": "^1.0.0"}"#,
            steps: ["update @s/t 1.0.0 → 1.0.1"], advisories: ["@s/t": ["CVE-1": "<1.0.1"]],
            findings: [Bench.finding("@s/t", "CVE-1")]),
    ]

    private static let beyond = [
        Scenario(
            "a direct dependency, beyond its range", ["t": t], #""dependencies": {"t": "1.0.0"}"#,
            steps: ["dependency t 1.0.0 → 1.0.1"], after: #""dependencies": {"t": "1.0.1"}"#),
        Scenario(
            "across a major version", ["t": #"{"1.0.0": {}, "2.0.0": {}, "3.0.0": {}}"#],
            #""dependencies": { "t" : "^1.0.0" }"#, steps: ["dependency t 1.0.0 → 2.0.0"],
            after: #""dependencies": { "t" : "^2.0.0" }"#, advisories: ["t": ["CVE-1": "<2.0.0"]]),
        Scenario(
            "by another name", ["t": t], #""dependencies": {"u": "npm:t@~1.0.0"}"#,
            steps: ["dependency t 1.0.0 → 1.1.0"], after: #""dependencies": {"u": "npm:t@~1.1.0"}"#,
            advisories: ["t": ["CVE-1": "<1.1.0"]]),
        Scenario(
            "in a workspace", ["t": #"{"1.0.0": {}, "2.0.0": {}}"#], #""workspaces": ["packages/*"]"#,
            steps: ["dependency t 1.0.0 → 2.0.0"], advisories: ["t": ["CVE-1": "<2.0.0"]],
            files: [
                "packages/w/package.json":
                    #"{"name": "w", "version": "1.0.0", "dependencies": {"t": "^1.0.0"}}"#
            ]
        ).changing(
            "packages/w/package.json", #"{"name": "w", "version": "1.0.0", "dependencies": {"t": "^2.0.0"}}"#),
    ]

    private static let pinning = #"{"1.0.0": {"dependencies": {"t": "1.0.0"}}}"#

    private static let overrides = [
        Scenario(
            "overruling the only one that asks", ["t": t, "p": pinning], #""dependencies": {"p": "1.0.0"}"#,
            steps: ["override t 1.0.0 → 1.0.1"],
            after: "\"dependencies\": {\"p\": \"1.0.0\"},\n  \"overrides\": {\n    \"t\": \"1.0.1\"\n  }"),
        Scenario(
            "overruling one of two that ask",
            [
                "t": #"{"1.0.0": {}, "1.0.1": {}, "2.0.0": {}}"#, "p": pinning,
                "q": #"{"1.0.0": {"dependencies": {"t": "2.0.0"}}}"#,
            ],
            #""dependencies": {"p": "1.0.0", "q": "1.0.0"}"#, steps: ["override t 1.0.0 → 1.0.1"],
            after:
                "\"dependencies\": {\"p\": \"1.0.0\", \"q\": \"1.0.0\"},\n  \"overrides\": {\n    \"p\": {\n      \"t\": \"1.0.1\"\n    }\n  }"
        ),
        Scenario(
            "beside what is overruled already", ["t": t, "p": pinning, "x": #"{"1.0.0": {}}"#],
            #""dependencies": {"p": "1.0.0"}, "overrides": {"x": "1.0.0"}"#,
            steps: ["override t 1.0.0 → 1.0.1"],
            after: #""dependencies": {"p": "1.0.0"}, "overrides": {"x": "1.0.0", "t": "1.0.1"}"#),
        Scenario(
            "in place of what is overruled already",
            ["t": t, "p": #"{"1.0.0": {"dependencies": {"t": "1.1.0"}}}"#],
            #""dependencies": {"p": "1.0.0"}, "overrides": {"t": "1.0.0"}"#,
            steps: ["override t 1.0.0 → 1.0.1"],
            after: #""dependencies": {"p": "1.0.0"}, "overrides": {"t": "1.0.1"}"#),
    ]

    private static let both =
        #"{"1.0.0": {"dependencies": {"t": "1.0.0", "u": "1.0.0"}}, "1.2.0": {"dependencies": {"t": "1.0.1", "u": "1.0.1"}}, "latest": "1.0.0"}"#
    private static let bothFlaws = ["t": ["CVE-1": "<1.0.1"], "u": ["CVE-2": "<1.0.1"]]
    private static let bothFindings = [Bench.finding("t", "CVE-1"), Bench.finding("u", "CVE-2")]

    private static let chosen = [
        Scenario(
            "one update in place of two overrides", ["t": t, "u": t, "p": both],
            #""dependencies": {"p": "^1.0.0"}"#,
            steps: ["update p 1.0.0 → 1.2.0"], advisories: bothFlaws, findings: bothFindings),
        Scenario(
            "one changed line in place of two overrides", ["t": t, "u": t, "p": both],
            #""dependencies": {"p": "~1.0.0"}"#, steps: ["dependency p 1.0.0 → 1.2.0"],
            after: #""dependencies": {"p": "~1.2.0"}"#, advisories: bothFlaws, findings: bothFindings),
        Scenario(
            "two overrides in place of a major version",
            [
                "t": t, "u": t,
                "p": #"{"1.0.0": {"dependencies": {"t": "1.0.0", "u": "1.0.0"}}, "2.0.0": {}}"#,
            ],
            #""dependencies": {"p": "1.0.0"}"#,
            steps: ["override t 1.0.0 → 1.0.1", "override u 1.0.0 → 1.0.1"],
            after:
                "\"dependencies\": {\"p\": \"1.0.0\"},\n  \"overrides\": {\n    \"t\": \"1.0.1\",\n    \"u\": \"1.0.1\"\n  }",
            advisories: bothFlaws, findings: bothFindings),
        Scenario(
            "not onto another vulnerable version", ["t": t], #""dependencies": {"t": "^1.0.0"}"#,
            steps: ["update t 1.0.0 → 1.1.0"], advisories: ["t": ["CVE-1": "<1.0.1", "CVE-7": "=1.0.1"]]),
        Scenario(
            "not by bringing another vulnerable package",
            [
                "t":
                    #"{"1.0.0": {}, "1.0.1": {"dependencies": {"bad": "1.0.0"}}, "1.1.0": {}, "latest": "1.0.0"}"#,
                "bad": #"{"1.0.0": {}}"#,
            ],
            #""dependencies": {"t": "^1.0.0"}"#, steps: ["update t 1.0.0 → 1.1.0"],
            advisories: ["t": ["CVE-1": "<1.0.1"], "bad": ["CVE-8": ">=0"]],
            notes: ["would bring CVE-8 in bad"]),
        Scenario(
            "not one that needs another Node.js, nor one that was withdrawn",
            [
                "t":
                    #"{"1.0.0": {}, "1.0.1": {"engines": {"node": ">=99"}}, "1.0.2": {"deprecated": "no"}, "1.0.3": {"engines": {"node": ">=18"}}, "latest": "1.0.0"}"#
            ],
            #""dependencies": {"t": "^1.0.0"}"#, steps: ["update t 1.0.0 → 1.0.3"]),
        Scenario(
            "what a peer does not allow is not locked",
            ["t": #"{"1.0.0": {}, "2.0.0": {}}"#, "p": #"{"1.0.0": {"peerDependencies": {"t": "^1.0.0"}}}"#],
            #""dependencies": {"p": "1.0.0", "t": "^1.0.0"}"#, steps: [],
            advisories: ["t": ["CVE-1": "<2.0.0"]], notes: ["cannot be locked: ERESOLVE"]),
        Scenario(
            "half of what there is, where no version is free of all",
            ["t": #"{"1.0.0": {}, "1.0.1": {}, "latest": "1.0.0"}"#],
            #""dependencies": {"t": "^1.0.0"}"#, steps: ["update t 1.0.0 → 1.0.1"],
            advisories: ["t": ["CVE-1": "<1.0.1", "CVE-2": ">=0"]],
            findings: [Bench.finding("t", "CVE-1"), Bench.finding("t", "CVE-2")]),
        Scenario(
            "each of two needs the other's old version",
            [
                "a":
                    #"{"1.0.0": {"dependencies": {"b": "1.0.0"}}, "1.0.1": {"dependencies": {"b": "1.0.0"}}, "latest": "1.0.0"}"#,
                "b":
                    #"{"1.0.0": {"dependencies": {"a": "1.0.0"}}, "1.0.1": {"dependencies": {"a": "1.0.0"}}, "latest": "1.0.0"}"#,
            ], #""dependencies": {"a": "1.0.0", "b": "1.0.0"}"#,
            steps: ["dependency a 1.0.0 → 1.0.1", "dependency b 1.0.0 → 1.0.1"],
            after:
                "\"dependencies\": {\"a\": \"1.0.1\", \"b\": \"1.0.1\"},\n  \"overrides\": {\n    \"a\": \"$a\",\n    \"b\": \"$b\"\n  }",
            advisories: ["a": ["CVE-1": "<1.0.1"], "b": ["CVE-2": "<1.0.1"]],
            findings: [Bench.finding("a", "CVE-1"), Bench.finding("b", "CVE-2")]),
    ]

    private static let odd = [
        Scenario(
            "bundled within another package",
            [
                "t": t,
                "p":
                    #"{"1.0.0": {"dependencies": {"t": "1.0.0"}, "bundleDependencies": ["t"], "bundled": {"t": "1.0.0"}}, "1.0.1": {"dependencies": {"t": "1.0.1"}, "bundleDependencies": ["t"], "bundled": {"t": "1.0.1"}}, "latest": "1.0.0"}"#,
            ], #""dependencies": {"p": "^1.0.0"}"#, steps: ["update p 1.0.0 → 1.0.1"],
            notes: ["t@1.0.0 came within p@1.0.0"]),
        Scenario(
            "bundled, and no version of the other helps",
            [
                "t": t,
                "p":
                    #"{"1.0.0": {"dependencies": {"t": "1.0.0"}, "bundleDependencies": ["t"], "bundled": {"t": "1.0.0"}}}"#,
            ],
            #""dependencies": {"p": "^1.0.0"}"#, steps: [], notes: ["t@1.0.0 came within p@1.0.0"]),
        Scenario(
            "only needed to develop", ["t": #"{"1.0.0": {}, "1.0.1": {}, "latest": "1.0.0"}"#],
            #""devDependencies": {"t": "^1.0.0"}"#, steps: [], notes: ["t is only needed to develop"]),
        Scenario(
            "of the package manager", ["t": t], #""dependencies": {}"#, steps: [],
            findings: [
                Bench.finding(
                    "t", "CVE-1", path: "usr/local/lib/node_modules/npm/node_modules/t/package.json")
            ],
            notes: ["packages of npm"]),
        Scenario(
            "no version is fixed", ["t": #"{"1.0.0": {}}"#], #""dependencies": {"t": "^1.0.0"}"#, steps: [],
            advisories: ["t": ["CVE-1": ">=0"]]),
    ]

    private func changing(_ name: String, _ after: String) -> Scenario {
        var scenario = self
        scenario.manifest = (name, after)
        return scenario
    }
}
