// SPDX-License-Identifier: Apache-2.0
import Foundation
import Samples
import Testing

@testable import PareBytes

@Suite struct JSONWritingTests {
    /// Long arrays are written in parts, also those within others.
    @Test(arguments: [127, 128, 129, 1000])
    func writesLongArraysAsItDoesShortOnes(count: Int) {
        let inner = (0..<130).map { JSONValue.number("\($0)") }
        let value = JSONValue.array((0..<count).map { $0 % 50 == 0 ? .array(inner) : .string("\($0)") })
        let row = (0..<130).map { "  \($0)" }.joined(separator: ",\n  ")
        let rows = (0..<count).map { $0 % 50 == 0 ? "[\n  \(row)\n  ]" : "\"\($0)\"" }
        #expect(value.document == "[\n  " + rows.joined(separator: ",\n  ") + "\n]\n")
    }

    @Test(arguments: [
        (JSONValue.null, "null"), (.bool(true), "true"), (.number("1e3"), "1e3"), (.array([]), "[]"),
        (.object([]), "{}"),
        (.array([.number("1"), .array([])]), "[\n  1,\n  []\n]"),
        (
            .record([("a", .null), ("b", nil), ("c", .texts(["x"]))]),
            "{\n  \"a\": null,\n  \"c\": [\n    \"x\"\n  ]\n}"
        ),
        (.string("<a href=\"x\">&</a>"), #""\u003ca href=\"x\"\u003e\u0026\u003c/a\u003e""#),
        (.string("\\ \n\r\t\u{0}\u{1B}\u{1F}\u{7F}"), #""\\ \n\r\t\u0000\u001b\u001f"# + "\u{7F}\""),
        (.string("\u{2028}\u{2029}é字😀"), #""\u2028\u2029é字😀""#),
        (.record([("<", .bool(false))]), "{\n  \"\\u003c\": false\n}"),
    ])
    func writes(_ value: JSONValue, _ text: String) throws {
        #expect(value.indented == text)
        #expect(try JSONValue(Array(text.utf8)) == value)
    }

    @Test(arguments: 0..<200)
    func readsBackWhatItWrites(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let value = JSONValue.random(&random, depth: 5)
        #expect(try JSONValue(Array(value.indented.utf8)) == value)
    }

    @Test(arguments: 0..<20)
    func everyPrefixOfAStructureThrows(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let text = Array(
            JSONValue.array([.random(&random, depth: 3), .string("end\u{1F600}")]).indented.utf8)
        for count in text.indices {
            #expect(throws: JSONValue.Malformed.self) { try JSONValue(text[..<count]) }
        }
    }

    /// Bytes changed at random: read or refused, and what is read is written and read again.
    @Test(arguments: 0..<200)
    func survivesDamage(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var text = Array(JSONValue.random(&random, depth: 4).indented.utf8)
        for _ in 0..<3 {
            let place = Int.random(in: text.indices, using: &random)
            text[place] = UInt8.random(in: 0...255, using: &random)
        }
        guard let value = try? JSONValue(text, allowsTrailing: true) else { return }
        #expect(try JSONValue(Array(value.indented.utf8)) == value)
    }

    @Test func stopsAtADepth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)).utf8
            )
        }
        #expect(throws: Never.self) { try JSONValue(nested(199)) }
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(nested(200)) }
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: python != nil, "python3 is there"))
    func pythonReadsTheSame() throws {
        var random = SplitMix64(seed: 7)
        let value = JSONValue.array((0..<100).map { _ in .random(&random, depth: 4) })
        let python = try #require(Self.python)
        let folder = FileManager.default.temporaryDirectory.appending(path: "json-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "in.json"), folder.appending(path: "out.json"))
        try Data(value.indented.utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-m", "json.tool", input.path, output.path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let echoed = try JSONValue(Array(Data(contentsOf: output)))
        #expect(echoed.withoutNumbers == value.withoutNumbers)
    }
}

extension JSONValue {
    fileprivate static func random(_ random: inout SplitMix64, depth: Int) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 6 : 3), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2:
            let number = Int.random(in: -1_000_000...1_000_000, using: &random)
            return .number("\(number)" + ["", ".5", "e3", ".25E-7"][Int.random(in: 0...3, using: &random)])
        case 3, 4: return .string(text(&random))
        case 5:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in Self.random(&random, depth: depth - 1) })
        default:
            let count = Int.random(in: 0...4, using: &random)
            return .record(
                (0..<count).map { ("\($0)" + text(&random), Self.random(&random, depth: depth - 1)) })
        }
    }

    private static func text(_ random: inout SplitMix64) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x20...0x7E, 0x7F...0x2FF, 0x2020...0x2030, 0xE000...0x10FFFF,
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let range = ranges[Int.random(in: ranges.indices, using: &random)]
            text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? "?")
        }
        return text
    }

    /// Other readers write numbers in their own way.
    fileprivate var withoutNumbers: JSONValue {
        switch self {
        case .number: .number("0")
        case .array(let elements): .array(elements.map(\.withoutNumbers))
        case .object(let members): .record(members.map { ($0.name, $0.value.withoutNumbers) })
        default: self
        }
    }
}
