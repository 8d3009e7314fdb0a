// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareReport
import Testing

@Suite struct ScanTableTests {
    @Test(arguments: Fixture.all(with: "report.json"))
    func looksAsItDid(_ fixture: Fixture) throws {
        let report = try fixture.value("report.json", as: ScanReport.self)
        try fixture.expect(scanTable(report, style: .plain(120), listsEveryFinding: false), is: "table.txt")
        try fixture.expect(
            scanTable(report, style: .plain(120), listsEveryFinding: true), is: "table-all.txt")
        try fixture.expect(scanTable(report, style: .plain(40), listsEveryFinding: false), is: "table-40.txt")
    }

    @Test(arguments: Fixture.all(with: "report.json"))
    func keepsWithinTheTerminal(_ fixture: Fixture) throws {
        let report = try fixture.value("report.json", as: ScanReport.self)
        for width in stride(from: 40, through: 220, by: 3) {
            for listsEveryFinding in [false, true] {
                let table = scanTable(report, style: .plain(width), listsEveryFinding: listsEveryFinding)
                #expect(table.isSafe)
                for line in table.split(separator: "\n") where line.terminalColumns > width {
                    Issue.record("\(line.terminalColumns) columns in a terminal of \(width): \(line)")
                }
            }
        }
    }

    @Test func colourChangesNothingButColour() throws {
        for fixture in Fixture.all(with: "report.json") {
            let report = try fixture.value("report.json", as: ScanReport.self)
            let plain = scanTable(report, style: .plain(100), listsEveryFinding: false)
            let style = TableStyle(width: 100, isColoured: true)
            let coloured = scanTable(report, style: style, listsEveryFinding: false)
            #expect(coloured != plain)
            #expect(coloured.withoutColour == plain)
        }
    }

    @Test func aFindingIsCountedOnceAtLeast() throws {
        let fixture = try #require(Fixture.all(with: "report.json").first { $0.name == "debian-node" })
        let report = try fixture.value("report.json", as: ScanReport.self)
        let table = scanTable(report, style: .plain(240), listsEveryFinding: false)
        for finding in report.findings { #expect(table.contains(finding.id), "\(finding.id) is missing") }
    }

    @Test func aThousandFindingsBecomeAListThatCanBeRead() {
        let report = ScanReport.large(findings: 1_077)
        let table = scanTable(report, style: .plain(120), listsEveryFinding: false)
        #expect(table.split(separator: "\n").count < 220)
        #expect(table.hasSuffix("with a fix\n"), "the sum of it comes last, where it is seen")
        let all = scanTable(report, style: .plain(120), listsEveryFinding: true)
        #expect(all.split(separator: "\n").count > 1_077)
    }
}
