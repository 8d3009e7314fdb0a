// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PareBytes

@Suite struct JSONValueTests {
    private static let valid: [(String, JSONValue)] = [
        ("null", .null),
        (" true ", .bool(true)),
        ("\t\r\nfalse", .bool(false)),
        ("-0", .number("-0")),
        ("12.50e+3", .number("12.50e+3")),
        (#""""#, .string("")),
        (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")),
        (#""\u00e9\u4e2d\ud83d\ude00""#, .string("é中😀")),
        // Lone surrogates become the replacement character, as in Go.
        (#""\ud83dx""#, .string("\u{FFFD}x")),
        (#""\ude00\ud83d\u0041""#, .string("\u{FFFD}\u{FFFD}A")),
        ("[]", .array([])),
        ("[1, [2]]", .array([.number("1"), .array([.number("2")])])),
        ("{ }", .object([])),
    ]

    @Test(arguments: valid)
    func reads(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONValue(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "tru", "+1", "01", "1.", ".5", "1e", "-", "\"", "\"\\x\"", "\"\\u12\"",
        "\"\n\"", "[",
        "[1,]", "[1 2]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "'a'", "\u{FEFF}{}", "1 2",
        "// x",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(Array(text.utf8)) }
    }

    @Test func readsFirstValueOnlyWhenAsked() throws {
        #expect(try JSONValue(Array("1 garbage".utf8), allowsTrailing: true) == .number("1"))
        #expect(throws: JSONValue.Malformed(offset: 2)) { try JSONValue(Array("1 garbage".utf8)) }
    }

    @Test func keepsOrderAndDuplicates() throws {
        let value = try JSONValue(Array(#"{"b": 1, "a": 2, "b": "x"}"#.utf8))
        #expect(value.members?.map(\.name) == ["b", "a", "b"])
        #expect(value["b"]?.text == "x")
        #expect(value["a"]?.integer == 2)
        #expect(value["c"] == nil)
    }

    @Test func replacesBrokenUTF8() throws {
        let value = try JSONValue([0x22, 0x61, 0xFF, 0x62, 0x22])
        #expect(value == .string("a\u{FFFD}b"))
        let escaped = try JSONValue([0x22, 0x5C, 0x6E, 0xC3, 0x22])
        #expect(escaped == .string("\n\u{FFFD}"))
    }

    @Test func survivesDeepNesting() throws {
        let deep = [UInt8](repeating: 0x5B, count: 100_000)
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(deep) }
        let bearable = [UInt8](repeating: 0x5B, count: 150) + [UInt8](repeating: 0x5D, count: 150)
        #expect(throws: Never.self) { try JSONValue(bearable) }
    }

    @Test func everyPrefixThrows() {
        let text = Array(#"{"a": [1.5e3, "x\u00e9\ud83d\ude00", null, true], "b": {"c": false}}"#.utf8)
        for count in 0..<text.count {
            #expect(throws: JSONValue.Malformed.self) { try JSONValue(text[..<count]) }
        }
    }

    @Test func convertsNumbersThatFit() throws {
        #expect(try JSONValue(Array("9223372036854775807".utf8)).integer == .max)
        #expect(try JSONValue(Array("9223372036854775808".utf8)).integer == nil)
        #expect(try JSONValue(Array("1e2".utf8)).integer == nil)
        #expect(try JSONValue(Array("1e2".utf8)).double == 100)
        #expect(try JSONValue(Array(#"["a", 1, "b"]"#.utf8)).texts == ["a", "b"])
    }
}
