// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// Advisory data that is damaged; a scan may fail then, but says so.
@Suite struct BadStoreTests {
    @Test(arguments: ["", "garbage", String(repeating: "\u{0}", count: 65536)])
    func garbageIsSaid(content: String) throws {
        let (root, folder) = (try SurroundingsTests.root(), try TemporaryFolder())
        try folder.write(content, to: "db/trivy.db")
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
        #expect(command.failed(naming: folder.path + "/trivy.db"), "\(command)")
    }

    @Test func aWholeStoreIsUsed() throws {
        let (root, folder) = (try SurroundingsTests.root(), try TemporaryFolder())
        try folder.write(Self.store, to: "trivy.db")
        let command = try Command("scan", "--all", "--db-path", folder.path, root.path)
        #expect(command.status == 0 && command.output.contains("CVE-2026-17"), "\(command)")
    }

    /// Whatever is cut off: a whole answer, or an error that names the file.
    @Test(arguments: [0.1, 0.25, 0.4, 0.5, 0.75, 0.9])
    func aTruncatedStoreIsSaid(part: Double) throws {
        let (root, folder) = (try SurroundingsTests.root(), try TemporaryFolder())
        try folder.write(Array(Self.store.prefix(Int(Double(Self.store.count) * part))), to: "trivy.db")
        let command = try Command("scan", "--db-path", folder.path, root.path)
        #expect(command.failed(naming: folder.path + "/trivy.db"), "\(command)")
    }

    @Test(arguments: 0..<16 as Range<UInt64>)
    func damageNeverTraps(seed: UInt64) throws {
        let (root, folder) = (try SurroundingsTests.root(), try TemporaryFolder())
        var random = SeededGenerator(seed)
        var bytes = Self.store
        for _ in 0..<100 {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        try folder.write(bytes, to: "trivy.db")
        let command = try Command("scan", "--db-path", folder.path, root.path)
        #expect(command.status == 0 || command.failed(naming: folder.path + "/trivy.db"), "\(command)")
    }

    private static let store: [UInt8] = {
        let others = (0..<200).map { ("package-\($0)", BoltWriter.Item.bucket(["CVE-1-\($0)": .text("{}")])) }
        var packages = Dictionary(uniqueKeysWithValues: others)
        packages["glibc"] = .bucket(["CVE-2026-17": .text(#"{"FixedVersion":"9"}"#)])
        return BoltWriter.file(["debian 12": .bucket(packages)], pageSize: 1024)
    }()
}
