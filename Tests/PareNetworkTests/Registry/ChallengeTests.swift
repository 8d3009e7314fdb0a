// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PareNetwork

@Suite struct ChallengeTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let lines: [String]
        let challenges: [Challenge]
        var testDescription: String { lines.joined(separator: " ⏎ ") }

        init(_ lines: String..., means challenges: [(String, [String: String])]) {
            self.lines = lines
            self.challenges = challenges.map { Challenge(scheme: $0, parameters: $1) }
        }
    }

    static let examples = [
        Example(
            #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/node:pull""#,
            means: [
                (
                    "bearer",
                    [
                        "realm": "https://auth.docker.io/token", "service": "registry.docker.io",
                        "scope": "repository:library/node:pull",
                    ]
                )
            ]),
        Example(#"bEARER Realm = "a" , SERVICE=b"#, means: [("bearer", ["realm": "a", "service": "b"])]),
        Example(#"Basic realm="a, \"b\" \\ c""#, means: [("basic", ["realm": #"a, "b" \ c"#])]),
        Example(
            #"Basic realm="one", Bearer realm="two",service="x""#,
            means: [("basic", ["realm": "one"]), ("bearer", ["realm": "two", "service": "x"])]),
        Example(
            #"Basic realm="one""#, #"Bearer realm="two""#,
            means: [("basic", ["realm": "one"]), ("bearer", ["realm": "two"])]),
        Example("Negotiate", means: [("negotiate", [:])]),
        Example(
            #"Negotiate YII/a+b==, NTLM, Basic realm="x""#,
            means: [("negotiate", [:]), ("ntlm", [:]), ("basic", ["realm": "x"])]),
        Example(#",, , Basic realm="x",, ,"#, means: [("basic", ["realm": "x"])]),
        Example("Basic", means: [("basic", [:])]),
        Example(
            #"Bearer realm="é ü",scope="a b""#, means: [("bearer", ["realm": "é ü", "scope": "a b"])]),
        // What is broken is left out, and what came before it is not.
        Example(#"Basic realm="x", Bearer realm="y"#, means: [("basic", ["realm": "x"])]),
        Example(#"Basic realm="x", Bearer realm=,"#, means: [("basic", ["realm": "x"]), ("bearer", [:])]),
        Example(#"Bearer realm="x\"#, means: []),
        Example(#"Bearer: realm="x""#, means: []),
        Example("", means: []),
        Example("= , =", means: []),
    ]

    @Test(arguments: examples) func takesApart(_ example: Example) {
        #expect(Challenge.all(in: example.lines) == example.challenges)
    }

    /// No prefix of a challenge gives a parameter that the whole does not give.
    @Test(arguments: examples) func believesNoPrefix(_ example: Example) {
        for line in example.lines {
            let bytes = Array(line.utf8)
            for count in 0..<bytes.count {
                for challenge in Challenge.all(in: [String(decoding: bytes[..<count], as: UTF8.self)]) {
                    for (name, value) in challenge.parameters {
                        #expect(Challenge.all(in: [line]).contains { $0.parameters[name] == value })
                    }
                }
            }
        }
    }

    @Test func bearsAnyBytes() {
        var state: UInt64 = 1
        for _ in 0..<2000 {
            let bytes = (0..<40).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return Array(#"Basic realm=",\ =/"#.utf8 + [0, 255])[Int(state >> 33) % 20]
            }
            _ = Challenge.all(in: [String(decoding: bytes, as: UTF8.self)])
        }
    }
}

@Suite struct ErrorBodyTests {
    @Test(arguments: [
        (
            #"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known"}]}"#,
            "repository name not known"
        ),
        (#"{"errors":[{"code":"DENIED","message":""},{"code":"X","message":"y"}]}"#, "DENIED; y"),
        (#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#, "TOOMANYREQUESTS"),
        (#"{"details":"incorrect username or password"}"#, "incorrect username or password"),
        (#"{"error":"invalid_grant","error_description":"no such token"}"#, "no such token"),
        (#"{"message":"a\u001b[31m\u0007 b\r\nc"}"#, "a [31m b c"),
        ("{\"message\":\"a\u{202E}b\u{200B}c\u{2066}\"}", "abc"),
        (#"{"errors":[{"message":"a"},{"message":"b"},{"message":"c"}]}"#, "a; b"),
        (#"{"errors":{}}"#, nil), (#"{"errors":[1,null,"x"]}"#, nil), (#"{"message":{"a":1}}"#, nil),
        ("<html>502 Bad Gateway</html>", nil), ("", nil), ("[]", nil), (#"{"errors":["#, nil),
    ])
    func saysWhatMayBeShown(_ body: String, _ message: String?) {
        #expect(ErrorBody(Array(body.utf8)).message == message)
    }

    @Test func cutsShort() {
        let body = ErrorBody(Array(#"{"message":"\#(String(repeating: "ab ", count: 10_000))"}"#.utf8))
        #expect(body.message.map(\.count) == 201)
        #expect(body.message?.hasSuffix("…") == true)
    }

    @Test func knowsCodes() {
        let body = ErrorBody(Array(#"{"errors":[{"code":"A"},{"code":"B"},{}]}"#.utf8))
        #expect(body.codes == ["A", "B"])
    }
}
