// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareModel
import Testing

/// Documents that are cut off, bent, deep or long: an error that names the file, or what could be read.
@Suite struct HostileVEXTests {
    static let documents: [String] = VEXTests.cases.flatMap { name in
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(VEXTests.folder)/\(name)")) ?? [])
            .filter { $0.hasSuffix(".json") && $0 != "image.json" }.map { "\(name)/\($0)" }
    }.sorted()

    static func bytes(_ document: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(VEXTests.folder)/\(document)")))
    }

    @Test(arguments: documents)
    func everyPrefixIsAnError(_ name: String) throws {
        let bytes = try Self.bytes(name)
        let whole = bytes.lastIndex { $0 == UInt8(ascii: "}") } ?? 0
        for length in 0..<whole {
            #expect(throws: VEXError.self) { try vexDocument(Array(bytes[..<length]), name: name) }
        }
        #expect(throws: Never.self) { try vexDocument(bytes, name: name) }
    }

    /// Every value in turn is replaced by one of each other type.
    @Test(arguments: documents)
    func wrongTypesAreSurvived(_ name: String) throws {
        let json = try JSONValue(try Self.bytes(name))
        for wrong in [
            JSONValue.null, .number("-1e99"), .string(""), .array([.null]), .object([]),
        ] {
            for index in 0..<json.nodeCount {
                var place = index
                let text = json.replacing(at: &place, with: wrong).indented
                do {
                    _ = try vexDocument(Array(text.utf8), name: name)
                } catch let error as any Explained {
                    #expect(error.problem.contains(name) && error.hint != nil)
                }
            }
        }
    }

    @Test(arguments: [
        ("", "not JSON, at byte 0"), ("<bom/>", "not JSON, at byte 0"), ("{}", "neither OpenVEX nor CSAF"),
        ("[]", "neither OpenVEX nor CSAF"),
        (#"{"@context":"https://openvex.dev/ns"}"#, "no list of statements"),
        (
            #"{"@context":"https://openvex.dev/ns","statements":[{"vulnerability":"CVE-1","products":[]}]}"#,
            "statement 1"
        ),
        (
            #"{"@context":"https://openvex.dev/ns","statements":[{"vulnerability":"CVE-1","status":"maybe"}]}"#,
            "no status 'maybe'"
        ),
        (
            #"{"@context":"https://openvex.dev/ns","statements":[{"status":"fixed"}]}"#,
            "names no vulnerability"
        ),
        (
            #"{"@context":"https://openvex.dev/ns","statements":[{"vulnerability":"CVE-1","status":"affected","status":"fixed"}]}"#,
            "'status' stands twice"
        ),
        (#"{"document":{"csaf_version":"2.0"}}"#, "no list of vulnerabilities"),
        (#"{"bomFormat":"CycloneDX"}"#, "a CycloneDX document without vulnerabilities"),
        (
            #"{"bomFormat":"CycloneDX","vulnerabilities":[{"id":"CVE-1","analysis":{"state":"perhaps"}}]}"#,
            "no state 'perhaps'"
        ),
        (#"{"payloadType":"x","payload":"%%%"}"#, "not in base 64"),
        (#"{"payloadType":"x","payload":"aGVsbG8="}"#, "the payload"),
        (#"{"predicateType":"https://slsa.dev/provenance/v1","predicate":{}}"#, "neither OpenVEX nor CSAF"),
    ])
    func saysWhatIsWrong(_ text: String, _ reason: String) {
        do {
            _ = try vexDocument(Array(text.utf8), name: "a.json")
            Issue.record("it was read")
        } catch {
            #expect(error.problem.contains("a.json") && error.problem.contains(reason), "\(error.problem)")
            #expect(error.hint?.isEmpty == false)
        }
    }

    @Test(arguments: ["[", #"{"a":"#]) func depthIsBounded(_ open: String) {
        let text =
            #"{"@context":"https://openvex.dev/ns","statements":"# + String(repeating: open, count: 100_000)
        #expect(throws: VEXError.self) { try vexDocument(Array(text.utf8), name: "deep.json") }
    }

    /// Envelopes in envelopes end where nesting does.
    @Test func envelopesDoNotNestForever() {
        var text = #"{"@context":"https://openvex.dev/ns","statements":[]}"#
        for _ in 0..<12 {
            text = #"{"payloadType":"x","payload":"\#(Data(text.utf8).base64EncodedString())"}"#
        }
        _ = try? vexDocument(Array(text.utf8), name: "nested.json")
    }

    @Test func aHundredThousandStatementsAreRead() throws {
        let one = #"{"vulnerability":"CVE-1","products":["pkg:npm/a"],"status":"fixed"}"#
        let all = Array(repeating: one, count: 100_000).joined(separator: ",")
        let text = #"{"@context":"https://openvex.dev/ns","statements":[\#(all)]}"#
        #expect(try vexDocument(Array(text.utf8), name: "long.json").statements.count == 100_000)
    }
}

extension JSONValue {
    /// How many values there are in it, itself included.
    fileprivate var nodeCount: Int {
        switch self {
        case .array(let elements): 1 + elements.reduce(0) { $0 + $1.nodeCount }
        case .object(let members): 1 + members.reduce(0) { $0 + $1.value.nodeCount }
        default: 1
        }
    }

    /// The value with the one at a place in the order of the text replaced; the place is counted down.
    fileprivate func replacing(at place: inout Int, with other: JSONValue) -> JSONValue {
        place -= 1
        if place == -1 { return other }
        switch self {
        case .array(let elements): return .array(elements.map { $0.replacing(at: &place, with: other) })
        case .object(let members):
            return .record(members.map { ($0.name, $0.value.replacing(at: &place, with: other)) })
        default: return self
        }
    }
}
