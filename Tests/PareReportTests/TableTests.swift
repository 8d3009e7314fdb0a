// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareReport

@Suite struct GoldenTests {
    @Test(arguments: cases(with: "report.json"))
    func report(_ name: String) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        let narrow = TableStyle(width: 60, isColoured: false)
        let text =
            scanTable(report, style: .plain, listsEveryFinding: false)
            + "\n==== every finding ====\n\n" + scanTable(report, style: .plain, listsEveryFinding: true)
            + "\n==== 60 columns ====\n\n" + scanTable(report, style: narrow, listsEveryFinding: false)
        try expectGolden(text, at: "\(name)/table.txt")
        try expectGolden(trivyJSON(report, listsAllPackages: true), at: "\(name)/trivy.json")
    }

    @Test(arguments: ["dismissed", "languages"])
    func documents(_ name: String) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        try expectGolden(openVEX(report), at: "\(name)/openvex.json")
        try expectGolden(cycloneDX(report), at: "\(name)/cyclonedx.json")
        try expectGolden(spdx(report), at: "\(name)/spdx.json")
    }

    @Test(arguments: cases(with: "proof.json"))
    func proof(_ name: String) throws {
        let proof = try decoded(FixProof.self, "\(name)/proof.json")
        let narrow = TableStyle(width: 50, isColoured: false)
        let text =
            proofTable(proof, style: .plain) + "\n==== 50 columns ====\n\n" + proofTable(proof, style: narrow)
        try expectGolden(text, at: "\(name)/proof.txt")
        let encoded = Data(json(proof).utf8)
        #expect(json(try JSONDecoder().decode(FixProof.self, from: encoded)) == json(proof))
    }
}

/// Every table of every fixture keeps to the terminal's width and lets nothing raw through.
@Suite struct WidthTests {
    private func check(_ draw: (TableStyle) -> String) {
        for width in Array(40...200) {
            let plain = draw(TableStyle(width: width, isColoured: false))
            let lines = plain.split(separator: "\n")
            let tooWide = lines.filter { $0.columns > width || $0.count > width }
            #expect(tooWide.isEmpty, "width \(width): \(tooWide.first ?? "")")
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") }, "width \(width)")
            #expect(rawControls(in: plain).isEmpty)
            let coloured = draw(TableStyle(width: width, isColoured: true))
            #expect(uncoloured(coloured) == plain, "width \(width)")
        }
    }

    @Test(arguments: cases(with: "report.json"), [false, true])
    func report(_ name: String, listsEveryFinding: Bool) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        check { scanTable(report, style: $0, listsEveryFinding: listsEveryFinding) }
    }

    @Test(arguments: cases(with: "proof.json"))
    func proof(_ name: String) throws {
        let proof = try decoded(FixProof.self, "\(name)/proof.json")
        check { proofTable(proof, style: $0) }
    }

    @Test func behaviours() {
        let hostile = "<b>\u{1B}[2J\u{202E}" + String(repeating: "long ", count: 60)
        let question = Question(path: "/" + String(repeating: "p", count: 300))
        let answer = Answer(question: question, status: 200, contentType: hostile, body: hostile)
        let output = "one\r\n" + hostile + "\n" + String(repeating: "字", count: 150)
        for (answers, code) in [([answer], nil), ([], 3)] as [([Answer], Int?)] {
            check { style in
                behaviourTable(
                    Behaviour(
                        answers: answers, startSeconds: 0.5, exitCode: code, output: output, errors: ""),
                    style: style)
            }
        }
    }
}
