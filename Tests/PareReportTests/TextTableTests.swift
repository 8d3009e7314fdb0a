// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareReport

@Suite struct TextTableTests {
    private func plain(_ width: Int) -> TableStyle { TableStyle(width: width, isColoured: false) }

    @Test func alignsTextAndNumbers() {
        var table = TextTable([
            TextTable.Column(title: "name"), TextTable.Column(title: "size", isNumber: true),
            TextTable.Column(),
        ])
        table.add([Cell("a"), Cell("12"), Cell("x")])
        table.add(line: Cell("a line across"))
        table.add([Cell("longer"), Cell(count: 0)])
        table.add(line: .empty)
        table.add([Cell("a"), .empty, Cell("x"), Cell("one too many")])
        #expect(
            table.lines(plain(40)) == [
                "  name    size", "  a         12  x", "  a line across", "  longer     –", "",
                "  a             x",
            ])
    }

    @Test func columnsThatNeedMoreRoomAreLeftOutOrFallBelow() {
        var table = TextTable([
            TextTable.Column(title: "kept"), TextTable.Column(title: "gone", needs: 60),
            TextTable.Column(needs: 80, fallsBelow: true),
        ])
        table.add([Cell("a"), Cell("b"), Cell("a reason of some length that is told in full")])
        #expect(
            table.lines(plain(40)) == [
                "  kept", "  a", "      a reason of some length that is", "      told in full",
            ])
        #expect(table.lines(plain(60)).first == "  kept  gone")
        #expect(table.lines(plain(80)).count == 2)
    }

    @Test func widthsGiveWayListsFirst() {
        var table = TextTable([
            TextTable.Column(least: 4), TextTable.Column(least: 8), TextTable.Column(least: 6),
        ])
        table.add([
            Cell("0123456789"), Cell(list: ["CVE-1", "CVE-2", "CVE-3", "CVE-4"]), Cell("a text at the end"),
        ])
        #expect(table.lines(plain(60)) == ["  0123456789  CVE-1 CVE-2 CVE-3 CVE-4  a text at the end"])
        #expect(table.lines(plain(42)) == ["  0123456789  CVE-1 +3   a text at the end"])
        var narrow = TextTable([TextTable.Column(least: 4), TextTable.Column(least: 6)])
        narrow.add([Cell("a name of some length"), Cell("a text at the very end of it")])
        #expect(narrow.lines(plain(40)) == ["  a name of some length  a text at the …"])
    }

    @Test func nothingIsTooNarrow() {
        var table = TextTable((0..<4).map { _ in TextTable.Column(isNumber: true) })
        table.add((0..<4).map { _ in Cell(String(repeating: "7", count: 30)) })
        #expect(table.lines(plain(40)).allSatisfy { $0.columns == 40 })
    }

    @Test(arguments: [
        (20, "CVE-1 CVE-2 CVE-30"), (18, "CVE-1 CVE-2 CVE-30"), (17, "CVE-1 CVE-2 +1"),
        (14, "CVE-1 CVE-2 +1"),
        (13, "CVE-1 +2"), (8, "CVE-1 +2"), (7, "CVE… +2"),
    ])
    func listsShowWhatFits(_ width: Int, _ expected: String) {
        let fitted = Cell(list: ["CVE-1", "CVE-2", "CVE-30"]).fitted(width, plain(80))
        #expect(fitted.text == expected)
        #expect(fitted.columns == expected.columns)
    }

    @Test func pathsKeepTheirEnd() {
        #expect(Cell(path: "usr/lib/node_modules/tar").fitted(9, plain(80)).text == "…ules/tar")
        #expect(Cell("usr/lib/node_modules/tar").fitted(9, plain(80)).text == "usr/lib/…")
        #expect(Cell("字字字").fitted(5, plain(80)).text == "字字…")
        #expect(Cell("name", .bold, then: " ×3").fitted(6, plain(80)).text == "name …")
    }

    @Test func coloursEndWhereTheyBegan() {
        let style = TableStyle(width: 40, isColoured: true)
        #expect(Cell("no", .severity(.high)).fitted(9, style).text == "\u{1B}[31mno\u{1B}[0m")
        #expect(paragraph("no", style, .good) == ["  \u{1B}[32mno\u{1B}[0m"])
    }
}
