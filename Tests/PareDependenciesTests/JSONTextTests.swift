// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Testing

@testable import PareDependencies

@Suite struct JSONTextTests {
    /// A text, where to set what, and the text afterwards.
    @Test(arguments: [
        (#"{"a":{"b":"1"}}"#, ["a", "b"], #"{"a":{"b":"9"}}"#),
        (#"{"a":{"b":"1"}}"#, ["a", "c"], #"{"a":{"b":"1","c":"9"}}"#),
        (#"{"a":1}"#, ["x", "y"], #"{"a":1,"x":{"y":"9"}}"#),
        (#"{}"#, ["x"], #"{"x":"9"}"#),
        (#"{ "a" : { "b" : "1" } , "c": 2 }"#, ["a", "b"], #"{ "a" : { "b" : "9" } , "c": 2 }"#),
        ("{\n  \"a\": 1\n}\n", ["x", "y"], "{\n  \"a\": 1,\n  \"x\": {\n    \"y\": \"9\"\n  }\n}\n"),
        ("{\n\t\"a\": {}\n}", ["a", "b"], "{\n\t\"a\": {\n\t\t\"b\": \"9\"\n\t}\n}"),
        (
            "{\r\n  \"a\": {\r\n    \"b\": \"1\"\r\n  }\r\n}\r\n", ["a", "c"],
            "{\r\n  \"a\": {\r\n    \"b\": \"1\",\r\n    \"c\": \"9\"\r\n  }\r\n}\r\n"
        ),
        (#"{"a":"}","b":"\"]","c":"1"}"#, ["c"], #"{"a":"}","b":"\"]","c":"9"}"#),
        (#"{"a":"1","a":"2"}"#, ["a"], #"{"a":"1","a":"9"}"#),
        ("{\n    \"a\": \"text\"\n}", ["a", "b"], "{\n    \"a\": {\n        \"b\": \"9\"\n    }\n}"),
        (#"{"a":[1,{"b":2}],"b":true}"#, ["b"], #"{"a":[1,{"b":2}],"b":"9"}"#),
    ])
    func setsOnlyWhatItMust(before: String, path: [String], after: String) throws {
        var text = JSONText(before)
        text.set(path, to: "9")
        #expect(text.text == after)
        let value = try JSONValue(Array(text.text.utf8))
        #expect(path.reduce(value as JSONValue?) { $0?[$1] }?.text == "9")
    }

    @Test(arguments: [
        (#"{"a":1,"b":2,"c":3}"#, "a", #"{"b":2,"c":3}"#), (#"{"a":1,"b":2,"c":3}"#, "b", #"{"a":1,"c":3}"#),
        (#"{"a":1,"b":2,"c":3}"#, "c", #"{"a":1,"b":2}"#), (#"{"a":1}"#, "a", "{}"),
        (#"{"a":1}"#, "x", #"{"a":1}"#),
        ("{\n  \"a\": {},\n  \"b\": 2\n}", "a", "{\n  \"b\": 2\n}"), ("[1]", "a", "[1]"), ("", "a", ""),
    ])
    func removesAMember(before: String, name: String, after: String) {
        var text = JSONText(before)
        text.remove([name])
        #expect(text.text == after)
    }

    /// What is not JSON is no reason to trap.
    @Test func survivesEveryPrefix() {
        let whole = "{\n  \"a\": {\"b\": [1, \"x\\\"\"], \"c\": null},\n  \"d\": \"e\"\n}"
        for count in 0...whole.utf8.count {
            for path in [["a", "b"], ["a", "z"], ["d"], ["z", "z"]] {
                var text = JSONText(String(decoding: whole.utf8.prefix(count), as: UTF8.self))
                text.set(path, to: "9")
                text.remove(path)
            }
        }
    }
}
