// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import Testing

@testable import PareReport

/// The documents for other tools, held against the rules of their formats.
@Suite struct DocumentTests {
    private func json(_ text: String) throws -> JSONValue { try JSONValue(Array(text.utf8)) }

    @Test(arguments: cases(with: "report.json"))
    func cycloneDXHoldsTogether(_ name: String) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        let document = try json(cycloneDX(report))
        let root = document["metadata"]?["component"]
        let components = [root].compactMap(\.self) + (document["components"]?.elements ?? [])
        let references = components.compactMap { $0["bom-ref"]?.text }
        #expect(references.count == components.count)
        #expect(Set(references).count == references.count)
        #expect(components.allSatisfy { ($0["name"]?.text ?? "") != "" && $0["type"]?.text != nil })
        let vulnerabilities = document["vulnerabilities"]?.elements ?? []
        let affected = vulnerabilities.flatMap { $0["affects"]?.elements ?? [] }.compactMap {
            $0["ref"]?.text
        }
        let depending = (document["dependencies"]?.elements ?? [])
            .flatMap { [$0["ref"]?.text ?? ""] + ($0["dependsOn"]?.texts ?? []) }
        #expect(Set(affected + depending).isSubset(of: references))
        #expect(Set(depending) == Set(references), "every component stands in the graph")
        let analysed = vulnerabilities.filter { $0["analysis"] != nil }
        #expect(analysed.isEmpty == report.dismissed.isEmpty)
        let serial = document["serialNumber"]?.text ?? ""
        #expect(serial.wholeMatch(of: /urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
    }

    @Test(arguments: cases(with: "report.json"))
    func openVEXHasReasons(_ name: String) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        let document = try json(openVEX(report))
        for key in ["@context", "@id", "author", "timestamp"] { #expect(document[key]?.text != "") }
        let statements = document["statements"]?.elements ?? []
        for statement in statements {
            #expect(statement["status"]?.text == "not_affected")
            #expect(statement["impact_statement"]?.text?.isEmpty == false)
            #expect(statement["products"]?.elements?.isEmpty == false)
        }
        let shown = report.dismissed.filter(\.isShown)
        #expect(Set(statements.compactMap { $0["vulnerability"]?["name"]?.text }) == Set(shown.map(\.id)))
    }

    /// An ignore file's rule is a wish, and no statement for others.
    @Test func ignoredFindingsMakeNoStatement() throws {
        let finding = Finding.sample().dismissed(Dismissal(by: ".trivyignore", reason: "later"))
        #expect(try json(openVEX(.sample([finding])))["statements"]?.elements == [])
    }

    @Test func documentsAreTheSameTwiceAndNamedByContent() throws {
        let report = try decoded(ScanReport.self, "dismissed/report.json")
        #expect(openVEX(report) == openVEX(report) && cycloneDX(report) == cycloneDX(report))
        let other = try decoded(ScanReport.self, "debian-node/report.json")
        #expect(try json(openVEX(report))["@id"] != json(openVEX(other))["@id"])
    }

    @Test(arguments: cases(with: "report.json"))
    func spdxHoldsTogether(_ name: String) throws {
        let report = try decoded(ScanReport.self, "\(name)/report.json")
        let document = try json(spdx(report))
        let ids = (document["packages"]?.elements ?? []).compactMap { $0["SPDXID"]?.text }
        #expect(Set(ids).count == ids.count)
        let related = (document["relationships"]?.elements ?? []).compactMap {
            $0["relatedSpdxElement"]?.text
        }
        #expect(Set(related) == Set(ids) && related.count == ids.count)
    }
}

extension Finding {
    fileprivate var isShown: Bool { dismissal?.isShown ?? false }
}
