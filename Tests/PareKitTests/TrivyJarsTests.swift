// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareKit
import PareModel
import Testing

/// Real Trivy and pare name the same jars, by the very same index.
@Suite struct TrivyJarsTests {
    @Test(.enabled(if: TrivySharesDataTests.isThere, "needs Trivy in .build/peers"))
    func namesWhatTrivyNames() async throws {
        let image = try JarImage()
        let before = try readFile(image.cache + "/java-db/trivy-java.db")
        let trivys = try TrivySharesDataTests.trivy([
            "image", "--input", image.archive, "--cache-dir", image.cache, "--skip-db-update",
            "--skip-java-db-update", "--skip-check-update", "--scanners", "vuln", "--format", "json",
            "--list-all-pkgs",
        ])
        let report = try await Scan(
            target: image.archive, platform: nil, selection: FindingSelection(database: image.cache),
            cachesLayers: false
        ).run(in: .quiet)
        let pares = try JSONValue(Array(report.trivyJSON(listsAllPackages: true).utf8))
        let (theirs, ours) = (Self.packages(trivys), Self.packages(pares))
        #expect(theirs.count > 45)
        #expect(theirs.subtracting(ours).isEmpty && ours.subtracting(theirs).isEmpty)
        let found = Self.findings(trivys)
        #expect(found.count >= 7 && found == Self.findings(pares))
        #expect(try readFile(image.cache + "/java-db/trivy-java.db") == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: image.cache + "/java-db").sorted() == [
                "metadata.json", "trivy-java.db",
            ])
    }

    private static func packages(_ report: JSONValue) -> Set<String> {
        rows(report, "Packages") { package in
            [
                package["Name"]?.text, package["Version"]?.text, package["FilePath"]?.text,
                package["Identifier"]?["PURL"]?.text, package["Layer"]?["DiffID"]?.text,
                package["Digest"]?.text,
            ]
        }
    }

    private static func findings(_ report: JSONValue) -> Set<String> {
        rows(report, "Vulnerabilities") { row in
            ["VulnerabilityID", "PkgName", "InstalledVersion", "PkgPath", "FixedVersion"].map {
                row[$0]?.text
            }
        }
    }

    private static func rows(
        _ report: JSONValue, _ name: String, _ fields: (JSONValue) -> [String?]
    ) -> Set<String> {
        let results = (report["Results"]?.elements ?? []).filter { $0["Type"]?.text == "jar" }
        return Set(
            results.flatMap { $0[name]?.elements ?? [] }.map { row in
                fields(row).map { $0 ?? "" }.joined(separator: " | ")
            })
    }
}
