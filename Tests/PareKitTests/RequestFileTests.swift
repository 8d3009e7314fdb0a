// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareKit

@Suite struct RequestFileTests {
    static let fine: [(String, [Question])] = [
        ("GET /a HTTP/1.1", [Question(path: "/a")]),
        ("### one\nGET /a\n\n### two\nGET /b\n", [named("/a", "one"), named("/b", "two")]),
        ("###\n/a\n", [Question(path: "/a")]),
        ("### one\n\n# @name first\n// a comment\nGET /a", [named("/a", "first")]),
        ("GET http://localhost:3000/a?b=c HTTP/1.1", [Question(path: "/a?b=c")]),
        ("GET http://127.0.0.1 HTTP/1.1", [Question(path: "/")]),
        ("http://localhost/a", [Question(path: "/a")]),
        ("GET localhost:3000/a HTTP/2", [Question(path: "/a")]),
        (
            "@host = http://localhost:8080\n@id=7\n\nGET {{host}}/books/{{ id }} HTTP/1.1",
            [Question(path: "/books/7")]
        ),
        ("GET {{baseUrl}}/a HTTP/1.1", [Question(path: "/a")]),
        (
            "GET /a HTTP/1.1\n    ?b=1\n    &c=2\nAccept: text/html",
            [Question(path: "/a?b=1&c=2", headers: [HeaderField("Accept", "text/html")])]
        ),
        (
            "POST /a HTTP/1.1\nContent-Type: application/json\nAuthorization: Bearer {{t}}\n\n{\n  \"a\": 1\n}\n\n"
                .replacing("{{t}}", with: "t0ken"),
            [
                Question(
                    method: "POST", path: "/a", contentType: "application/json", body: "{\n  \"a\": 1\n}",
                    headers: [HeaderField("Authorization", "Bearer t0ken")])
            ]
        ),
        (
            "@t = x\nPOST /a HTTP/1.1\r\nX-A: {{t}}\r\n\r\n{{t}}\r\n\r\ny\r\n",
            [Question(method: "POST", path: "/a", body: "x\n\ny", headers: [HeaderField("X-A", "x")])]
        ),
        (
            "POST /f HTTP/1.1\ncontent-type: application/x-www-form-urlencoded\n\na=1\n&b=2\n",
            [
                Question(
                    method: "POST", path: "/f", contentType: "application/x-www-form-urlencoded",
                    body: "a=1&b=2")
            ]
        ),
        (
            "GET /a HTTP/1.1\n\n> {%\n client.test()\n%}\n<> out.json\n### \nDELETE /b",
            [Question(path: "/a"), Question(method: "DELETE", path: "/b")]
        ),
        ("### only a comment\n# nothing\n###\n", []), ("GET /a#part HTTP/1.1", [Question(path: "/a")]),
        // A plain file with comments of three signs.
        (
            "### health\n/a\n/b\nPOST /x text/plain one two\n",
            [
                Question(path: "/a"), Question(path: "/b"),
                Question(method: "POST", path: "/x", contentType: "text/plain", body: "one two"),
            ]
        ),
    ]

    @Test(arguments: fine)
    func reads(text: String, expected: [Question]) throws {
        #expect(try QuestionList(reading: text, named: "f").questions == expected)
    }

    @Test(arguments: [
        (
            "GET /a HTTP/1.1\nHost: localhost\nContent-Length: 3\nconnection: close",
            ["Host", "Content-Length", "connection"]
        ),
        ("GET https://api.example.org/a HTTP/1.1", ["api.example.org"]),
    ])
    func saysWhatIsLeftOut(text: String, names: [String]) throws {
        let list = try QuestionList(reading: text, named: "f")
        #expect(list.questions == [Question(path: "/a")])
        #expect(list.notes.count == names.count)
        for (note, name) in zip(list.notes, names) {
            #expect(note.message.hasPrefix("'\(name)'") || note.message.hasPrefix("header '\(name)'"))
        }
        #expect(list.notes.allSatisfy { $0.location?.hasPrefix("f:") == true })
    }

    /// The line that is named, and a word of the reason.
    @Test(arguments: [
        ("### x\nGRAPHQL /a HTTP/1.1", 2, "'GRAPHQL' is not asked"), ("GET /a b HTTP/1.1", 1, "space"),
        ("###\nget /a", 2, "first line"),
        ("###\nGET", 2, "address"), ("GET /a HTTP/1.1\nnonsense", 2, "header line"),
        ("GET /a HTTP/1.1\nX Y: z", 2, "cannot be sent"),
        ("GET /a HTTP/1.1\nX-Y: a\u{0}b", 2, "cannot be sent"),
        ("GET /a HTTP/1.1\nX-Y: a\rb", 2, "cannot be sent"),
        ("GET /a HTTP/1.1\nX-Y: a\u{7F}", 2, "cannot be sent"), ("GET /a HTTP/1.1\n: a", 2, "cannot be sent"),
        ("GET /a HTTP/1.1\nTransfer-Encoding: chunked", 2, "changes the exchange"),
        ("GET /a HTTP/1.1\nUpgrade: h2c", 2, "changes the exchange"),
        ("GET /{{id}} HTTP/1.1", 1, "'id' is not defined"),
        ("POST /a HTTP/1.1\n\n{{$guid}}", 3, "another value each time"),
        ("POST /a HTTP/1.1\n\n< ./body.json", 3, "another file"), ("###\n< {%\n%}\nGET /a", 2, "scripts"),
        ("###\n@x\nGET /a", 2, "'@name = value'"),
        ("GET word HTTP/1.1", 1, "no path"), ("@a = {{b}}\nGET /a HTTP/1.1", 1, "'b' is not defined"),
        ("GET /a HTTP/1.1\n" + String(repeating: "A: b\n", count: 101), 102, "more than 100"),
        ("GET /a HTTP/1.1\n\n" + String(repeating: "x", count: 1 << 20) + "y", 3, "1 MiB"),
        (
            "@a = 0123456789\n"
                + (0..<20).map {
                    "@\($0 == 0 ? "b" : "b\($0)") = \(String(repeating: $0 == 0 ? "{{a}}" : $0 == 1 ? "{{b}}" : "{{b\($0 - 1)}}", count: 10))\n"
                }.joined() + "GET /a HTTP/1.1", 7, "1 MiB"
        ),
    ])
    func refuses(text: String, line: Int, says: String) {
        let error = #expect(throws: VerbError.self) { try QuestionList(reading: text, named: "the file") }
        #expect(error?.problem.hasPrefix("'the file' line \(line): ") == true, "\(error?.problem ?? "")")
        #expect(error?.problem.contains(says) == true, "\(error?.problem ?? "")")
        #expect(error?.hint != nil)
    }

    @Test func tooManyAreRefused() {
        let text = String(repeating: "###\nGET /a\n", count: QuestionList.limit + 1)
        let error = #expect(throws: VerbError.self) { try QuestionList(reading: text, named: "f") }
        #expect(error?.problem.contains("1001 questions") == true)
    }

    @Test func everyPrefixIsSurvived() {
        for (text, _) in Self.fine {
            let bytes = Array(text.utf8)
            for count in bytes.indices {
                let list = try? QuestionList(
                    reading: String(decoding: bytes.prefix(count), as: UTF8.self), named: "f")
                #expect(list?.questions.allSatisfy { $0.path.hasPrefix("/") } != false)
            }
        }
    }

    private static func named(_ path: String, _ name: String) -> Question { Question(path: path, name: name) }
}
