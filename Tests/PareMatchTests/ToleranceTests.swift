// SPDX-License-Identifier: Apache-2.0
import PareModel
import Samples
import Testing

@testable import PareMatch

@Suite struct ToleranceTests {
    /// What two runs say, and the rules that come of it as `place (kind)`.
    static let learnt: [(String, String, [String])] = [
        // JSON: values of one kind.
        (#"{"up":1.5,"ok":true}"#, #"{"ok":true,"up":2}"#, ["$.up (number)"]),
        (#"{"n":-1}"#, #"{"n":1e3}"#, ["$.n (number)"]),
        (#"{"t":"2026-11-26T06:29:53Z"}"#, #"{"t":"2026-11-26T06:29:55.5Z"}"#, ["$.t (timestamp)"]),
        (#"{"t":"2026-11-26 06:29:53+01:00"}"#, #"{"t":"2026-11-27 07:29:53+01:00"}"#, ["$.t (timestamp)"]),
        (
            #"{"t":"Thu, 26 Nov 2026 06:29:53 GMT"}"#, #"{"t":"Fri, 27 Nov 2026 06:00:00 GMT"}"#,
            ["$.t (timestamp)"]
        ),
        (#"{"t":1764138593}"#, #"{"t":1764138595}"#, ["$.t (number)"]),
        (
            #"{"id":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}"#,
            #"{"id":"0E984725-c51c-4bf4-9960-e1c80e27aba0"}"#,
            ["$.id (uuid)"]
        ),
        (#"{"id":"a81f3c02"}"#, #"{"id":"77e0b9d1"}"#, ["$.id (identifier)"]),
        (#"{"id":"k3j9x0q2wz"}"#, #"{"id":"8fh20sllq"}"#, ["$.id (identifier)"]),
        (#"{"id":"V1StGXR8_Z5jdHi6B-myT"}"#, #"{"id":"x-9Kq_2LmPz0aBcDeFgH7"}"#, ["$.id (identifier)"]),
        (#"{"c":"q1W/eR+tyUiOp2aSdFgH=="}"#, #"{"c":"Zx9CvBnM1qWeRtYu3iOp4A=="}"#, ["$.c (identifier)"]),
        (#"[{"id":1},{"id":2}]"#, #"[{"id":7},{"id":8}]"#, ["$[0].id (number)", "$[1].id (number)"]),
        (#"{"a b":{"c":1}}"#, #"{"a b":{"c":2}}"#, [#"$["a b"].c (number)"#]),
        (#"{"m":"up 12 s"}"#, #"{"m":"up 14 s"}"#, ["$.m word 2 (number)"]),
        (#"{"m":"req-a81f3c02 done"}"#, #"{"m":"req-77e0b9d1 done"}"#, ["$.m word 2 (identifier)"]),
        // Texts: words of a line.
        ("started\nuptime: 3ms\n", "started\nuptime: 15ms\n", ["line 2 word 2 (number)"]),
        ("<p>06:29:53</p>", "<p>06:30:01</p>", ["line 1 word 2 (timestamp)"]),
        ("at Thu Nov 26 06:29:53 2026.", "at Fri Nov  6 06:29:53 2026.", ["line 1 word 2 (timestamp)"]),
        (
            "[26/Nov/2026:06:29:53 +0000] 200", "[27/Dec/2026:07:29:53 +0000] 200",
            ["line 1 word 1 (timestamp)"]
        ),
        ("11/26/2026, 6:29:53 AM", "11/27/2026, 10:29:53 PM", ["line 1 word 1 (timestamp)"]),
        (
            "Thu Nov 26 2026 06:29:53 GMT+0000 (Coordinated Universal Time)",
            "Fri Nov 27 2026 06:29:54 GMT+0000 (Coordinated Universal Time)", ["line 1 word 1 (timestamp)"]
        ),
        (
            "<script nonce=\"q1W/eR+tyUiOp2aSdFgH==\">", "<script nonce=\"Zx9CvBnM1qWeRtYu3iOp4A==\">",
            ["line 1 word 3 (identifier)"]
        ),
        // Nothing to learn.
        ("same", "same", []), (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, []),
        // Differences that are more than another value of the kind.
        (#"{"ok":true}"#, #"{"ok":false}"#, []), (#"{"n":1}"#, #"{"n":"1"}"#, []),
        (#"{"n":1}"#, #"{"n":null}"#, []),
        (#"{"n":1}"#, #"{"n":1,"m":2}"#, []), (#"{"n":[1]}"#, #"{"n":{"a":1}}"#, []),
        (#"{"list":[1,2]}"#, #"{"list":[1,2,3]}"#, []), (#"{"s":"ok"}"#, #"{"s":"no"}"#, []),
        (#"{"s":"started"}"#, #"{"s":"stopped"}"#, []),
        (#"{"s":"a81f3c02"}"#, #"{"s":"a81f3c02 and more"}"#, []),
        (#"{"t":"2026-11-26T06:29:53Z"}"#, #"{"t":"2026-11-26T07:29:53+01:00"}"#, []),
        (#"{"t":"2026-11-26"}"#, #"{"t":"26.11.2026"}"#, []),
        (#"{"id":"a81f3c02"}"#, #"{"id":"undefined"}"#, []),
        ("one word", "two words here", []), ("monday", "tuesday", []), ("Größe", "Grüße", []),
        ("06:29:53 GMT", "06:29:53 UTC", []),
        ("Thu Nov 26 2026 06:29:53 GMT+0000", "Thu Nov 26 2026 07:29:53 GMT+0100", []),
    ]

    @Test(arguments: learnt)
    func rules(first: String, second: String, expected: [String]) {
        let (rules, unsteady) = tolerances(between: said(first), and: said(second))
        #expect(rules.map { "\($0.place) (\($0.kind.rawValue))" } == expected)
        #expect(rules.allSatisfy { $0.subject == "GET /" })
        // What is learnt covers what was seen, or nothing does.
        #expect(
            unsteady.isEmpty
                == (!expected.isEmpty || differences(between: said(first), and: said(second)).isEmpty))
    }

    /// Two runs of the old image, one of the new, and the bodies that are told; none where the answer is equal.
    static let compared: [(String, String, String, [String])] = [
        (#"{"up":1,"v":"a"}"#, #"{"up":2,"v":"a"}"#, #"{"v":"a","up":99.5}"#, []),
        (#"{"up":1,"v":"a"}"#, #"{"up":2,"v":"a"}"#, #"{"up":3,"v":"b"}"#, [#"$.v: "a""#, #"$.v: "b""#]),
        // Gone, or of another kind.
        (#"{"up":1,"v":"a"}"#, #"{"up":2,"v":"a"}"#, #"{"v":"a"}"#, [#"{"up":1,"v":"a"}"#, #"{"v":"a"}"#]),
        (#"{"up":1}"#, #"{"up":2}"#, #"{"up":"3"}"#, [#"{"up":1}"#, #"{"up":"3"}"#]),
        (#"{"up":1}"#, #"{"up":2}"#, #"{"up":null}"#, [#"{"up":1}"#, #"{"up":null}"#]),
        (#"{"a":1,"b":1}"#, #"{"a":2,"b":1}"#, #"{"a":3,"b":2}"#, ["$.b: 1", "$.b: 2"]),
        (#"{"id":"a81f3c02"}"#, #"{"id":"77e0b9d1"}"#, #"{"id":"1234567f"}"#, []),
        (
            #"{"id":"a81f3c02"}"#, #"{"id":"77e0b9d1"}"#, #"{"id":"undefined"}"#,
            [#"{"id":"a81f3c02"}"#, #"{"id":"undefined"}"#]
        ),
        (
            #"{"id":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}"#,
            #"{"id":"0e984725-c51c-4bf4-9960-e1c80e27aba0"}"#,
            #"{"id":""}"#, [#"{"id":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}"#, #"{"id":""}"#]
        ),
        // An element more, although the elements' values may change.
        (#"[{"t":1}]"#, #"[{"t":2}]"#, #"[{"t":3},{"t":4}]"#, [#"[{"t":1}]"#, #"[{"t":3},{"t":4}]"#]),
        ("up 5 s\nok", "up 6 s\nok", "up 700 s\nok", []),
        ("up 5 s\nok", "up 6 s\nok", "up 700 s\nko", ["text: up 5 s\nok", "text: up 700 s\nko"]),
        ("12:00:01 ok", "12:00:02 ok", "13:59:59 ok", []),
        ("12:00:01 ok", "12:00:02 ok", "1 pm ok", ["12:00:01 ok", "1 pm ok"]),
    ]

    @Test(arguments: compared)
    func tolerated(first: String, second: String, other: String, told: [String]) {
        let baseline = said(first).tolerating(tolerances(between: said(first), and: said(second)).rules)
        let found = differences(between: baseline, and: said(other))
        #expect(found.allSatisfy { $0.aspect == "body" })
        #expect(found.count == (told.isEmpty ? 0 : 1))
        if let difference = found.first {
            let isWhole = told.allSatisfy { $0.hasPrefix("text: ") }
            #expect(isWhole || [difference.before, difference.after] == told)
        }
    }

    /// Whatever the values, each drawn anew in the two runs and in the candidate's, only they may differ.
    @Test(arguments: 0..<200)
    func drawnValuesAreTolerated(seed: Int) {
        var numbers = SplitMix64(seed: UInt64(seed))
        func answer(_ status: String = "ok") -> Behaviour {
            let id = numbers.text(of: "0123456789abcdef", count: 32)
            let token = numbers.text(
                of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", count: 43)
            let seconds = numbers.below(60)
            return said(
                """
                {"pid":\(numbers.below(9999)),"load":0.\(numbers.below(999)),"id":"\(id)","token":"\(token)",
                "at":"2026-11-2\(numbers.below(10))T1\(numbers.below(10)):00:\(seconds < 10 ? "0" : "")\(seconds).\(numbers.below(1000))Z",
                "status":"\(status)"}
                """)
        }
        let first = answer()
        let (rules, unsteady) = tolerances(between: first, and: answer())
        #expect(unsteady.isEmpty)
        let baseline = first.tolerating(rules)
        #expect(differences(between: baseline, and: answer()).isEmpty)
        let broken = differences(between: baseline, and: answer("failing"))
        #expect(broken.map(\.before) == [#"$.status: "ok""#])
    }

    @Test func statusesAndTypesAreNeverTolerated() {
        let (first, second) = (said("1"), said("2", status: 500, type: "text/html"))
        let (rules, unsteady) = tolerances(between: first, and: second)
        #expect(rules.map(\.place) == ["line 1 word 1"])
        #expect(unsteady.map(\.aspect) == ["status", "content type"])
    }

    @Test func rulesAreOfTheirQuestion() {
        let (one, other) = (
            Question(path: "/"), Question(path: "/", headers: [HeaderField("Accept", "text/html")])
        )
        func run(_ first: String, _ second: String) -> Behaviour {
            Behaviour(
                answers: [
                    Answer(question: one, status: 200, contentType: "text/plain", body: first),
                    Answer(question: other, status: 200, contentType: "text/plain", body: second),
                ], startSeconds: 1, exitCode: nil, output: "", errors: "")
        }
        let baseline = run("1", "1").tolerating(tolerances(between: run("1", "1"), and: run("2", "1")).rules)
        #expect(differences(between: baseline, and: run("3", "1")).isEmpty)
        #expect(differences(between: baseline, and: run("3", "2")).count == 1)
    }

    @Test func commandsHaveThemToo() {
        func run(_ output: String, code: Int = 0) -> Behaviour {
            Behaviour(answers: [], startSeconds: 1, exitCode: code, output: output, errors: "")
        }
        let (rules, unsteady) = tolerances(between: run("done in 12 ms\n"), and: run("done in 14 ms\n"))
        #expect(rules.map(\.description) == ["standard output line 1 word 3 (number)"])
        #expect(unsteady.isEmpty)
        let baseline = run("done in 12 ms\n").tolerating(rules)
        #expect(differences(between: baseline, and: run("done in 900 ms\n")).isEmpty)
        #expect(
            differences(between: baseline, and: run("done in 900 ms\n", code: 1)).map(\.subject) == [
                "exit code"
            ])
        #expect(
            differences(between: baseline, and: run("failed in 9 ms\n")).map(\.subject) == ["standard output"]
        )
    }

    /// Header fields of the old image's two runs and of the new one; the fields that differ.
    @Test(
        arguments: [
            (["location": "/a"], ["location": "/a"], ["location": "/b"], ["header location"]),
            (["location": "/a"], ["location": "/a"], [:], ["header location"]),
            ([:], [:], ["cache-control": "no-store"], ["header cache-control"]),
            (["location": "/order/17"], ["location": "/order/18"], ["location": "/order/99"], []),
            (
                ["location": "/order/17"], ["location": "/order/18"], ["location": "/login"],
                ["header location"]
            ),
            (
                ["set-cookie": "sid; HttpOnly"], ["set-cookie": "sid; HttpOnly"], ["set-cookie": "sid"],
                ["header set-cookie"]
            ),
        ] as [([String: String], [String: String], [String: String], [String])])
    func headers(
        first: [String: String], second: [String: String], other: [String: String], expected: [String]
    ) {
        func run(_ fields: [String: String]) -> Behaviour { said("x", headers: fields) }
        let baseline = run(first).tolerating(tolerances(between: run(first), and: run(second)).rules)
        #expect(differences(between: baseline, and: run(other)).map(\.aspect) == expected)
    }

    /// Bodies of any kind are survived, in time that grows with their length.
    @Test(arguments: [
        String(repeating: "[", count: 2_000), String(repeating: "1 ", count: 2_000),
        String(repeating: "2026-", count: 2_000), String(repeating: "Nov ", count: 2_000),
        String(repeating: "a1-", count: 2_000), String(repeating: "'A1b", count: 2_000),
        String(repeating: "00:00", count: 2_000), "\u{0}\u{1}\u{FFFD}", "",
    ])
    func hostileBodies(body: String) {
        let (rules, _) = tolerances(between: said(body), and: said(body + " 1"))
        #expect(rules.isEmpty)
        let start = Array(body.utf8.prefix(60))
        for count in start.indices {
            let prefix = String(decoding: start.prefix(count), as: UTF8.self)
            #expect(tolerances(between: said(prefix), and: said(prefix + "\"")).rules.isEmpty)
        }
    }

    @Test func tooManyPlacesAreTheWhole() {
        let (first, second) = (
            "[" + String(repeating: "1,", count: 2_000) + "1]",
            "[" + String(repeating: "2,", count: 2_000) + "2]"
        )
        let (rules, unsteady) = tolerances(between: said(first), and: said(second))
        #expect(rules.isEmpty && unsteady.count == 1)
    }

    private func said(
        _ body: String, status: Int = 200, type: String = "application/json", headers: [String: String] = [:]
    ) -> Behaviour {
        let answer = Answer(
            question: Question(path: "/"), status: status, contentType: type, body: body,
            headers: headers.map { HeaderField($0.key, $0.value) })
        return Behaviour(answers: [answer], startSeconds: 1, exitCode: nil, output: "", errors: "")
    }
}

extension SplitMix64 {
    fileprivate mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    fileprivate mutating func text(of alphabet: String, count: Int) -> String {
        let letters = Array(alphabet)
        return String((0..<count).map { _ in letters[below(letters.count)] })
    }
}
