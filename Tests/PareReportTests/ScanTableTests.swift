// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareReport
import Testing

@Suite struct ScanTableTests {
    /// A wide table names every finding at least once, though many share a row.
    @Test(arguments: cases(with: "report.json"))
    func nothingIsLostByGrouping(_ name: String) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        let style = TableStyle(width: 2_000, isColoured: false)
        let table = scanTable(report, style: style, listsEveryFinding: false)
        for finding in report.findings where !finding.id.isEmpty {
            let isThere = table.contains(finding.id) || !rawControls(in: finding.id).isEmpty
            #expect(isThere, "\(finding.id) is missing")
        }
    }

    @Test func aThousandFindingsBecomeAListThatCanBeRead() {
        let report = ScanReport.large(findings: 1_077)
        let table = scanTable(report, style: .plain, listsEveryFinding: false)
        #expect(table.split(separator: "\n").count < 220)
        #expect(table.hasSuffix("with a fix\n"), "the sum of it comes last, where it is seen")
        let all = scanTable(report, style: .plain, listsEveryFinding: true)
        #expect(all.split(separator: "\n").count > 1_077)
    }
}
