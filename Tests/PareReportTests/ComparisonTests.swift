// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import Testing

@testable import PareReport

@Suite struct ComparisonTests {
    private var proof: FixProof { get throws { try decoded(FixProof.self, "books-fix/proof.json") } }

    @Test(arguments: cases(with: "proof.json"))
    func looksAsItDid(_ name: String) throws {
        let proof = try decoded(FixProof.self, "\(name)/proof.json")
        try expectGolden(proofJSON(proof), at: "\(name)/proof-out.json")
    }

    @Test func candidatesStandAlone() throws {
        let style = TableStyle(width: 72, isColoured: false)
        let rows = candidateRows(try proof.candidates, style)
        try expectGolden(rows.joined(separator: "\n") + "\n", at: "books-fix/candidates.txt")
    }

    @Test func theVerdictIsTheLastLine() throws {
        let proof = try proof
        let table = comparisonTable(proof.comparison, style: .plain)
        #expect(
            table.hasSuffix(
                "\n86 % smaller; 17 of 21 open findings gone; 1 dismissed with reasons; 1 new one;"
                    + " same answers to 3 of 3 questions\n"))
    }

    @Test func differencesAreTold() throws {
        let proof = try proof
        let difference = Comparison.Difference(
            subject: "GET /", aspect: "status", before: "200", after: "500")
        let table = comparisonTable(proof.comparison.with([difference]), style: .plain)
        #expect(table.contains("answers: 2 of 3 equal"))
        #expect(table.contains("GET /    status  200     500"))
        #expect(table.contains("same answers only to 2 of 3 questions"))
    }

    @Test func imagesThatWereNotStartedHaveNoAnswers() throws {
        let proof = try proof
        let comparison = proof.comparison.with(nil)
        #expect(!comparisonTable(comparison, style: .plain).contains("answers"))
        let json = try JSONValue(comparisonJSON(comparison).utf8)
        #expect(json["answers"] == nil)
        #expect(json["differences"] == nil)
    }

    @Test func nothingLeftIsSaid() {
        let comparison = Comparison(
            before: .large(findings: 10), after: .sample(), behaviourBefore: .command(exitCode: 0),
            behaviourAfter: .command(exitCode: 0),
            fixed: ScanReport.large(findings: 10).open.map { .init(finding: $0, cause: .packageRemoved) },
            introduced: [],
            remaining: [], differences: [])
        let table = comparisonTable(comparison, style: .plain)
        #expect(table.contains("nothing is open in the 0 packages that are left"))
        #expect(table.contains("output and exit code: equal"))
        #expect(table.hasSuffix("10 of 10 open findings gone; same output\n"))
    }

    /// What readers of the JSON rely on.
    @Test func theSchemaIsThere() throws {
        let proof = try proof
        let json = try JSONValue(proofJSON(proof).utf8)
        #expect(json["schemaVersion"]?.integer == FixProof.currentSchema)
        #expect(json["kind"]?.text == "proof")
        #expect(
            json["candidates"]?.elements?.compactMap { $0["verdict"]?.text } == [
                "lost", "won", "failed", "unavailable",
            ])
        let comparison = try #require(json["comparison"])
        #expect(comparison["fixed"]?.elements?.count == proof.comparison.fixed.count)
        #expect(comparison["fixed"]?.elements?.allSatisfy { $0["cause"]?["kind"]?.text != nil } == true)
        #expect(comparison["remaining"]?.elements?.allSatisfy { $0["reason"]?.text != nil } == true)
        #expect(comparison["answers"]?["equal"]?.integer == 3)
        let alone = try JSONValue(comparisonJSON(proof.comparison).utf8)
        #expect(alone["kind"]?.text == "comparison")
        #expect(alone["before"] == comparison["before"])
    }

    @Test func hostileNamesStayJSON() throws {
        let text = comparisonJSON(try .hostile())
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
        #expect(!text.contains("<script>"))
        #expect(!text.contains("\u{1B}"))
    }
}

extension Behaviour {
    static func command(exitCode: Int?) -> Behaviour {
        Behaviour(
            answers: [], startSeconds: .nan, exitCode: exitCode,
            output: "a\u{1B}[31m\n" + String(repeating: "b ", count: 300),
            errors: "")
    }
}

extension Comparison {
    /// Everything in it comes from an image that nobody vouches for.
    static func hostile() throws -> Comparison {
        let report = try decoded(ScanReport.self, "hostile/report.json")
        let evil = "<script>alert(1)</script>\u{1B}]0;x\u{7}\u{202E}\"'&"
        let answer = Answer(
            question: Question(path: evil), status: -1, contentType: evil, body: evil, isCut: true)
        let behaviour = Behaviour(
            answers: [answer], startSeconds: .infinity, exitCode: nil, output: evil, errors: evil)
        return Comparison(
            before: report, after: report, behaviourBefore: behaviour, behaviourAfter: behaviour,
            fixed: report.open.map { Removed(finding: $0, cause: .versionChanged(to: [evil])) },
            introduced: report.open,
            remaining: report.open,
            differences: [
                Difference(
                    subject: evil, aspect: evil, before: evil, after: String(repeating: evil, count: 50))
            ])
    }

    func with(_ differences: [Difference]?) -> Comparison {
        Comparison(
            before: before, after: after, behaviourBefore: behaviourBefore, behaviourAfter: behaviourAfter,
            fixed: fixed,
            introduced: introduced, remaining: remaining, differences: differences)
    }
}
