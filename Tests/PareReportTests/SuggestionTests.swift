// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import Testing

@testable import PareReport

@Suite struct SuggestionTests {
    static let nothing = Hardening(
        readOnlyRoot: false, needsTmp: false, dropsAllCapabilities: false, runsAsNonRoot: false, user: "")
    static let all = Hardening(
        readOnlyRoot: true, needsTmp: false, dropsAllCapabilities: true, runsAsNonRoot: true, user: "node",
        numbers: UserNumbers(user: 1000, group: 1001), port: 5200)
    static let some = Hardening(
        readOnlyRoot: true, needsTmp: true, dropsAllCapabilities: false, runsAsNonRoot: true, user: "app",
        port: 80,
        reasons: ["capabilities: GET / differs in status"])

    @Test(arguments: [("nothing", nothing), ("all", all), ("some", some)])
    func looksAsItDid(_ name: String, hardening: Hardening) throws {
        try expectGolden(
            kubernetesYAML(hardening, application: "demo-api"), at: "hardening/\(name).kubernetes.yaml")
        try expectGolden(
            composeYAML(hardening, application: "demo-api"), at: "hardening/\(name).compose.yaml")
    }

    /// Any name makes YAML that says what was tried.
    @Test(arguments: ["demo-api", "true", "1.0", "a: b", "\"'&*#\n\t"])
    func anyNameStaysText(name: String) throws {
        let pod = try JSONValue(yaml: kubernetesYAML(Self.some, application: name))
        let container = pod["containers"]?.elements?.first
        #expect(container?["name"] == .string(name))
        #expect(container?["securityContext"]?["readOnlyRootFilesystem"] == .bool(true))
        #expect(container?["securityContext"]?["allowPrivilegeEscalation"] == .bool(false))
        #expect(container?["securityContext"]?["capabilities"] == nil)
        #expect(container?["volumeMounts"]?.elements?.first?["mountPath"]?.text == "/tmp")
        #expect(pod["volumes"]?.elements?.first?["emptyDir"]?.members?.isEmpty == true)
        #expect(pod["securityContext"]?["runAsNonRoot"] == .bool(true))
        #expect(pod["securityContext"]?["sysctls"]?.elements?.first?["value"]?.text == "0")
        let compose = try JSONValue(yaml: composeYAML(Self.all, application: name))
        let service = compose["services"]?[name]
        #expect(service?["user"]?.text == "1000:1001" && service?["read_only"] == .bool(true))
        #expect(service?["cap_drop"]?.texts == ["ALL"] && service?["tmpfs"] == nil)
    }

    @Test func theReadmeHasBoth() throws {
        let proof = try decoded(FixProof.self, "books-fix/proof.json")
        #expect(!proofReadme(proof).contains("Kubernetes"))
        let readme = proofReadme(proof.with(Self.some))
        #expect(readme.contains(kubernetesYAML(Self.some, application: proof.application)))
        #expect(readme.contains(composeYAML(Self.some, application: proof.application)))
        #expect(readme.contains("Needed: capabilities: GET / differs in status."))
        let html = proofHTML(proof.with(Self.some))
        #expect(HTMLChecker(html).problems == [])
        #expect(
            html.contains("readOnlyRootFilesystem: true")
                && html.contains("needed: capabilities: GET / differs"))
        let json = try JSONValue(proofJSON(proof.with(Self.all)).utf8)
        #expect(
            json["hardening"]?["readOnlyRoot"] == .bool(true) && json["hardening"]?["uid"]?.integer == 1000)
        #expect(
            proofTable(proof.with(Self.all), style: .plain).contains(
                "HARDENING: it answers the same with a read-only root"))
    }

    @Test func whatIsToleratedIsTold() throws {
        let proof = try decoded(FixProof.self, "books-fix/proof.json")
        let question = Question(path: "/books")
        let rules = ["$.up", "$.list[0].id", "$.list[12].id", "$[x]", "$.list[1"].map {
            Tolerance(question: question, place: $0, kind: .number)
        }
        let comparison = proof.comparison.with(rules, memory: (100 << 20, 200 << 20))
        let text = "differed between two runs of the old image"
        #expect(
            comparison.toleratedLines == [
                "tolerated: GET /books $.up (number): \(text)",
                "tolerated: GET /books $.list[*].id (number) ×2: \(text)",
                "tolerated: GET /books $[x] (number): \(text)",
                "tolerated: GET /books $.list[1 (number): \(text)",
            ])
        let table = comparisonTable(comparison, style: .plain)
        for line in comparison.toleratedLines { #expect(table.contains(line)) }
        #expect(table.contains("it needs much more memory: 210 MB in place of 105 MB"))
        #expect(comparisonHTML(comparison, title: "x").contains("tolerated: GET /books $.up (number)"))
        let json = try JSONValue(comparisonJSON(comparison).utf8)
        #expect(json["tolerated"]?.elements?.count == 5)
        #expect(json["tolerated"]?.elements?.first?["place"]?.text == "$.up")
        #expect(json["after"]?["peakMemoryBytes"]?.integer == 200 << 20)
    }

    @Test(arguments: [
        (100, 149, false), (100, 150, true), (10, 30, false), (100, 90, false), (0, 90, false),
    ])
    func muchMoreMemoryIsSaid(before: Int, after: Int, isSaid: Bool) throws {
        let comparison = try decoded(FixProof.self, "books-fix/proof.json").comparison
            .with([], memory: (before << 20, after << 20))
        #expect((comparison.memoryRemark != nil) == isSaid)
    }
}

extension FixProof {
    fileprivate func with(_ hardening: Hardening) -> FixProof {
        FixProof(
            application: application, started: started, engine: engine, comparison: comparison,
            candidates: candidates, winner: winner, original: original, dockerfile: dockerfile, edits: edits,
            diagnostics: diagnostics, seconds: seconds, hardening: hardening)
    }
}

extension Comparison {
    fileprivate func with(_ rules: [Tolerance], memory: (Int, Int)) -> Comparison {
        func behaviour(_ memory: Int, _ rules: [Tolerance]) -> Behaviour {
            Behaviour(
                answers: [], startSeconds: 1, exitCode: 0, output: "", errors: "",
                peakMemory: ByteCount(memory),
                tolerances: rules)
        }
        return Comparison(
            before: before, after: after, behaviourBefore: behaviour(memory.0, rules),
            behaviourAfter: behaviour(memory.1, []), fixed: fixed, introduced: introduced,
            remaining: remaining,
            differences: [])
    }
}
