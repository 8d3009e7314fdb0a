// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import PareBytes
import PareModel
import Testing

@testable import PareKit

/// Real Trivy and pare take the same artifact, and use the same folder.
@Suite struct TrivySharesDataTests {
    static let isThere = FileManager.default.isExecutableFile(atPath: TrivyVEXTests.trivy)

    @Test(.enabled(if: isThere, "needs Trivy in .build/peers"))
    func trivyUsesWhatPareFetched() async throws {
        let (registry, cache, theirs, root) = (
            try await DockerRegistry(), try Folder(), try Folder(), try Folder()
        )
        try await FeedSample(next: "2099-01-01T00:00:00Z").push(to: registry.place)
        _ = try await FeedTests.update(FeedTests.wishes("\(registry.place)/trivy-db"), cache)

        _ = try Self.trivy([
            "image", "--cache-dir", theirs.path, "--download-db-only", "--db-repository",
            "\(registry.place)/trivy-db:2",
        ])
        #expect(
            FileManager.default.contentsEqual(
                atPath: theirs.path + "/db/trivy.db", andPath: cache.path + "/pare/db/trivy.db"))

        try root.write("12.5\n", to: "etc/debian_version")
        try root.write("ID=debian\nVERSION_ID=\"12\"\n", to: "etc/os-release")
        try root.write(
            "Package: zlib1g\nStatus: install ok installed\nSource: zlib\nVersion: 1:1.2.13\nArchitecture: amd64\n\n",
            to: "var/lib/dpkg/status")
        let before = try readFile(cache.path + "/pare/db/trivy.db")
        let found = try Self.trivy([
            "rootfs", "--cache-dir", cache.path + "/pare", "--skip-db-update", "--offline-scan", "--scanners",
            "vuln", "--format", "json", root.path,
        ])
        let rows = (found["Results"]?.elements ?? []).flatMap { $0["Vulnerabilities"]?.elements ?? [] }
        let trivys = rows.map { row in
            Row(
                ["VulnerabilityID", "PkgName", "InstalledVersion", "FixedVersion", "Status", "Severity"].map {
                    row[$0]?.text ?? ""
                })
        }
        let report = try await Scan(
            target: root.path, platform: nil, selection: FindingSelection(), cachesLayers: false
        ).run(in: FeedTests.setup(cache))
        #expect(report.findings.map(Row.init) == trivys && trivys.count == 1, "\(trivys)")
        // And what Trivy did to the folder leaves it known.
        #expect(try readFile(cache.path + "/pare/db/trivy.db") == before)
        #expect(
            try DatabaseStatus(database: nil).run(in: FeedTests.setup(cache)).text.contains(
                "from \(registry.place)"))
    }

    static func trivy(_ words: [String]) throws -> JSONValue {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: TrivyVEXTests.trivy)
        process.arguments = ["--quiet"] + words
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "trivy \(words)")
        return bytes.isEmpty ? .null : try JSONValue(Array(bytes))
    }
}
