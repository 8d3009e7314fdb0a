// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareArchive
import PareBytes
import PareModel
import Testing

@Suite struct OnBoardTests {
    @Test func hasADateAndTensOfThousandsOfAdvisories() throws {
        let facts = try AdvisoryStore.onBoard().facts()
        #expect(facts.name == "data on board")
        #expect(facts.updated.count == 20 && facts.updated.hasSuffix("Z"))
        #expect(facts.advisoryCount > 30_000)
    }

    @Test func countsWhatIsInAStoreAndTheRuntimesAdvisories() throws {
        let runtime = try #require(
            try AdvisoryStore.onBoard().candidates(for: [Package(.node, "node")], distro: nil).first)
        let facts = try StoreFolder().store().facts()
        #expect(facts.advisoryCount == 17 + runtime.advisories.count)
    }

    @Test func knowsDebianAndTheLanguages() throws {
        let store = try AdvisoryStore.onBoard()
        let debian = Distro(family: "debian", version: "12.5")
        for package in [
            Package(.dpkg, "libssl3", source: Package.Source(name: "openssl", version: "3")),
            Package(.npm, "lodash"), Package(.python, "Flask"), Package(.go, "stdlib"), Package(.gem, "rack"),
        ] {
            let advisories = try store.detailed([package], distro: debian).flatMap(\.advisories)
            #expect(!advisories.isEmpty, "\(package.name)")
            #expect(advisories.allSatisfy { !$0.source.id.isEmpty && $0.detail != nil }, "\(package.name)")
        }
    }

    @Test func servesTheNodeRuntimeWhateverTheStore() throws {
        for store in [try AdvisoryStore.onBoard(), try StoreFolder().store()] {
            let candidates = try store.detailed([Package(.node, "node", "20.18.0")], distro: nil)
            let advisories = candidates.flatMap(\.advisories)
            #expect(advisories.count >= 170)
            let advisory = try #require(advisories.first { $0.id == "CVE-2025-23083" })
            #expect(advisory.vulnerableVersions == ["20.x", "22.x", "23.x"])
            #expect(advisory.patchedVersions == ["^20.18.2", "^22.13.1", "^23.6.1"])
            #expect(advisory.fixedVersion == "20.18.2, 22.13.1, 23.6.1")
            #expect(advisory.vendorIDs == ["NODE-CORE-147"])
            #expect(advisory.source.id == "nodejs-security-wg")
            #expect(advisory.detail?.vendorSeverities == ["nodejs-security-wg": .high])
            #expect(advisory.detail?.severity == .high)
        }
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../../shared/data"
    static let isThere = FileManager.default.fileExists(atPath: folder + "/trivy-cache.tar.gz")

    /// The data base that Trivy reads and the data on board come from the same facts, so they must say the same.
    @Test(.enabled(if: isThere, "the data in ../shared/data are not here"))
    func saysWhatTheTrivyDataBaseOfTheSameFactsSays() throws {
        let scratch = try ScratchFolder()
        let archive = try MappedFile(Self.folder + "/trivy-cache.tar.gz")
        for name in ["trivy.db", "metadata.json"] {
            try writeFile(try content(of: "cache/db/\(name)", in: archive), to: "\(scratch.path)/\(name)")
        }
        let stores = (trivy: try AdvisoryStore(trivyAt: scratch.path), onBoard: try AdvisoryStore.onBoard())
        var count = 0
        for (packages, distro) in try everything(in: BoltFile(scratch.path + "/trivy.db")) {
            let fromTrivy = try stores.trivy.detailed(packages, distro: distro)
            let fromBoard = try stores.onBoard.detailed(packages, distro: distro)
            #expect(fromTrivy.map(\.package) == packages)
            #expect(fromBoard.map(\.package) == packages)
            for (one, other) in zip(fromTrivy, fromBoard) where one.advisories != other.advisories {
                Issue.record("\(one.package.kind) \(one.package.name)")
            }
            count += fromTrivy.map(\.advisories.count).reduce(0, +)
        }
        #expect(count >= 38_000)
    }

    private func content(of path: String, in archive: MappedFile) throws -> [UInt8] {
        var reader = TarStream(GzipSource(FileSource(archive)))
        while let entry = try reader.next() {
            guard reader.path == Array(path.utf8) else { continue }
            return try #require(try reader.content(of: entry, limit: 1 << 28))
        }
        throw FileError.missing(path)
    }

    /// A package for every name in each root bucket, with the distribution that leads there.
    private func everything(in bolt: BoltFile) throws -> [([Package], Distro?)] {
        let kinds: [String: Package.Kind] = [
            "npm": .npm, "pip": .python, "go": .go, "rubygems": .gem, "cargo": .cargo, "maven": .jar,
        ]
        var names: [String: Set<String>] = [:]
        for root in try bolt.root.entries() where root.key != "vulnerability" && root.key != "data-source" {
            let place = root.key.contains("::") ? String(root.key.prefix { $0 != ":" }) : root.key
            names[place, default: []].formUnion(try root.bucket?.entries().map(\.key) ?? [])
        }
        return names.map { place, names in
            let words = place.split(separator: " ").map(String.init)
            let kind = kinds[place] ?? (words[0] == "alpine" ? .apk : .dpkg)
            let distro = words.count == 2 ? Distro(family: words[0], version: words[1]) : nil
            return (names.sorted().map { Package(kind, $0) }, distro)
        }
    }
}
