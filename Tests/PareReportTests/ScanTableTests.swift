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

    @Test(arguments: [Int.min, -1, 1, 99, Int.max])
    func packagesOfLayersThatAreNotThere(_ layer: Int) {
        let finding = Finding.sample(.sample(layer: layer))
        let facts = LayerFacts(
            digest: nil, diffID: nil, size: ByteCount(1), compressedSize: nil, createdBy: "a", isBase: false)
        let report = ScanReport.sample([finding], layers: [facts])
        #expect(scanTable(report, style: .plain, listsEveryFinding: true).contains("zlib1g"))
        #expect(trivyJSON(report, listsAllPackages: true).contains("zlib1g"))
        let comparison = Comparison(
            before: report, after: report, behaviourBefore: nil, behaviourAfter: nil,
            fixed: [.init(finding: finding, cause: .packageRemoved)], introduced: [finding],
            remaining: [finding],
            differences: nil)
        #expect(comparisonHTML(comparison, title: "").contains("zlib1g"))
        #expect(comparisonJSON(comparison).contains("zlib1g"))
        #expect(comparisonTable(comparison, style: .plain).contains("zlib1g"))
    }
}
