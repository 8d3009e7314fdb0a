// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareModel
import Testing

@Suite struct PlacesTests {
    static let root: [String: BoltWriter.Item] = [
        "alpine 3.19": .packages(["musl": ["CVE-1": "{\"FixedVersion\":\"1\"}"]])
    ]

    /// Of all places, in their order: each is used once those before it are gone.
    @Test func theFirstPlaceCounts() throws {
        let folder = try StoreFolder(Self.root, in: "xdg/pare")
        for place in ["named", "cache/db", "xdg/trivy/db"] {
            try folder.write(BoltWriter.file(Self.root), to: place + "/trivy.db")
        }
        let environment = [
            "XDG_CACHE_HOME": folder.path + "/xdg", "TRIVY_CACHE_DIR": folder.path + "/cache",
            "HOME": "/none",
        ]
        func name(_ folder: String? = nil) throws -> String {
            try AdvisoryStore.locate(folder, environment: environment).facts().name
        }
        #expect(try name(folder.path + "/named") == "trivy-db in \(folder.path)/named")
        #expect(try name(folder.path + "/cache") == "trivy-db in \(folder.path)/cache/db")
        for place in ["xdg/pare", "cache/db", "xdg/trivy/db"] {
            #expect(try name() == "trivy-db in \(folder.path)/\(place)")
            try FileManager.default.removeItem(atPath: "\(folder.path)/\(place)/trivy.db")
        }
        #expect(try name() == "data on board")
    }

    @Test func theHomeHoldsCaches() throws {
        let folder = try StoreFolder(Self.root, in: ".cache/trivy/db")
        let facts = try AdvisoryStore.locate(nil, environment: ["HOME": folder.path]).facts()
        #expect(facts.name == "trivy-db in \(folder.path)/.cache/trivy/db")
        #expect(facts.advisoryCount == 1)
    }

    /// What is empty or relative is as good as not set.
    @Test(arguments: [
        [:], ["XDG_CACHE_HOME": "", "TRIVY_CACHE_DIR": "", "HOME": ""], ["XDG_CACHE_HOME": "relative"],
    ])
    func otherwiseTheDataOnBoard(environment: [String: String]) throws {
        #expect(try AdvisoryStore.locate(nil, environment: environment).facts().name == "data on board")
    }

    @Test func aNamedFolderMustHoldAStore() throws {
        let folder = try StoreFolder()
        #expect(throws: AdvisoryError.noStore(folder: folder.path)) {
            try AdvisoryStore.locate(folder.path, environment: [:])
        }
    }

    @Test func metadataSaysSchemaAndDate() throws {
        let two = try StoreFolder(
            Self.root, metadata: #"{"Version":2,"UpdatedAt":"2026-01-02T03:04:05Z"}"#)
        #expect(try AdvisoryStore(at: two.path + "/trivy.db").facts().updated == "2026-01-02T03:04:05Z")
        let one = try StoreFolder(Self.root, metadata: #"{"Version":1}"#)
        #expect(throws: AdvisoryError.otherSchema(file: one.path + "/trivy.db", version: 1)) {
            try AdvisoryStore(at: one.path + "/trivy.db")
        }
        let odd = try StoreFolder(Self.root, metadata: "not JSON")
        #expect(try AdvisoryStore(at: odd.path + "/trivy.db").facts().updated == "")
    }

    @Test(arguments: [0, 1, 100, 4096, 8192])
    func whatIsNotADataBaseIsSaid(length: Int) throws {
        let folder = try StoreFolder()
        try folder.write([UInt8](repeating: 0x5A, count: length), to: "trivy.db")
        let error = #expect(throws: AdvisoryError.self) {
            try AdvisoryStore.locate(folder.path, environment: [:])
        }
        #expect(error?.problem.contains("'\(folder.path)/trivy.db' is damaged") == true)
        #expect(error?.hint?.contains("move '\(folder.path)/trivy.db' away") == true)
    }

    /// Damage may cost findings or the run, but not the process.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func damageNeverTraps(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let folder = try StoreFolder()
        let names = (0..<40).map { "package-\($0)" }
        let advisories = names.map { ($0, ["CVE-\($0)": #"{"FixedVersion":"2","Status":3,"Severity":9}"#]) }
        let details = names.map {
            ("CVE-\($0)", BoltWriter.Item.text(#"{"Severity":"HIGH","CVSS":{"nvd":{}}}"#))
        }
        let whole = BoltWriter.file(
            [
                "debian 12": .packages(Dictionary(uniqueKeysWithValues: advisories)),
                "data-source": .bucket(["debian 12": .text(#"{"ID":"debian"}"#)]),
                "vulnerability": .bucket(Dictionary(uniqueKeysWithValues: details)),
            ], pageSize: 1024)
        let packages = names.map { Package.named(.dpkg, $0) }
        for round in 0..<60 {
            var bytes = whole
            if round.isMultiple(of: 3) { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 0...20, using: &random) where bytes.count > 2048 {
                bytes[Int.random(in: 2048..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            try folder.write(bytes, to: "trivy.db")
            do {
                let store = try AdvisoryStore(at: folder.path + "/trivy.db")
                _ = try store.candidates(for: packages, distro: Distro(family: "debian", version: "12"))
                _ = try store.facts()
            } catch let error as AdvisoryError {
                #expect(error.problem.contains(folder.path))
            }
        }
    }
}
