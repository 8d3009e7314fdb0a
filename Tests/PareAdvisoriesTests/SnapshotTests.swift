// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareModel
import Testing

/// The data that the program carries.
@Suite struct SnapshotTests {
    @Test func knowsItsDateAndExtent() throws {
        let facts = try AdvisoryStore.onBoard().facts()
        #expect(facts.name == "data on board")
        #expect(facts.advisoryCount > 30_000)
        #expect(Day(facts.updated) != nil, "\(facts.updated)")
    }

    @Test func knowsTheRuntimesAdvisories() throws {
        let node = Package.named(.node, "node", version: "20.18.0")
        let advisories = try AdvisoryStore.onBoard().candidates(for: [node], distro: nil)
            .flatMap(\.advisories)
        #expect(advisories.contains { $0.id == "CVE-2025-23166" }, "\(advisories.map(\.id))")
        #expect(advisories.allSatisfy { !$0.vulnerableVersions.isEmpty })
    }

    /// A Trivy cache that the snapshot can be set against.
    static let archive = URL(filePath: #filePath).appending(
        path: "../../../../shared/data/trivy-cache.tar.gz"
    )
    .standardizedFileURL.path

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: archive), "needs a Trivy cache beside the repository"))
    func saysWhatTheWholeDataBaseSays() throws {
        let folder = try StoreFolder()
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", Self.archive, "-C", folder.path, "cache/db"]
        try tar.run()
        tar.waitUntilExit()
        let whole = try AdvisoryStore.locate(folder.path + "/cache", environment: [:])
        let onBoard = try AdvisoryStore.onBoard()
        // What is on board holds advisories of the runtime beside those of the whole.
        let more = try onBoard.facts().advisoryCount - whole.facts().advisoryCount
        #expect((1..<500).contains(more), "\(more)")
        let samples: [(Package.Kind, String, Distro?)] = [
            (.dpkg, "glibc", Distro(family: "debian", version: "12")),
            (.dpkg, "openssl", Distro(family: "debian", version: "12")),
            (.apk, "busybox", Distro(family: "alpine", version: "3.19.1")),
            (.npm, "express", nil), (.npm, "minimist", nil), (.python, "Jinja2", nil), (.gem, "rack", nil),
            (.go, "golang.org/x/net", nil), (.cargo, "time", nil),
        ]
        var found = 0
        for (kind, name, distro) in samples {
            let package = [Package.named(kind, name)]
            let ours = try onBoard.candidates(for: package, distro: distro).flatMap(\.advisories)
            let theirs = try whole.candidates(for: package, distro: distro).flatMap(\.advisories)
            #expect(ours.map(\.id) == theirs.map(\.id), "\(kind) \(name)")
            #expect(ours.map(\.fixedVersion) == theirs.map(\.fixedVersion))
            #expect(ours.map(\.vulnerableVersions) == theirs.map(\.vulnerableVersions))
            #expect(ours.map(\.detail?.severity) == theirs.map(\.detail?.severity))
            found += ours.count
        }
        #expect(found > 100)
    }
}
