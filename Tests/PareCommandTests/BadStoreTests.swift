// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Samples
import Testing

/// Advisory data that is damaged; a scan may fail then, but says so.
@Suite struct BadStoreTests {
    @Test(arguments: ["", "garbage", String(repeating: "\u{0}", count: 65536)])
    func garbageIsSaid(content: String) throws {
        let (root, folder) = (try SurroundingsTests.root(), try TemporaryFolder())
        try folder.write(content, to: "db/trivy.db")
        try folder.write(#"{"Version":2,"UpdatedAt":"2026-01-01T00:00:00Z"}"#, to: "db/metadata.json")
        let command = try Command("scan", "--db-path", folder.path, root.path)
        #expect(command.failed(naming: folder.path + "/db/trivy.db"), "\(command)")
    }

    @Test func noStoreIsSaid() throws {
        let (root, folder) = (try SurroundingsTests.root(), try TemporaryFolder())
        for path in [folder.path, folder.path + "/nothing", "/etc/hostname"] {
            let command = try Command("scan", "--db-path", path, root.path)
            #expect(command.failed(naming: path), "\(command)")
        }
    }

    @Test func anotherSchemaIsSaid() throws {
        let (root, folder) = (try SurroundingsTests.root(), try TemporaryFolder())
        try folder.write(Self.store, to: "trivy.db")
        try folder.write(#"{"Version":1}"#, to: "metadata.json")
        let command = try Command("scan", "--db-path", folder.path, root.path)
        #expect(command.failed(naming: folder.path + "/metadata.json"), "\(command)")
    }

    @Test func aWholeStoreIsUsed() throws {
        let (root, folder) = (try SurroundingsTests.root(), try Self.folder(Self.store))
        let command = try Command("scan", "--all", "--db-path", folder.path, root.path)
        #expect(command.status == 0 && command.output.contains("CVE-2026-17"), "\(command)")
    }

    /// Whatever is cut off: a whole answer, or an error that names the file.
    @Test(arguments: [0.1, 0.25, 0.4, 0.5, 0.75, 0.9])
    func aTruncatedStoreIsSaid(part: Double) throws {
        let cut = Array(Self.store.prefix(Int(Double(Self.store.count) * part)))
        let (root, folder) = (try SurroundingsTests.root(), try Self.folder(cut))
        let command = try Command("scan", "--db-path", folder.path, root.path)
        #expect(command.failed(naming: folder.path + "/trivy.db"), "\(command)")
    }

    @Test(arguments: 0..<16 as Range<UInt64>)
    func damageNeverTraps(seed: UInt64) throws {
        let root = try SurroundingsTests.root()
        var random = SplitMix64(seed: seed)
        var bytes = Self.store
        for _ in 0..<100 {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let folder = try Self.folder(bytes)
        let command = try Command("scan", "--db-path", folder.path, root.path)
        #expect(command.status == 0 || command.failed(naming: folder.path + "/trivy.db"), "\(command)")
    }

    private static let store: [UInt8] = {
        var writer = BoltWriter(pageSize: 1024)
        do {
            try writer.openBucket(["data-source"])
            try writer.put(
                Array(#"{"FixedVersion":"9"}"#.utf8), for: "CVE-2026-17", in: ["debian 12", "glibc"])
            for name in (0..<200).map({ "package-\($0)" }).sorted() {
                try writer.put(Array("{}".utf8), for: "CVE-2026-1", in: ["debian 12", name])
            }
            try writer.openBucket(["vulnerability"])
            return try writer.finish()
        } catch {
            return []
        }
    }()

    /// A folder with a data base of the given bytes.
    private static func folder(_ bytes: [UInt8]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(bytes, to: "trivy.db")
        try folder.write(#"{"Version":2,"UpdatedAt":"2026-01-01T00:00:00Z"}"#, to: "metadata.json")
        return folder
    }
}
