// SPDX-License-Identifier: Apache-2.0

import PareBytes
import PareModel
import Testing

@testable import PareDockerfile

/// Tables as files: what is read, and what is refused.
@Suite struct ReleaseTableTests {
    private static func table(_ row: String) throws(ReleaseTableError) -> ReleaseTable {
        try ReleaseTable(Array(text([row]).utf8), name: "t.json")
    }

    private static func text(_ rows: [String]) -> String {
        #"{"schema": 1, "date": "2026-11-26", "lines": ["# + rows.joined(separator: ", ") + "]}"
    }

    private static let row =
        #"{"product": "node", "line": "20", "sources": ["https://nodejs.org/"], "newest": "20.20.2"}"#

    @Test func readsWhatIsThere() throws {
        let table = try Self.table(
            """
            {"product": "debian", "line": "12", "codename": "bookworm", "released": "2023-06-10",
             "securityEnd": "2026-07-11", "end": "2028-06-30", "newest": "12.15", "newestDate": "2026-07-11",
             "sources": ["https://a.b/c", "https://d.e"], "more": [1]}
            """)
        let line = try #require(table.lines.first)
        #expect(
            line.codename == "bookworm" && line.released == Day(2023, 6, 10) && line.longTermSupport == nil)
        #expect(
            line.securityEnd == Day(2026, 7, 11) && line.end == Day(2028, 6, 30) && line.newest == "12.15")
        #expect(line.newestDate == Day(2026, 7, 11) && line.sources == ["https://a.b/c", "https://d.e"])
        #expect(table.date == Day(2026, 11, 26) && "\(line)" == "Debian 12 (bookworm)")
    }

    /// Every text that a table is cut off to is refused, with a place.
    @Test func refusesEveryPrefix() throws {
        let whole = Array(Self.text([Self.row]).utf8)
        #expect(throws: Never.self) { try ReleaseTable(whole, name: "t.json") }
        for count in 0..<whole.count {
            #expect(throws: ReleaseTableError.notJSON(table: "t.json", offset: count), "\(count)") {
                try ReleaseTable(Array(whole[..<count]), name: "t.json")
            }
        }
    }

    @Test(arguments: [
        ("[]", "schema"), ("null", "schema"), ("{}", "schema"), (#"{"schema": "1"}"#, "schema"),
        (#"{"schema": 2, "date": "2026-11-26", "lines": [{}]}"#, "schema 2"),
        (#"{"schema": 1, "lines": [{}]}"#, "'date' is not a day"),
        (#"{"schema": 1, "date": "2026-02-30", "lines": [{}]}"#, "'date' is not a day"),
        (#"{"schema": 1, "date": "2026-11-26"}"#, "no lines"),
        (#"{"schema": 1, "date": "2026-11-26", "lines": {}}"#, "no lines"),
        (#"{"schema": 1, "date": "2026-11-26", "lines": []}"#, "no lines"),
        (#"{"schema": 1, "date": "2026-11-26", "lines": [1]}"#, "line 1: it is not an object"),
    ])
    func refusesOtherHeads(_ text: String, _ says: String) {
        let error = #expect(throws: ReleaseTableError.self) {
            try ReleaseTable(Array(text.utf8), name: "t.json")
        }
        #expect(
            error?.problem.contains(says) == true && error?.problem.contains("'t.json'") == true, "\(text)")
        #expect(error?.hint != nil)
    }

    /// A member of a row in place of a right one, or none, and what is said of it.
    @Test(arguments: [
        ("product", nil, "'product' is missing"), ("product", "7", "'product' is not a word"),
        ("product", #""""#, "'product' is not a word"), ("product", #""a b""#, "'product' is not a word"),
        ("line", nil, "'line' is missing"), ("line", "20", "'line' is not a word"),
        ("line", #""20.""#, "is not numbers"), ("line", #""v20""#, "is not numbers"),
        ("line", #""99999999999999999999""#, "is not numbers"), ("line", #""18""#, "not of the line '18'"),
        ("codename", #""iron\nRUN x""#, "'codename' is not a word"),
        ("codename", "null", "'codename' is not a word"),
        ("newest", #""21.1.0""#, "not of the line '20'"),
        ("newest", #""20.1 AS x""#, "'newest' is not a word"),
        ("released", #""2026-13-01""#, "'released' is not a day"),
        ("released", "20260101", "'released' is not a day"),
        ("lts", "true", "'lts' is not a day"), ("end", #""soon""#, "'end' is not a day"),
        ("newestDate", "[]", "'newestDate' is not a day"), ("sources", nil, "'sources' is not a list"),
        ("sources", "[]", "'sources' is not a list"),
        ("sources", #"["http://a.b"]"#, "'sources' is not a list"),
        ("sources", #"["https://a.b", 1]"#, "'sources' is not a list"),
    ])
    func refusesWrongMembers(_ name: String, _ value: String?, _ says: String) {
        var members = [
            "product": #""node""#, "line": #""20""#, "sources": #"["https://nodejs.org/"]"#,
            "newest": #""20.20.2""#,
        ]
        members[name] = value
        let row = members.map { "\"\($0.key)\": \($0.value)" }.sorted().joined(separator: ", ")
        let error = #expect(throws: ReleaseTableError.self) { try Self.table("{\(row)}") }
        #expect(error?.problem.contains(says) == true && error?.problem.contains("line 1") == true, "\(row)")
    }

    @Test(arguments: [
        (#""released": "2024-01-02", "end": "2024-01-01""#, "not in order"),
        (#""lts": "2024-01-02", "released": "2024-01-03""#, "not in order"),
        (#""end": "2024-01-01", "securityEnd": "2024-01-02""#, "not in order"),
        (#""released": "2024-01-02", "newest": "20.1", "newestDate": "2024-01-01""#, "not in order"),
        (#""newestDate": "2024-01-01""#, "without 'newest'"),
    ])
    func refusesDaysOutOfOrder(_ members: String, _ says: String) {
        let row = #"{"product": "node", "line": "20", "sources": ["https://nodejs.org/"], "# + members + "}"
        let error = #expect(throws: ReleaseTableError.self) { try Self.table(row) }
        #expect(error?.problem.contains(says) == true, "\(error?.problem ?? "")")
    }

    @Test func refusesLinesTwiceAndBackwards() {
        let older = Self.row.replacing("20", with: "18")
        for rows in [[Self.row, Self.row], [Self.row, older]] {
            let error = #expect(throws: ReleaseTableError.self) {
                try ReleaseTable(Array(Self.text(rows).utf8), name: "t.json")
            }
            #expect(error?.problem.contains("line 2") == true)
        }
    }

    @Test func refusesTooMany() {
        let rows = (1...10_001).map {
            Self.row.replacing("20", with: "\($0)").replacing(".\($0).2", with: ".2")
        }
        let error = #expect(throws: ReleaseTableError.self) {
            try ReleaseTable(Array(Self.text(rows).utf8), name: "t.json")
        }
        #expect(error?.problem.contains("over 10000 lines") == true)
    }
}
