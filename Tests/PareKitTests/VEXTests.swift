// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareMatch
import PareModel
import Testing

/// Documents beside an image's findings: what is set aside, by whom, and what every statement did.
///
/// A case is a folder with `image.json`, documents of any format, and `expected.txt`.
@Suite struct VEXTests {
    static let folder = Project.fixtures + "/vex"
    static let cases = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    @Test(arguments: cases)
    func setsAside(_ name: String) throws {
        let judged = try VEXCase(folder: "\(Self.folder)/\(name)").judged
        #expect(judged.held.allSatisfy { $0.isOpen && judged.findings.contains($0) })
        let text =
            judged.findings.map { $0.line + (judged.held.contains($0) ? "    held open\n" : "") }.joined()
            + "\n" + judged.uses.map(\.line).joined()
        let file = "\(Self.folder)/\(name)/expected.txt"
        if ProcessInfo.processInfo.environment["PARE_UPDATE_GOLDENS"] == "1" {
            try Data(text.utf8).write(to: URL(filePath: file))
        }
        #expect(text == (try String(contentsOfFile: file, encoding: .utf8)))
    }

    @Test func thereAreCases() { #expect(Self.cases.count >= 12) }
}

/// An image's findings and the documents about them.
struct VEXCase {
    let findings: [Finding]
    let statements: Statements

    init(folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let image = try JSONValue(Data(contentsOf: URL(filePath: folder + "/image.json")))
        let distro = image["distro"]?["family"]?.text.map {
            Distro(family: $0, version: image["distro"]?["version"]?.text ?? "")
        }
        findings = (image["findings"]?.elements ?? []).map(Finding.init)
        let documents = try names.filter { $0.hasSuffix(".json") && $0 != "image.json" }.map { name in
            try vexDocument(Array(Data(contentsOf: URL(filePath: "\(folder)/\(name)"))), name: name)
        }
        let facts = ImageFacts(
            id: image["id"]?.text.flatMap { Digest($0) }, tags: image["tags"]?.texts ?? [], layers: [],
            config: ImageConfig(), rawConfig: "",
            manifestDigest: image["manifest"]?.text.flatMap { Digest($0) })
        statements = Statements(
            documents, vendor: try VendorStatements.document(for: distro),
            target: image["target"]?.text ?? "", image: facts, distro: distro)
    }

    var judged: (findings: [Finding], held: Set<Finding>, uses: [StatementUse]) {
        statements.applied(to: findings)
    }
}

extension Finding {
    fileprivate init(_ json: JSONValue) {
        let source = json["source"]?.texts ?? []
        let package = Package(
            json["kind"]?.text.flatMap(Package.Kind.init(rawValue:)) ?? .dpkg, name: json["name"]?.text ?? "",
            version: json["version"]?.text ?? "", architecture: json["arch"]?.text,
            source: source.count == 2 ? Package.Source(name: source[0], version: source[1]) : nil,
            evidence: Package.Evidence(path: "", layer: 0))
        let advisory = Advisory(
            id: json["id"]?.text ?? "", vendorIDs: json["vendorIDs"]?.texts ?? [],
            source: Advisory.DataSource(id: "test", name: "", url: ""))
        self.init(
            package: package, advisory: advisory, fixedVersion: "", status: .affected, severity: .low,
            severitySource: "")
    }

    fileprivate var line: String {
        guard let dismissal else { return "\(id) \(package.name): open\n" }
        let why = dismissal.justification.map { " [\($0.rawValue)]" } ?? ""
        return "\(id) \(package.name): \(dismissal.by): \(dismissal.reason)\(why)\n"
            + dismissal.evidence.map { "    \($0)\n" }.joined()
    }
}

extension StatementUse {
    fileprivate var line: String {
        "\(document) \(vulnerability) \(product) \(status.rawValue): matched \(matched), dismissed \(dismissed)\n"
    }
}
