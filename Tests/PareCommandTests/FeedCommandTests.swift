// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import Testing

/// `pare db update` as a command: without a network, and stopped.
@Suite struct FeedCommandTests {
    static func pare(_ words: [String], _ cache: TemporaryFolder, _ more: [String: String] = [:]) throws
        -> Command
    {
        let environment = ["XDG_CACHE_HOME": cache.path, "SOURCE_DATE_EPOCH": "1795651200"]
        return try Command(words, .init(environment: environment.merging(more) { $1 }))
    }

    /// A server that says it was asked.
    static func server() async throws -> LoopbackServer { try await LoopbackServer { _ in [.answer(500)] } }

    @Test(arguments: [
        ["db", "update"], ["scan", "--download-db-only"],
        ["db", "update", "--osv", "npm", "--osv-url", "http://PLACE"],
        ["db", "update", "--db-digest", "sha256:" + String(repeating: "a", count: 64)],
    ])
    func offlineNothingIsTried(_ words: [String]) async throws {
        let (server, cache) = (try await Self.server(), try TemporaryFolder())
        let words = words.map { $0 == "http://PLACE" ? "http://\(server.place)" : $0 }
        let named = ["TRIVY_DB_REPOSITORY": server.place + "/trivy-db"]
        for (options, variables) in [(["--offline"], [:]), ([], ["PARE_OFFLINE": "1"])] {
            let command = try Self.pare(words + options, cache, named.merging(variables) { $1 })
            #expect(command.failed(naming: "the network is switched off"), "\(command)")
            #expect(try cache.paths.isEmpty)
        }
        #expect(server.connections == 0)
        await server.stop()
    }

    @Test func theRepositoryIsNamedByAVariableToo() async throws {
        let (server, cache) = (try await LoopbackServer { _ in [.answer(404)] }, try TemporaryFolder())
        for name in ["PARE_DB_REPOSITORY", "TRIVY_DB_REPOSITORY"] {
            let command = try Self.pare(
                ["db", "update"], cache, [name: "\(server.place)/a,\(server.place)/b:7"])
            #expect(command.failed(naming: "\(server.place)/a:2"), "\(command)")
            #expect(command.errors.contains("\(server.place)/b:7"))
        }
        await server.stop()
    }

    @Test(arguments: [
        ["db", "update", "--db-digest", "sha256:12"], ["scan", "--db-digest", "x", "/"],
        ["scan", "--download-db-only", "/"], ["scan", "--download-db-only", "--skip-db-update"],
        ["db", "export"], ["db", "import"], ["db", "update", "--osv", ""], ["db", "update", "--osv", ","],
        ["db", "update", "--osv-url", "https://a.b/"],
        ["db", "update", "--osv", "npm", "--db-digest", "sha256:" + String(repeating: "a", count: 64)],
        ["scan", "--platform", "foo", "/"], ["scan", "--platform", "", "/"],
        ["push", "--platform", "linux/", "a.tar", "a.b/c"], ["attachments", "--platform", "x", "a.b/c"],
        ["attach", "--proof", "p", "--platform", "x", "a.b/c"],
    ])
    func wrongUsageIsSaid(_ words: [String]) throws {
        let command = try Self.pare(words, TemporaryFolder())
        #expect(command.status == 2 && !command.errors.isEmpty, "\(command)")
    }

    @Test(arguments: [
        ["db", "update", "--db-repository", "UPPER/Case"], ["db", "update", "--osv", "NuGet"],
    ])
    func wrongNamesAreSaid(_ words: [String]) throws {
        let command = try Self.pare(words, TemporaryFolder())
        #expect(command.failed(naming: words[3]), "\(command)")
    }

    @Test(arguments: ["PARE_DB_PATH", "TRIVY_DB_PATH"])
    func saysThatScansUseOtherData(_ name: String) throws {
        let command = try Self.pare(["db", "update", "--offline"], TemporaryFolder(), [name: "/data"])
        #expect(command.errors.contains("note: scans use the data that \(name) names"), "\(command)")
        let plain = try Self.pare(["db", "update", "--offline"], TemporaryFolder())
        #expect(!plain.errors.contains("note:"), "\(plain)")
    }

    @Test func namesTheFileInThePlaceOfTheCache() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "file")
        let command = try Self.pare(["db", "update"], folder, ["XDG_CACHE_HOME": folder.path + "/file"])
        #expect(command.failed(naming: "'\(folder.path)/file' is not a folder", hints: false), "\(command)")
    }

    @Test func aScanWithAPinUsesNoOtherData() throws {
        let cache = try DataFileTests.cache()
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let root = try SurroundingsTests.root()
        let command = try Self.pare(["scan", "--db-digest", digest, root.path], cache)
        #expect(command.failed(naming: digest), "\(command)")
        let other = try Self.pare(["scan", "--db-digest", digest, root.path], TemporaryFolder())
        #expect(other.failed(naming: "data on board"), "\(other)")
        #expect(try Self.pare(["scan", root.path], cache).status == 0)
    }

    /// Ctrl-C leaves the old data; what a killed run left is removed by the next.
    @Test(arguments: [SIGINT, SIGKILL])
    func aStoppedUpdateLeavesTheOldData(_ signal: Int32) async throws {
        let cache = try DataFileTests.cache()
        let server = try await LoopbackServer { request in
            if request.path.hasSuffix("/manifests/2") {
                let digest = "sha256:" + String(repeating: "b", count: 64)
                let type = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
                let text = """
                    {"schemaVersion":2,"artifactType":"application/vnd.aquasec.trivy.config.v1+json","layers":
                     [{"mediaType":"\(type)","digest":"\(digest)","size":1000}]}
                    """
                return [
                    .send(
                        Self.head("application/vnd.oci.image.manifest.v1+json", text.utf8.count) + text.utf8)
                ]
            }
            guard request.path.contains("/blobs/") else { return [.answer(200)] }
            return [.send(Self.head("application/octet-stream", 1000) + [0x1F, 0x8B, 8, 0]), .hold]
        }
        let process = Process()
        process.executableURL = try Command.program
        process.arguments = ["db", "update", "--quiet", "--db-repository", server.place + "/trivy-db"]
        process.environment = ["XDG_CACHE_HOME": cache.path, "HOME": cache.path, "PATH": "/usr/bin:/bin"]
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        while process.isRunning, !server.requests.contains(where: { $0.path.contains("/blobs/") }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(try cache.text("pare/db/metadata.json").contains("2026-01-02"))
        let left = try cache.paths.filter { $0.hasPrefix("pare/.") }
        #expect(left.isEmpty == (signal == SIGINT), "\(left)")
        await server.stop()
        let next = try Self.pare(["db", "update", "--db-repository", server.place + "/trivy-db"], cache)
        #expect(next.failed(naming: server.place), "\(next)")
        #expect(try cache.paths.filter { $0.hasPrefix("pare/.") }.isEmpty)
        #expect(try cache.text("pare/db/metadata.json").contains("2026-01-02"))
    }

    private static func head(_ type: String, _ length: Int) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(length)\r\n\r\n".utf8)
    }
}
