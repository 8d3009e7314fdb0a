// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Testing

@Suite struct TOMLTests {
    /// Texts that Python's `tomllib` reads as well; see ``agreesWithPython()``.
    static let good: [String] = [
        "", "\u{FEFF}a = 1", "# only a comment", "a = 1", "a=1\r\nb = 2 # two\n", "\t a\t=\t'b'",
        "a.b.c = 1\na.b.d = 2", "\"a.b\".'c d' = 1", "\"\" = 1", "1.2 = 3", "a-b_C9 = true",
        "[a]\nb = false\n[a.c]\n[d]", "[a.b.c]\nx=1\n[a]\ny=2\n[a.b]\nz = 3", "[ a . 'b' ]\nc = 1",
        "[[a]]\nb=1\n[[a]]\n[a.c]\nd=1\n[[a.e]]\n[[a.e]]\nf=2", "[[a]]", "[a]\nb.c = 1\nb.d = 2",
        "a = []", "a = [1, 2,]", "a = [ # one\n  1, # two\n\n 2\n]", "a = [[1], ['x', {b = 2}]]",
        "a = {}", "a = { b = 1, c.d = 2, c.e = 3 }", "a = {b = [\n1\n]}",
        #"a = "\b\t\n\f\r\"\\\u00e9\U0001F600""#, #"a = 'C:\x'"#, "a = \"\"\"\nx\ny\"\"\"",
        "a = \"\"\"x \\\n   \n  y\"\"\"", "a = \"\"\"\"x\"\"\"\"\"", "a = '''\r\nx\\\n''y'''", "a = ''''''",
        "a = +1", "a = -0", "a = 1_000", "a = 0xdead_BEEF", "a = 0o17", "a = 0b101",
        "a = 9223372036854775807",
        "a = -9223372036854775808", "a = 1.5", "a = -1.5e3", "a = 1e+3", "a = 6.02_2E-2_3", "a = 0.0",
        "a = 0e0",
        "a = 'ü'", "ab = '\t'", "a = ''\n\n\n[b]\n", "a = 'x'#c",
    ]

    static let bad: [String] = [
        "a", "a =", "a = ]", "= 1", "a b = 1", "a = 1 b = 2", "a = 1\na = 2", "a = 1\n[a]", "[a]\n[a]", "[a",
        "[[a]", "[a]]", "[]", "[a.]", "[a]b=1", "a.b = 1\na = 2", "a = 1\na.b = 2", "[a]\nb=1\n[[a]]",
        "[[a]]\n[a]", "a = []\n[[a]]", "a = {}\n[a.b]", "a = {b = 1}\na.c = 2", "a.b = 1\n[a]",
        "[a.b]\n[a]\nb.c = 1",
        "a = {b = 1,}", "a = {b = 1\n}", "a = {b = 1, b = 2}", "a = [1 2]", "a = [1,,2]", "a = [", "a = {",
        "a = \"x", "a = 'x", "a = \"x\ny\"", "a = \"\"\"x", "a = '''x\"\"\"", #"a = "\x""#, #"a = "\u12""#,
        #"a = "\ud800""#, #"a = "\U00110000""#, "a = 'x\u{1}'", "# \u{1}", "a = 1\rb = 2",
        "a = \"\"\"\\ x\"\"\"",
        "a = 01", "a = 1__0", "a = _1", "a = 1_", "a = 0x", "a = 0x-1", "a = +0x1", "a = 1.", "a = .5",
        "a = 1.e5", "a = 1e", "a = 01.5",
        "a = TRUE", "a = yes", "a = 1979-05", "a = 1979-05-27T",
        "\"\"\"a\"\"\" = 1", "ü = 1",
        "a = \"\"\"x\"\"\"\"\"\"",
    ]

    @Test(arguments: good) func isRead(_ text: String) throws { _ = try JSONValue(toml: text) }

    @Test(arguments: bad) func isRefused(_ text: String) {
        #expect(throws: TOMLError.self) { try JSONValue(toml: text) }
    }

    /// What is read is what another reader reads, and what is refused is refused there, too.
    @Test func agreesWithPython() throws {
        let script = """
            import json, sys, tomllib
            def read(text):
                try: return tomllib.loads(text.removeprefix(chr(0xFEFF)))
                except tomllib.TOMLDecodeError: return "refused"
            json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
            """
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let texts = Self.good + Self.bad
        try input.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: texts))
        try input.fileHandleForWriting.close()
        let answer = try JSONSerialization.jsonObject(with: output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        let theirs = try #require(answer as? [Any])
        try #require(theirs.count == texts.count)
        for (text, value) in zip(texts, theirs) {
            let ours = try? JSONSerialization.jsonObject(with: Data(JSONValue(toml: text).indented.utf8))
            #expect((ours ?? "refused") as? NSObject == value as? NSObject, "\(text)")
        }
    }

    @Test func datesAndWhatJSONHasNotAreTexts() throws {
        let text = """
            a = 1979-05-27T07:32:00.5-08:00
            b = 1979-05-27 07:32:00Z
            c = 1979-05-27
            d = 07:32:00
            e = [inf, -nan]
            """
        let value = try JSONValue(toml: text)
        #expect(
            ["a", "b", "c", "d"].map { value[$0]?.text } == [
                "1979-05-27T07:32:00.5-08:00", "1979-05-27 07:32:00Z", "1979-05-27", "07:32:00",
            ])
        #expect(value["e"]?.texts == ["inf", "-nan"])
    }

    @Test(arguments: [
        ("[a]\nb = 1\nb = 2", 3, "'b' is there twice"),
        ("a = 1\nb = \"x\nc = 2", 2, "a quote is not closed"),
        ("a = \"\"\"\n\n\\x\"\"\"", 3, "a '\\' is followed by nothing that it can be"),
    ])
    func errorsNameTheLine(_ text: String, _ line: Int, _ reason: String) {
        let error = #expect(throws: TOMLError.self) { try JSONValue(toml: text) }
        #expect(error?.line == line && error?.reason == reason)
    }

    /// Python takes longer ones.
    @Test func integersHave64Bits() {
        for text in ["a = 9223372036854775808", "a = 0xFFFFFFFFFFFFFFFF"] {
            #expect(throws: TOMLError.self) { try JSONValue(toml: text) }
        }
    }

    @Test func deepNestingIsRefused() {
        for text in [
            "a = " + String(repeating: "[", count: 100_000),
            String(repeating: "a.", count: 100_000) + "a = 1",
            "[" + String(repeating: "a.", count: 100_000) + "a]",
            "a = " + String(repeating: "{a=", count: 100_000),
        ] {
            #expect(throws: TOMLError.self) { try JSONValue(toml: text) }
        }
    }

    @Test func startsOfTextsNeverTrap() {
        let whole = Self.good.joined(separator: "\n[x]\n") + "\na = 1979-05-27 07:32:00.5+08:00"
        for count in 0...whole.utf8.count {
            _ = try? JSONValue(toml: String(decoding: whole.utf8.prefix(count), as: UTF8.self))
            _ = try? JSONValue(toml: String(decoding: whole.utf8.suffix(count), as: UTF8.self))
        }
    }
}
