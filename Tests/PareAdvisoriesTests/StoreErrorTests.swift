// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareModel
import Testing

@Suite struct StoreErrorTests {
    /// What is wrong with a store that is made wrong in one way.
    private func fault(_ folder: String) -> AdvisoryError? {
        do {
            _ = try AdvisoryStore(trivyAt: folder)
            return nil
        } catch {
            return error as? AdvisoryError
        }
    }

    @Test func aFolderWithoutAStore() throws {
        let empty = try ScratchFolder()
        #expect(fault(empty.path) == .noStore(folder: empty.path))
        #expect(fault("/nowhere") == .noStore(folder: "/nowhere"))
    }

    @Test(arguments: ["", "db/"])
    func aFolderOfOneOrAnotherKind(part: String) throws {
        let folder = try StoreFolder(part: part)
        #expect(fault(folder.path) == nil)
        #expect(fault(folder.path + "/") == nil)
    }

    @Test(arguments: [
        (nil as String?, AdvisoryError.noMetadata(file: "metadata.json")),
        ("{}", .corrupt(file: "metadata.json", reason: "it does not say the schema's version")),
        ("not JSON", .corrupt(file: "metadata.json", reason: "it does not say the schema's version")),
        (#"{"Version":1}"#, .otherSchema(file: "metadata.json", version: 1)),
        (
            #"{"Version":3,"UpdatedAt":"2030-01-01T00:00:00Z"}"#,
            .otherSchema(file: "metadata.json", version: 3)
        ),
    ])
    func metadataThatDoesNotFit(metadata: String?, error: AdvisoryError) throws {
        let folder = try StoreFolder(metadata: metadata)
        let found = try #require(fault(folder.path))
        switch (found, error) {
        case (.noMetadata, .noMetadata): break
        case (.corrupt(_, let found), .corrupt(_, let expected)): #expect(found == expected)
        case (.otherSchema(_, let found, _), .otherSchema(_, let expected, _)): #expect(found == expected)
        default: Issue.record("\(found)")
        }
        #expect(found.hint != nil)
    }

    @Test func filesThatAreNoDataBase() throws {
        let folder = try StoreFolder()
        for bytes in [[], Array("SQLite format 3".utf8), [UInt8](repeating: 0, count: 100_000)] {
            try folder.replace("trivy.db", with: bytes)
            let file = folder.path + "/trivy.db"
            #expect(
                fault(folder.path) == .corrupt(file: file, reason: "it is not a bbolt file, or not whole"))
        }
    }

    @Test func aBoltFileOfAnotherProgram() throws {
        let folder = try StoreFolder([(["artifact", "sha256:1"], "{}")])
        let file = folder.path + "/trivy.db"
        #expect(fault(folder.path) == .corrupt(file: file, reason: "it has no bucket 'vulnerability'"))
    }

    @Test func aFolderInPlaceOfAFile() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: scratch.path + "/trivy.db", withIntermediateDirectories: false)
        try writeFile(Array(StoreFolder.metadata.utf8), to: scratch.path + "/metadata.json")
        guard case .unreadable = fault(scratch.path) else {
            Issue.record("not refused")
            return
        }
    }

    @Test func aDataBaseThatIsCutOffThrowsOrFindsLess() throws {
        let folder = try StoreFolder()
        let whole = try readFile(folder.path + "/trivy.db")
        let packages = [Package(.dpkg, "glibc"), Package(.npm, "@scope/name")]
        for length in stride(from: 0, to: whole.count, by: 997) {
            try folder.replace("trivy.db", with: Array(whole[..<length]))
            do {
                let store = try AdvisoryStore(trivyAt: folder.path)
                _ = try store.detailed(packages, distro: Distro(family: "debian", version: "12"))
                _ = try store.facts()
            } catch {
                #expect(error is AdvisoryError, "\(error)")
            }
        }
    }

    @Test func aDataBaseThatIsCutOffWhileItIsOpen() throws {
        let folder = try StoreFolder()
        let store = try AdvisoryStore(trivyAt: folder.path)
        let handle = try #require(FileHandle(forWritingAtPath: folder.path + "/trivy.db"))
        try handle.truncate(atOffset: 4096)
        let reason = "another program cut it off while it was read"
        #expect(throws: AdvisoryError.corrupt(file: folder.path + "/trivy.db", reason: reason)) {
            try store.ids(Package(.gem, "rack"))
        }
    }

    @Test func recordsThatAreNotJSON() throws {
        for record in ["", "{", "\u{1}"] {
            let folder = try StoreFolder([
                (["debian 12", "a", "CVE-1"], record), (["debian 12", "b", "CVE-2"], "{}"),
                (["vulnerability", "CVE-2"], record),
            ])
            let store = try AdvisoryStore(trivyAt: folder.path)
            for (name, id) in [("a", "CVE-1"), ("b", "CVE-2")] {
                let reason = "what it says of '\(id)' is not JSON"
                #expect(throws: AdvisoryError.corrupt(file: folder.path + "/trivy.db", reason: reason)) {
                    try store.ids(Package(.dpkg, name), "debian", "12")
                }
            }
        }
    }
}

@Suite struct LocateTests {
    /// Folders of caches that hold a store or nothing, and whose store is used.
    struct Case: Sendable, CustomTestStringConvertible {
        let variables: [String: String]
        let stores: [String]
        let used: String

        init(_ variables: [String: String], stores: [String] = [], uses used: String) {
            (self.variables, self.stores, self.used) = (variables, stores, used)
        }

        var testDescription: String { "\(variables) \(stores)" }
    }

    static let cases = [
        Case([:], uses: "on board"),
        Case(["HOME": "h"], uses: "on board"),
        Case(["HOME": "h"], stores: ["h/.cache/trivy/db/"], uses: "h/.cache/trivy/db"),
        Case(["HOME": "h"], stores: ["h/.cache/pare/", "h/.cache/trivy/db/"], uses: "h/.cache/pare"),
        Case(["HOME": "h"], stores: ["h/.cache/pare/db/"], uses: "h/.cache/pare/db"),
        Case(
            ["HOME": "h", "XDG_CACHE_HOME": "x"], stores: ["h/.cache/pare/", "x/trivy/db/"],
            uses: "x/trivy/db"),
        Case(["HOME": "h", "XDG_CACHE_HOME": ""], stores: ["h/.cache/pare/"], uses: "h/.cache/pare"),
        Case(["HOME": "h", "XDG_CACHE_HOME": "x"], stores: ["h/.cache/pare/"], uses: "on board"),
        Case(
            ["HOME": "h", "XDG_CACHE_HOME": "./x"], stores: ["h/.cache/pare/", "x/pare/db/"],
            uses: "h/.cache/pare"),
        Case(["HOME": "h", "TRIVY_CACHE_DIR": "t"], stores: ["t/db/", "h/.cache/trivy/db/"], uses: "t/db"),
        Case(
            ["HOME": "h", "TRIVY_CACHE_DIR": "t"], stores: ["t/db/", "h/.cache/pare/"], uses: "h/.cache/pare"),
        Case(
            ["HOME": "h", "TRIVY_CACHE_DIR": "t"], stores: ["h/.cache/trivy/db/"], uses: "h/.cache/trivy/db"),
    ]

    @Test(arguments: cases)
    func usesTheFirstPlaceThatHoldsAStore(_ sample: Case) throws {
        let root = try ScratchFolder()
        for place in sample.stores {
            let folder = "\(root.path)/\(place)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try writeFile(StoreFolder.dataBase(StoreFolder.sample), to: folder + "trivy.db")
            try writeFile(Array(StoreFolder.metadata.utf8), to: folder + "metadata.json")
        }
        // What begins with a dot stays as it is: a name that does not begin at the root.
        let environment = sample.variables.mapValues {
            $0.isEmpty || $0.hasPrefix(".") ? $0 : "\(root.path)/\($0)"
        }
        let facts = try AdvisoryStore.locate(nil, environment: environment).facts()
        if sample.used == "on board" {
            #expect(facts.name == "data on board")
        } else {
            #expect(facts.name.hasPrefix("trivy-db in \(root.path)/\(sample.used) "))
            #expect(facts.updated == "2026-01-02T03:04:05Z")
        }
    }

    @Test func usesNoOtherStoreThanTheOneThatWasNamed() throws {
        let (named, other) = (try StoreFolder(part: "trivy/db/"), try StoreFolder(part: "pare/"))
        let environment = ["XDG_CACHE_HOME": other.path]
        let facts = try AdvisoryStore.locate(named.path + "/trivy", environment: environment).facts()
        #expect(facts.name.hasPrefix("trivy-db in \(named.path)/trivy/db"))
        #expect(throws: AdvisoryError.noStore(folder: "/nowhere")) {
            try AdvisoryStore.locate("/nowhere", environment: environment)
        }
    }

    @Test func saysWhatIsWrongWithACacheInsteadOfUsingOtherData() throws {
        let folder = try StoreFolder(metadata: #"{"Version":1}"#, part: "trivy/db/")
        #expect(throws: AdvisoryError.otherSchema(file: folder.path + "/trivy/db/metadata.json", version: 1))
        {
            try AdvisoryStore.locate(nil, environment: ["XDG_CACHE_HOME": folder.path])
        }
    }
}
