// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareReport

@Suite struct TextTableTests {
    private let style = TableStyle(width: 40, isColoured: false)

    @Test func alignsTextAndNumbers() {
        var table = TextTable([.text("name"), .number("size"), .text("")])
        table.add([Cell("a"), Cell("12"), Cell("x")])
        table.add([Cell("longer"), Cell("3")])
        table.add([])
        table.add([Cell("a"), Cell(""), Cell("x"), Cell("one too many")])
        #expect(
            table.lines(style) == [
                "  name    size", "  a         12  x", "  longer     3", "", "  a             x",
            ])
    }

    @Test func leavesOutColumnsByRank() {
        var table = TextTable([
            .text("kept", least: nil), .text("second", least: nil, dropRank: 1),
            .text("first", least: nil, dropRank: 2),
        ])
        let long = String(repeating: "x", count: 16)
        table.add([Cell(long), Cell(long), Cell(long)])
        #expect(table.lines(style).first == "  kept              second")
        #expect(table.lines(TableStyle(width: 54, isColoured: false)).first?.hasSuffix("first") == true)
    }

    @Test func cutsTheWidestFirst() {
        var table = TextTable([.text("a", least: 4), .text("b", least: 4)])
        table.add([Cell("0123456789"), Cell(String(repeating: "y", count: 60))])
        #expect(table.lines(style).last == "  0123456789  " + String(repeating: "y", count: 25) + "…")
    }

    @Test func cutsEvenNumbersAtLast() {
        var table = TextTable((0..<4).map { .number("\($0)") })
        table.add((0..<4).map { _ in Cell(String(repeating: "7", count: 30)) })
        #expect(table.lines(style).allSatisfy { $0.count == 40 })
        var endless = TextTable((0..<60).map { .number("\($0)", dropRank: $0 % 20 == 0 ? nil : $0) })
        endless.add((0..<60).map { Cell("\($0)") })
        #expect(endless.lines(style).allSatisfy { $0.count <= 40 })
    }

    @Test func withoutTitlesThereIsNoHeading() {
        var table = TextTable([.text(""), .text("")])
        #expect(table.lines(style).isEmpty)
        table.add([Cell("a"), Cell("b")])
        #expect(table.lines(style) == ["  a  b"])
    }

    @Test(arguments: [
        (20, "CVE-1 CVE-2 CVE-30"), (18, "CVE-1 CVE-2 CVE-30"), (17, "CVE-1 CVE-2 +1"),
        (14, "CVE-1 CVE-2 +1"),
        (13, "CVE-1 +2"), (8, "CVE-1 +2"), (7, "CVE-1…"), (6, "CVE-1…"), (5, "CVE-…"), (1, "…"),
    ])
    func lists(_ width: Int, _ expected: String) {
        #expect(Cell(list: ["CVE-1", "CVE-2", "CVE-30"]).fitted(width) == expected)
    }

    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("字字", 4, "字字"), ("字字字", 5, "字字…"), ("字字字", 4, "字…"),
        ("字字", 1, "…"), ("", 1, ""), ("👩‍👩‍👧 x", 2, "…"),
    ])
    func cuts(_ text: String, _ width: Int, _ expected: String) {
        #expect(text.cut(to: width) == expected)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\u{1B}[31mb", "a\\u{1B}[31mb"), ("a\u{202E}b", "a\\u{202E}b"),
        ("\r\n", "\\u{D}\\u{A}"),
        ("tab\t", "tab\\u{9}"), ("\u{9B}m", "\\u{9B}m"), ("é字👍", "é字👍"),
        ("\u{200B}\u{FEFF}", "\\u{200B}\\u{FEFF}"),
        ("<script>", "<script>"), ("\u{E0041}", "\\u{E0041}"),
    ])
    func visible(_ text: String, _ expected: String) { #expect(text.visible == expected) }

    @Test func wraps() {
        let words = "one two three four five six seven eight nine ten"
        #expect(
            wrapped(words, indent: 2, style) == [
                "  one two three four five six seven", "    eight nine ten",
            ])
        #expect(wrapped("", indent: 2, style).isEmpty)
        let long = wrapped("at " + String(repeating: "x", count: 100), indent: 4, style)
        #expect(long.map(\.count) == [6, 40, 40, 38])
        let red = wrapped("no", indent: 2, TableStyle(width: 40, isColoured: true), .severity(.high))
        #expect(red == ["  \u{1B}[31mno\u{1B}[0m"])
    }

    private static let digits = String(repeating: "0123456789abcdef", count: 4)

    @Test(arguments: [
        ("", ""), ("/bin/sh -c #(nop)  CMD [\"node\"]", "CMD [\"node\"]"),
        (
            "/bin/sh -c apt-get update &&     apt-get install -y git",
            "RUN apt-get update && apt-get install -y git"
        ),
        ("RUN /bin/sh -c npm install # buildkit", "RUN npm install"), ("COPY . . # buildkit", "COPY . ."),
        ("RUN |2 A=1 B=x /bin/sh -c make # buildkit", "RUN make"), ("|1 A=1 /bin/sh -c make", "RUN make"),
        ("/bin/sh -c #(nop) COPY file:\(digits) in /app ", "COPY file:0123456789ab… in /app"),
        ("/bin/sh -c #(nop)", ""), ("/bin/sh -c", "RUN "), ("buildkit", "buildkit"), ("# buildkit", ""),
        ("RUN", "RUN "), ("#(nop) x", "#(nop) x"), ("ENV X=\(digits)", "ENV X=\(digits)"),
        ("bazel build ...", "bazel build ..."),
    ])
    func instructions(_ history: String, _ expected: String) {
        #expect(instruction(ofHistory: history) == expected)
    }
}
