// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareAdvisories
import PareBytes
import PareModel
import Testing

@testable import PareKit

/// `pare db update --osv` from a server on loopback.
@Suite struct OSVUpdateTests {
    static let record = """
        {"id": "GHSA-1", "aliases": ["CVE-2024-1"], "affected": [{"package": {"ecosystem": "npm", "name": "left"},
         "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "2.0.0"}]}]}]}
        """

    static func archive(_ records: [String]) throws -> [UInt8] {
        let folder = try Folder()
        for (number, record) in records.enumerated() { try folder.write(record, to: "r\(number).json") }
        return try readFile(folder.zipped())
    }

    static func server(_ bytes: [UInt8], cuts: Int = 0) async throws -> LoopbackServer {
        try await LoopbackServer { request in
            guard request.path == "/npm/all.zip" else { return [.answer(404)] }
            guard request.turn < cuts else { return [.answer(200, [:], bytes)] }
            let head = WireStep.head(200, ["Content-Length": "\(bytes.count)"], length: nil)
            return [.send(head + bytes.prefix(bytes.count / 2)), .close]
        }
    }

    static func wishes(_ server: LoopbackServer, _ ecosystems: String...) -> UpdateDatabase.Wishes {
        var wishes = UpdateDatabase.Wishes()
        (wishes.osv, wishes.osvAddress) = (ecosystems, "http://\(server.place)/")
        return wishes
    }

    /// Without data of one's own, what is on board stays for everything else.
    @Test func standsOnTheDataInUse() async throws {
        let (cache, bytes) = (try Folder(), try Self.archive([Self.record, "{"]))
        let server = try await Self.server(bytes, cuts: 2)
        let setup = FeedTests.setup(cache)
        let before = try setup.store(for: FindingSelection()).ecosystems()
        let words = try await UpdateDatabase(Self.wishes(server, "npm")).run(in: setup)
        #expect(words == "OSV's npm: 1 records; left out: 1 malformed")
        let store = try setup.store(for: FindingSelection())
        let after = try store.ecosystems()
        #expect(
            after.filter { $0.name != "npm" }.map(\.count) == before.filter { $0.name != "npm" }.map(\.count))
        #expect(after.filter { $0.name == "npm" }.map(\.count) == [1])
        let found = try store.candidates(
            for: [Package(.npm, name: "left", version: "1.0.0", evidence: .init(path: "a", layer: 0))],
            distro: nil)
        #expect(found.first?.advisories.map(\.id) == ["CVE-2024-1"])
        #expect(try cache.paths == FeedTests.whole)
        let status = try DatabaseStatus(database: nil).run(in: setup).text
        #expect(
            status.contains("from data on board")
                && status.contains("OSV's npm, fetched 2026-01-02T12:00:00Z"), "\(status)")
        #expect(!status.contains("0001-01-01") && !status.contains("on board, fetched"), "\(status)")
        #expect(throws: (any Error).self) {
            _ = try setup.store(for: FindingSelection(pinnedData: SHA256.digest(of: bytes)))
        }
        await server.stop()
    }

    @Test(arguments: ["http://127.0.0.1:1/", "ftp://a.b/", "words", ""])
    func asksOnlySecureAddresses(_ address: String) async throws {
        let cache = try Folder()
        var wishes = UpdateDatabase.Wishes()
        (wishes.osv, wishes.osvAddress) = (["npm"], address)
        let setup = Setup(environment: ["XDG_CACHE_HOME": cache.path], progress: .silent)
        let error = await #expect(throws: DownloadError.self) {
            _ = try await UpdateDatabase(wishes).run(in: setup)
        }
        #expect(error?.hint?.contains("file") == false, "no file can be named here")
        #expect(try cache.names.isEmpty)
    }

    /// A record that no data base can hold is one of those that are left out.
    @Test func aRecordThatDoesNotFitIsLeftOut() async throws {
        let cache = try Folder()
        let name = String(repeating: "p", count: 40_000)
        let server = try await Self.server(
            Self.archive([Self.record, Self.record.replacing("\"left\"", with: "\"\(name)\"")]))
        let words = try await UpdateDatabase(Self.wishes(server, "npm")).run(in: FeedTests.setup(cache))
        #expect(words == "OSV's npm: 1 records; left out: 1 malformed")
        await server.stop()
    }

    @Test func whatGoesWrongLeavesTheDataAsTheyWere() async throws {
        let cache = try Folder()
        let setup = FeedTests.setup(cache)
        for (bytes, cuts, ecosystem, reason) in [
            (Array("words".utf8), 0, "npm", "no directory"),
            (try Self.archive([Self.record]), 9, "npm", "cut"),
            (try Self.archive([Self.record]), 0, "PyPI", "404"), ([], 0, "npm", "no directory"),
        ] as [([UInt8], Int, String, String)] {
            let server = try await Self.server(bytes, cuts: cuts)
            let problem = await FeedTests.problem {
                _ = try await UpdateDatabase(Self.wishes(server, ecosystem)).run(in: setup)
            }
            #expect(
                problem?.contains(reason) == true
                    || reason == "cut" && problem?.contains("ended in the middle") == true, "\(problem ?? "")"
            )
            #expect(try cache.paths == ["pare", "pare/db.lock"])
            await server.stop()
        }
    }

    /// An update of the feed takes the place of all, and says so.
    @Test func aFeedsUpdateTakesTheirPlace() async throws {
        let (cache, registry) = (try Folder(), try await DockerRegistry())
        let server = try await Self.server(Self.archive([Self.record]))
        let setup = FeedTests.setup(cache)
        _ = try await UpdateDatabase(Self.wishes(server, "npm")).run(in: setup)
        try await FeedSample().push(to: registry.place)
        let words = try await FeedTests.update(FeedTests.wishes("\(registry.place)/trivy-db"), cache)
        #expect(words.contains("in place of data with OSV's npm"), "\(words)")
        await server.stop()
    }
}

extension Folder {
    /// The path of a zip archive of its files.
    fileprivate func zipped() throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "cd \"$1\" && exec zip -q all.zip *", "sh", path]
        try process.run()
        process.waitUntilExit()
        return path + "/all.zip"
    }
}
