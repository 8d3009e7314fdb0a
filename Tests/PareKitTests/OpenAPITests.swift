// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

@Suite struct OpenAPITests {
    /// Members of a document in JSON, and the paths that are asked.
    static let fine: [(String, [String])] = [
        (#""paths": {}"#, []),
        (#""paths": {"/a": {"get": {}}, "/b": {"post": {}}, "x-c": {"get": {}}}"#, ["/a"]),
        (#""servers": [{"url": "https://api.example.org/v1/"}], "paths": {"/a": {"get": {}}}"#, ["/v1/a"]),
        (#""servers": [{"url": "/v2"}, {"url": "/v3"}], "paths": {"/a": {"get": {}}}"#, ["/v2/a"]),
        (#""servers": [{"url": "v2"}], "paths": {"/a": {"get": {}}}"#, ["/v2/a"]),
        (#""servers": [{"url": "https://example.org"}], "paths": {"/": {"get": {}}}"#, ["/"]),
        (
            #""servers": [{"url": "{s}://h/{v}", "variables": {"s": {"default": "https"}, "v": {"default": "v4"}}}], "paths": {"/a": {"get": {}}}"#,
            ["/v4/a"]
        ),
        (
            #""servers": [{"url": "/v1"}], "paths": {"/a": {"servers": [{"url": "/x"}], "get": {}}, "/b": {"get": {"servers": [{"url": "/y"}]}}}"#,
            ["/x/a", "/y/b"]
        ),
        // Parameters: of the path, of the operation, over each other, by reference.
        (
            #""paths": {"/a/{id}": {"get": {}}, "/b": {"parameters": [{"name": "q", "in": "query", "required": true}], "get": {}}}"#,
            []
        ),
        (#""paths": {"/a": {"get": {"parameters": [{"name": "q", "in": "query"}]}}}"#, ["/a"]),
        (
            #""paths": {"/a": {"parameters": [{"name": "q", "in": "query", "required": true}], "get": {"parameters": [{"name": "q", "in": "query", "required": false}]}}}"#,
            ["/a"]
        ),
        (
            ##""components": {"parameters": {"a/b": {"name": "q", "in": "header", "required": true}, "c": {"name": "c", "in": "query"}}}, "paths": {"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/a~1b"}]}}, "/b": {"get": {"parameters": [{"$ref": "#/components/parameters/c"}]}}, "/c": {"get": {"parameters": [{"$ref": "other.yaml#/x"}]}}}"##,
            ["/b"]
        ),
        (
            ##""components": {"pathItems": {"i": {"get": {}}}}, "paths": {"/a": {"$ref": "#/components/pathItems/i"}, "/b": {"$ref": "#/paths/~1b"}}"##,
            ["/a"]
        ),
        (#""paths": {"/a": {"get": {"requestBody": {"required": true}}}, "/b": {"get": null}, "/c": 1}"#, []),
    ]

    @Test(arguments: fine)
    func reads(members: String, paths: [String]) throws {
        let list = try QuestionList(reading: "{\"openapi\": \"3.1.0\", \(members)}", named: "f")
        #expect(list.questions == paths.map { Question(path: $0) })
    }

    @Test func theSameInYAML() throws {
        let text = """
            # Our books
            openapi: 3.0.3
            info: {title: Books, version: "1"}
            servers:
            - url: 'http://localhost:3000/api'
            paths:
              /books:
                get:
                  summary: All of them
                  description: |
                    With a colon: and a
                      list
                  parameters:
                  - $ref: '#/components/parameters/Page'
                  responses: {"200": {description: fine}}
                post: {}
              /books/{id}:
                parameters:
                  - {name: id, in: path, required: true}
                get: {}
              /search:
                get:
                  parameters:
                    - name: q
                      in: query
                      required: true
            components:
              parameters:
                Page:
                  name: page
                  in: query
                  schema: {type: integer, default: 1}
            """
        let list = try QuestionList(reading: text, named: "books.yaml")
        #expect(list.questions == [Question(path: "/api/books")])
        #expect(
            list.notes == [
                Diagnostic(
                    .note, "1 of 3 GETs are asked; the others need parameters: /books/{id}, /search",
                    at: "books.yaml")
            ])
        #expect(
            try QuestionList(ofOpenAPI: "swagger: 2.0\nbasePath: /v1/\npaths:\n  /a: {get: {}}", named: "f")
                .questions == [Question(path: "/v1/a")])
    }

    /// What the error says after the file's name.
    @Test(arguments: [
        ("{\"openapi\": \"3.1.0\",\n\"paths\": }", " line 2: it is not JSON"),
        ("{}", ": it names no version"), ("{\"openapi\": \"4.0\"}", ": its version '4.0'"),
        ("openapi: 3.1.0", ": it has no 'paths'"), ("openapi: 3.1.0\npaths: []", ": it has no 'paths'"),
        ("openapi: 3.1.0\npaths: *x", " line 2: anchors"),
        ("openapi: 3.1.0\n\npaths:\n\t/a: {}", " line 4: a tab"),
        (
            "{\"openapi\": \"3.0.0\", \"servers\": [{\"url\": \"/{x}\"}], \"paths\": {}}",
            ": the server '/{x}'"
        ),
    ])
    func refuses(text: String, says: String) {
        let error = #expect(throws: VerbError.self) { try QuestionList(reading: text, named: "f") }
        #expect(error?.problem.hasPrefix("'f'" + says) == true, "\(error?.problem ?? "")")
    }

    @Test func anotherFileIsNoDocument() {
        #expect(throws: VerbError.self) { try QuestionList(ofOpenAPI: "/a\n/b\n", named: "f") }
    }

    @Test func deepAndHugeDocumentsAreSurvived() {
        let paths = (0...QuestionList.limit).map { "  /p\($0): {get: {}}\n" }.joined()
        let error = #expect(throws: VerbError.self) {
            try QuestionList(reading: "openapi: 3.1.0\npaths:\n" + paths, named: "f")
        }
        #expect(error?.problem.contains("1001 questions") == true)
        #expect(throws: VerbError.self) {
            try QuestionList(
                reading: "openapi: 3.1.0\npaths: " + String(repeating: "[", count: 100_000), named: "f")
        }
        #expect(throws: VerbError.self) {
            try QuestionList(reading: String(repeating: "{\"a\":", count: 100_000), named: "f")
        }
    }

    @Test func everyPrefixIsSurvived() {
        let text = Array(
            ##"{"openapi":"3.1.0","servers":[{"url":"/v1"}],"paths":{"/a":{"get":{"parameters":[{"$ref":"#/x"}]}}}}"##
                .utf8)
        for count in text.indices {
            #expect(throws: VerbError.self) {
                try QuestionList(ofOpenAPI: String(decoding: text.prefix(count), as: UTF8.self), named: "f")
            }
        }
    }

    @Test func filesAreAskedAfterThePaths() throws {
        let folder = try Folder()
        try folder.write("openapi: 3.1.0\npaths:\n  /c: {get: {}}\n  /: {get: {}}\n", to: "api.yaml")
        try folder.write("### b\nGET /b\n", to: "b.http")
        let all = try Trial.questions(
            paths: ["/a"], file: folder.path + "/b.http", openAPI: folder.path + "/api.yaml")
        #expect(all.map(\.subject) == ["GET /", "GET /a", "GET /b (b)", "GET /c"])
    }
}
