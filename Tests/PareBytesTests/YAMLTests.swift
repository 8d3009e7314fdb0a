// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import PareBytes

@Suite struct YAMLTests {
    /// Texts, each with the JSON that it means.
    static let fine: [(String, String)] = [
        ("", "null"), ("# only a comment\n", "null"), ("---\n", "null"), ("a", #""a""#),
        ("a b  # c", #""a b""#),
        ("a: 1", #"{"a":1}"#), ("a:\n", #"{"a":null}"#), ("a: ~", #"{"a":null}"#),
        ("a: -1.5e3", #"{"a":-1.5e3}"#),
        ("a: true\nb: False\nc: yes", #"{"a":true,"b":false,"c":"yes"}"#),
        ("version: 3.0.3", #"{"version":"3.0.3"}"#), ("zip: 0123", #"{"zip":"0123"}"#),
        ("a:\n  b:\n    c: d\n  e: f\ng: h", #"{"a":{"b":{"c":"d"},"e":"f"},"g":"h"}"#),
        ("a:\n- 1\n- 2\nb: 3", #"{"a":[1,2],"b":3}"#),
        ("a:\n  - 1\n  -\n  - b: c\n    d: e\n", #"{"a":[1,null,{"b":"c","d":"e"}]}"#),
        ("- - 1\n  - 2\n- 3", "[[1,2],3]"), ("-   a: 1\n    b: 2", #"[{"a":1,"b":2}]"#),
        ("a: [1, 'two', \"three\", {b: c, d: }]", #"{"a":[1,"two","three",{"b":"c","d":null}]}"#),
        ("a: {\n  b: [1,\n 2], # note\n  \"c d\": e\n}\nf: g", #"{"a":{"b":[1,2],"c d":"e"},"f":"g"}"#),
        ("a: []\nb: {}", #"{"a":[],"b":{}}"#), (#"{"a": {"b": [1, 2]}}"#, #"{"a":{"b":[1,2]}}"#),
        ("'a''b': \"c\\n\\u00e9\\\"\"", #"{"a'b":"c\né\""}"#),
        ("/books/{id}:\n  get: x", #"{"/books/{id}":{"get":"x"}}"#),
        ("\"200\":\n  a: b", #"{"200":{"a":"b"}}"#),
        ("a: http://example.org/x#y", #"{"a":"http://example.org/x#y"}"#),
        ("a: one\n  two\n  three\nb: c", #"{"a":"one two three","b":"c"}"#),
        ("a: 'one\n  two'", #"{"a":"one two"}"#),
        ("a: |\n  one\n   two\n\n  three\nb: c", #"{"a":"one\n two\n\nthree\n","b":"c"}"#),
        ("a: |-\n  one\n\nb: c", #"{"a":"one","b":"c"}"#),
        ("a: >\n  one\n  two\n\n  three\n", #"{"a":"one two\nthree\n"}"#),
        ("a: |+\n  one\n\nb: c", #"{"a":"one\n\n","b":"c"}"#), ("- |\n one\n- two", #"["one\n","two"]"#),
        ("%YAML 1.2\n---\na: b\n...\nnot: read", #"{"a":"b"}"#), ("a: b\n---\nc: d", #"{"a":"b"}"#),
        ("a: b\r\nc:\r\n  - d\r\n", #"{"a":"b","c":["d"]}"#), ("\u{FEFF}a: b", #"{"a":"b"}"#),
        ("a: -b\nc: ?d\ne: x:y", #"{"a":"-b","c":"?d","e":"x:y"}"#),
        ("description: |\n\n  a: b\n  # c\nx: y", #"{"description":"\na: b\n# c\n","x":"y"}"#),
        (#"a: "\ud83d\ude00""#, #"{"a":"😀"}"#), ("a: 'x' # y", #"{"a":"x"}"#),
    ]

    @Test(arguments: fine)
    func reads(text: String, json: String) throws {
        #expect(try JSONValue(yaml: text) == JSONValue(json.utf8))
    }

    /// Texts that are refused, with the line that is named.
    @Test(arguments: [
        ("a: b: c", 1), ("a: &x 1", 1), ("b: 1\na: *x", 2), ("a: !!str 1", 1), ("a:\n\t- b", 2),
        ("a: [1, 2", 1), ("a: {b", 1),
        ("a: \"b", 1), ("a: 'b\n\n", 1), ("a: 1\na: 2", 2), ("a: 1\n   b: 2", 2), ("- a\n   - b: c", 2),
        ("a:\n  b: 1\n c: 2", 3),
        ("a: 1\nb", 2), ("a: [1] 2", 1), ("a: \"b\" c", 1), ("a: @b", 1), ("a: \"\\q\"", 1),
        ("a: \"\\u12\"", 1), ("--- a", 1),
        ("a: |x\n b", 1), ("a: [,]", 1), ("<<: *x", 1), ("? a", 1),
    ])
    func refuses(text: String, line: Int) {
        let error = #expect(throws: YAMLError.self) { try JSONValue(yaml: text) }
        #expect(error?.line == line, "\(error?.reason ?? "")")
        #expect(error?.reason.isEmpty == false)
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
        String(repeating: "- ", count: 100_000),
        (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        String(repeating: "\"", count: 100_001), String(repeating: "'a\n", count: 50_000),
        String(repeating: "a: |\n", count: 2), String(repeating: "?", count: 1_000) + ": ",
    ])
    func deepAndHugeTextsAreSurvived(text: String) { _ = try? JSONValue(yaml: text) }

    /// Every prefix of a valid text is read or refused.
    @Test func prefixes() {
        for (text, _) in Self.fine {
            let bytes = Array(text.utf8)
            for count in bytes.indices {
                _ = try? JSONValue(yaml: String(decoding: bytes.prefix(count), as: UTF8.self))
            }
        }
    }

    /// Python's reader of YAML says the same of every text.
    @Test(.enabled(if: YAMLTests.hasPython, "needs python3 with yaml"))
    func anotherReaderAgrees() throws {
        let texts = Self.fine.map(\.0)
        // YAML 1.1, which that reader keeps to, has some words be other things, and has no surrogate pairs.
        let others: Set<String> = [
            "a: true\nb: False\nc: yes", "zip: 0123", #"a: "\ud83d\ude00""#, "a: -1.5e3",
        ]
        for text in texts where !others.contains(text) {
            let own = try JSONValue(yaml: text)
            let theirs = try Self.python(text)
            #expect(theirs == own, "\(text)")
        }
    }

    static let hasPython = (try? python("a: 1")) == .object([.init(name: "a", value: .number("1"))])

    private static func python(_ text: String) throws -> JSONValue {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script =
            "import sys, json, yaml; print(json.dumps(next(iter(yaml.safe_load_all(sys.stdin.buffer.read())), None)))"
        process.arguments = ["python3", "-c", script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONValue(Array(data))
    }
}
