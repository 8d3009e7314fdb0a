// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Testing

@testable import PareAdvisories

/// What no record of OSV's says, and no archive holds.
@Suite struct OSVLimitTests {
    private static func list(_ count: Int, _ element: (Int) -> String) -> String {
        "[" + (0..<count).map(element).joined(separator: ",") + "]"
    }

    private static func affected(
        _ name: String = "x", events: String = #"[{"introduced": "0"}]"#, versions: String = "[]"
    ) -> String {
        """
        {"package": {"ecosystem": "npm", "name": "\(name)"}, "versions": \(versions),
         "ranges": [{"type": "SEMVER", "events": \(events)}]}
        """
    }

    private static func record(aliases: Int = 1, _ affected: String) -> String {
        #"{"id": "GHSA-1", "aliases": \#(list(aliases) { "\"CVE-2026-\($0)\"" }), "affected": \#(affected)}"#
    }

    private static func events(_ count: Int) -> String {
        list(count) { #"{"\#($0 % 2 == 0 ? "introduced" : "fixed")": "\#($0).0.0"}"# }
    }

    @Test(arguments: [1, 0])
    func aRecordThatSaysMoreThanAnyIsMalformed(_ over: Int) throws {
        let name = String(repeating: "n", count: 255 + over)
        let records = [
            Self.record(aliases: 5000 + over, "[\(Self.affected())]"),
            Self.record(Self.list(5000 + over) { Self.affected("p\($0)") }),
            Self.record("[\(Self.affected(events: Self.events(1000 + over)))]"),
            Self.record("[\(Self.affected(name))]"),
        ]
        for record in records {
            let (store, counts) = try OSVTests.store([OSVTests.npm, record], of: "npm")
            #expect(counts == .init(taken: 2 - over, malformed: over))
            #expect(try store.ids(Package(.npm, "@scope/name")).contains("CVE-2024-100"))
        }
    }

    @Test func comparisonsAreCounted() throws {
        let versions = Self.list(1001) { "\"\($0).5.0\"" }
        for (count, isTaken) in [(1000, false), (10, true)] {
            let text = Self.record("[\(Self.affected(events: Self.events(count), versions: versions))]")
            #expect((OSVRecord(try JSONValue(Array(text.utf8))) != nil) == isTaken)
        }
    }

    @Test func longTextsAreCut() throws {
        for text in ["A", "é", "€", "😀"] {
            let long = String(repeating: text, count: 70_000)
            let record = OSVTests.npm.replacing("A text", with: long)
            let (store, counts) = try OSVTests.store([record], of: "npm")
            let detail = try OSVTests.advisories(store, Package(.npm, "@scope/name")).first?.detail
            let kept = try #require(detail?.description)
            #expect(counts.taken == 1 && kept.utf8.count <= 65_540 && kept.utf8.count > 65_000)
            #expect(kept.hasSuffix(text + "…") && kept.dropLast().allSatisfy { String($0) == text })
        }
    }

    @Test func anArchiveHasAnEnd() throws {
        var imported = ImportedAdvisories()
        var detail = ImportedAdvisories.Detail()
        detail.text = String(repeating: "A", count: 1 << 20)
        for number in 0..<900 { imported.add(detail, "CVE-2026-\(number)") }
        #expect(!imported.isTooMuch)
        for number in 900..<1100 { imported.add(detail, "CVE-2026-\(number)") }
        #expect(imported.isTooMuch)
        var compared = ImportedAdvisories()
        for _ in 0..<100 { compared.spend(1_000_000) }
        #expect(compared.isTooMuch)
    }

    /// Joining what many records say of one package does not grow with the square of their number.
    @Test func manyRecordsOfOnePackageAreJoined() throws {
        var imported = ImportedAdvisories()
        let source = Advisory.DataSource(id: "a", name: "b", url: "c")
        let scheme = try FeedEcosystem("npm").scheme
        for record in 0..<50 {
            let row = ImportedAdvisories.Row(
                vulnerableVersions: (0..<100).map { "=\(record / 2).0.\($0)" }, vendorIDs: ["GHSA-\(record)"])
            imported.add(row, "CVE-1", package: "x", bucket: "npm::b", from: source, in: scheme)
        }
        let row = imported.rows["npm::b"]?["x"]?["CVE-1"]
        #expect(row?.vulnerableVersions.count == 2500 && row?.vendorIDs.count == 50)
        #expect(!imported.isTooMuch)
    }

    @Test func anImportAndAMergeCanBeStopped() async throws {
        let file = try OSVTests.zip([("a.json", OSVTests.npm)])
        let npm = try FeedEcosystem("npm")
        let imported = try OSVImporter().advisories(in: file, of: npm)
        let folder = try StoreFolder()
        let (store, path) = (try folder.store(), folder.path + "/new.db")
        await #expect(throws: CancellationError.self) {
            try await onOwnThread { interruption in
                interruption.set()
                _ = try OSVImporter().advisories(in: file, of: npm)
            }
        }
        await #expect(throws: CancellationError.self) {
            try await onOwnThread { interruption in
                interruption.set()
                try store.write(to: path, replacing: [(npm, imported)])
            }
        }
    }

    /// Where the new file cannot be written, the old one is not at fault.
    @Test func whatGoesWrongInWritingIsNoDamage() throws {
        let store = try StoreFolder().store()
        for error in [FileError.diskFull("a"), .unwritable("a")] {
            #expect(throws: error) { try store.explaining { throw error } }
        }
        #expect(throws: BoltError.unfit("k")) { try store.explaining { throw BoltError.unfit("k") } }
        #expect(throws: AdvisoryError.self) { try store.explaining { throw FileError.changed("a") } }
        #expect(throws: AdvisoryError.self) {
            try store.explaining { throw BoltError.corrupt("a", what: "b") }
        }
    }
}
