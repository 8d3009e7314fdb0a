// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareKit
import PareModel
import Testing

/// Real Trivy reads what pare writes: with our OpenVEX it shows nothing that pare has dismissed, and out of our bill of
/// materials it makes the same findings.
@Suite struct TrivyVEXTests {
    static let trivy =
        (ProcessInfo.processInfo.environment["PARE_PEERS"] ?? Project.root + "/.build/peers") + "/trivy"
    static let isThere =
        TrivyConformanceTests.isThere && FileManager.default.isExecutableFile(atPath: trivy)

    /// Images of which Trivy sees no package that pare does not.
    static let images = [
        "dpkg-source-version", "severity-select", "layer-replace-status", "gobinary", "gemspec", "jar",
        "py-bad-metadata", "sbom-npm",
    ]

    @Test(.enabled(if: isThere, "needs ../shared/conformance and Trivy in .build/peers"), arguments: images)
    func trivyHonoursOurStatements(_ image: String) async throws {
        let data = try Unpacked(TrivyConformanceTests.folder + "/cache.tar.gz")
        let folder = try Folder()
        let archive = "\(TrivyConformanceTests.folder)/\(image).tar.gz"
        func report(_ selection: FindingSelection) async throws -> ScanReport {
            try await Scan(target: archive, platform: nil, selection: selection, cachesLayers: false)
                .run(in: .quiet)
        }
        let database = data.folder + "/cache"
        let raw = try await report(FindingSelection(database: database, dismissesNothing: true))
        #expect(!raw.open.isEmpty)
        try folder.write(Self.vex(on: raw), to: "given.json")
        let judged = try await report(
            FindingSelection(database: database, vex: [folder.path + "/given.json"]))
        #expect(judged.open.isEmpty && judged.dismissed.count == raw.open.count)
        #expect(judged.statements.allSatisfy { $0.matched > 0 })

        try folder.write(judged.openVEX, to: "ours.json")
        let scanned = ["image", "--input", try Self.plain(archive, in: folder), "--scanners", "vuln"]
        #expect(try Self.trivy(scanned, database).count == Set(raw.open.map(Self.key)).count)
        #expect(try Self.trivy(scanned + ["--vex", folder.path + "/ours.json"], database) == [])

        // And pare its own, of both formats.
        try folder.write(judged.cycloneDX, to: "ours.cdx.json")
        for name in ["ours.json", "ours.cdx.json"] {
            let again = try await report(
                FindingSelection(database: database, vex: ["\(folder.path)/\(name)"]))
            #expect(again.open.isEmpty, "\(name)")
        }
    }

    @Test(.enabled(if: isThere, "needs ../shared/conformance and Trivy in .build/peers"), arguments: images)
    func trivyFindsTheSameInOurBillOfMaterials(_ image: String) async throws {
        let data = try Unpacked(TrivyConformanceTests.folder + "/cache.tar.gz")
        let folder = try Folder()
        let database = data.folder + "/cache"
        let report = try await Scan(
            target: "\(TrivyConformanceTests.folder)/\(image).tar.gz", platform: nil,
            selection: FindingSelection(database: database), cachesLayers: false
        ).run(in: .quiet)
        for (name, text) in [("a.cdx.json", report.cycloneDX), ("a.spdx.json", report.spdx)] {
            try folder.write(text, to: name)
            let found = try Self.trivy(["sbom", "\(folder.path)/\(name)"], database)
            #expect(found == Set(report.findings.map(Self.key)), "\(name)")
        }
    }

    private static func key(_ finding: Finding) -> String {
        "\(finding.id) \(finding.package.name) \(finding.package.version)"
    }

    /// A document by hand: every open finding is of code that is not reached.
    private static func vex(on report: ScanReport) -> String {
        let statements = report.open.map { finding in
            """
            {"vulnerability":{"name":"\(finding.id)"},"status":"not_affected",
             "products":[{"@id":"\(finding.package.purl(distro: report.distro))"}],
             "justification":"vulnerable_code_not_in_execute_path"}
            """
        }
        return """
            {"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.com/1","author":"A","version":1,
             "timestamp":"2024-01-01T00:00:00Z","statements":[\(statements.joined(separator: ","))]}
            """
    }

    /// Trivy takes no compressed archive.
    private static func plain(_ archive: String, in folder: Folder) throws -> String {
        let unpacked = folder.path + "/image.tar"
        _ = try run("/bin/sh", ["-c", "gunzip -c \"$1\" > \"$2\"", "sh", archive, unpacked])
        return unpacked
    }

    /// The findings that Trivy lists.
    private static func trivy(_ words: [String], _ database: String) throws -> Set<String> {
        let output = try run(
            trivy,
            words + [
                "--cache-dir", database, "--quiet", "--skip-db-update", "--skip-java-db-update",
                "--offline-scan", "--format", "json",
            ])
        let results = try JSONValue(output)["Results"]?.elements ?? []
        return Set(
            results.flatMap { $0["Vulnerabilities"]?.elements ?? [] }.map { row in
                ["VulnerabilityID", "PkgName", "InstalledVersion"].map { row[$0]?.text ?? "" }
                    .joined(separator: " ")
            })
    }

    private static func run(_ program: String, _ words: [String]) throws -> Data {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = words
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return output
    }
}
