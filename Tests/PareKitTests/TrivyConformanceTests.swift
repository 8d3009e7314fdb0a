// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareKit
import PareModel
import Testing

/// Small images beside real Trivy's answers to them: the same findings, but for the differences that are listed here and in
/// `docs/differences.md`.
@Suite struct TrivyConformanceTests {
    static let folder = Project.root + "/../shared/conformance/trivy-probes"
    static let isThere = FileManager.default.fileExists(atPath: folder)

    static let probes: [String] =
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?
        .filter { $0.hasSuffix(".expected.json") }
        .map { String($0.dropLast(".expected.json".count)) }.sorted() ?? []

    /// What differs on purpose: rows that only one of the two has.
    struct Difference {
        var onlyTrivy: Set<Row> = []
        var onlyPare: Set<Row> = []
    }

    @Test(.enabled(if: isThere, "the images in ../shared/conformance are not here"), arguments: probes)
    func agreesWithTrivy(_ probe: String) async throws {
        let data = try Unpacked(Self.folder + "/cache.tar.gz")
        let expected = try Self.expectedRows(probe)
        let scan = Scan(
            target: Self.folder + "/\(probe).tar.gz", platform: nil,
            selection: FindingSelection(database: data.folder + "/cache", dismissesNothing: true),
            cachesLayers: false)
        let found: Set<Row>
        do {
            let report = try await scan.run(in: .quiet)
            #expect(report.isPastSupport == (try Self.expected(probe)["OS"]?["EOSL"]?.isTrue ?? false))
            found = Set(report.findings.map(Row.init))
        } catch let error as any Explained where error.problem.contains("was recognised") {
            found = []
        }
        let difference = Self.differences[probe] ?? Difference()
        #expect(expected.subtracting(found) == difference.onlyTrivy, "only Trivy finds")
        #expect(found.subtracting(expected) == difference.onlyPare, "only pare finds")
    }

    @Test(.enabled(if: isThere, "the images in ../shared/conformance are not here"))
    func everyListedDifferenceHasItsImage() {
        #expect(Set(Self.differences.keys).isSubset(of: Self.probes))
        #expect(Self.probes.count >= 30)
    }

    static func expected(_ probe: String) throws -> JSONValue {
        try JSONValue(Data(contentsOf: URL(filePath: folder + "/\(probe).expected.json")))
    }

    static func expectedRows(_ probe: String) throws -> Set<Row> {
        let results = try expected(probe)["Results"]?.elements ?? []
        let rows = results.flatMap { $0["Vulnerabilities"]?.elements ?? [] }.map { Row($0.texts) }
        return Set(rows)
    }
}

/// What has to agree of a finding.
struct Row: Hashable, CustomStringConvertible {
    let id: String
    let package: String
    let version: String
    let fixedVersion: String
    let status: String
    let severity: String

    init(_ fields: [String]) {
        let fields = fields + Array(repeating: "", count: max(0, 6 - fields.count))
        (id, package, version) = (fields[0], fields[1], fields[2])
        (fixedVersion, status, severity) = (fields[3], fields[4], fields[5])
    }

    init(_ finding: Finding) {
        self.init([
            finding.id, finding.package.name, finding.package.version, finding.fixedVersion,
            finding.status.rawValue,
            finding.severity.name,
        ])
    }

    var description: String { "\(id) \(package) \(version) -> \(fixedVersion) \(status) \(severity)" }
}
