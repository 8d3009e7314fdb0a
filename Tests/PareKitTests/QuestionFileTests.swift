// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

@Suite struct QuestionFileTests {
    static let fine: [(String, [Question])] = [
        ("", []), ("\n\n", []), ("# a comment\n", []), ("/", [Question(path: "/")]),
        ("/a\n/b", [Question(path: "/a"), Question(path: "/b")]),
        ("  /indented\n\t/by-tab\n", [Question(path: "/indented"), Question(path: "/by-tab")]),
        ("/a \n", [Question(path: "/a")]), ("GET /a?b=c&d", [Question(path: "/a?b=c&d")]),
        ("DELETE /x", [Question(method: "DELETE", path: "/x")]),
        ("/windows\r\nPOST /x text/plain one two\r\n", [Question(path: "/windows"), post("one two")]),
        ("POST /x text/plain one  two", [post("one  two")]),
        ("POST /x text/plain {\"a\": \"é # no comment\"}", [post("{\"a\": \"é # no comment\"}")]),
    ]

    @Test(arguments: fine)
    func reads(text: String, expected: [Question]) throws {
        #expect(try questions(in: text, named: "file") == expected)
    }

    /// The line that is named, from 1.
    @Test(arguments: [
        ("a", 1), ("/ok\nget /x", 2), ("GET", 1), ("GET x", 1), ("POST /x text/plain", 1),
        ("\n\n//\n- /x", 4),
        ("GÉT /x", 1), ("http://example.org/", 1),
    ])
    func refuses(text: String, line: Int) {
        let error = #expect(throws: VerbError.self) { try questions(in: text, named: "the file") }
        #expect(error?.problem.hasPrefix("'the file' line \(line) is not a question") == true)
        #expect(error?.hint != nil)
    }

    @Test func theRootComesFirstAndOnce() throws {
        let folder = try Folder()
        try folder.write("/b\n/\nGET /\nPOST / text/plain x\n/b\n", to: "questions")
        let all = try Trial.questions(paths: ["/a", "/"], file: folder.path + "/questions")
        #expect(all.map { "\($0.method) \($0.path)" } == ["GET /", "GET /a", "GET /b", "POST /", "GET /b"])
    }

    private static func post(_ body: String) -> Question {
        Question(method: "POST", path: "/x", contentType: "text/plain", body: body)
    }
}
