// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `pare db`: which data are used, and how they are replaced.
@Suite struct DatabaseTests {
    static func table(of date: String) -> String {
        """
        {"schema": 1, "date": "\(date)", "lines": [
          {"product": "debian", "line": "12", "codename": "bookworm", "end": "2020-01-02", "sources": ["https://a.b/"]}
        ]}
        """
    }

    /// Runs `pare` with a cache of its own.
    private static func pare(
        _ words: [String], cache: TemporaryFolder, path: String? = nil
    ) throws -> Command {
        var environment = ["XDG_CACHE_HOME": cache.path, "SOURCE_DATE_EPOCH": "1795651200"]
        if let path { environment["PATH"] = path }
        return try Command(words, .init(environment: environment))
    }

    @Test func saysWhatIsOnBoard() throws {
        let command = try Self.pare(["db", "status"], cache: TemporaryFolder())
        #expect(command.status == 0 && command.errors.isEmpty, "\(command)")
        for words in [
            "data on board, of 20", "debian ", "npm ", "release lines: on board, of 20", "node ", "python ",
        ] {
            #expect(command.output.contains(words), "\(words)\n\(command)")
        }
    }

    @Test func aStoreThatIsNotThereIsSaid() throws {
        let command = try Self.pare(
            ["db", "status", "--db-path", "/nonexistent/db"], cache: TemporaryFolder())
        #expect(command.failed(naming: "/nonexistent/db"), "\(command)")
    }

    @Test func takesATableFromAFile() throws {
        let cache = try TemporaryFolder()
        try cache.write(Self.table(of: "2099-01-01"), to: "new.json")
        let update = try Self.pare(
            ["db", "update", "--release-lines", cache.path + "/new.json"], cache: cache)
        #expect(update.status == 0 && update.output.contains("of 2099-01-01: 1 lines"), "\(update)")
        let status = try Self.pare(["db", "status"], cache: cache)
        let file = cache.path + "/pare/release-lines.json"
        #expect(status.output.contains("release lines: \(file), of 2099-01-01\n  1: debian 1\n"), "\(status)")
        #expect(
            try cache.paths == ["new.json", "pare", "pare/release-lines.json", "pare/release-lines.lock"])
    }

    /// Nothing is written, and the table that was there stays.
    @Test(arguments: [
        (["--release-lines", "/nonexistent/t.json"], "/nonexistent/t.json"),
        (["--release-lines", "/etc"], "/etc"), (["--release-lines", "/dev/null"], "/dev/null"),
        (["--release-lines", "/etc/hostname"], "/etc/hostname"),
        (["--release-lines", "http://127.0.0.1:1/t.json"], "not an https address"),
        (["--release-lines", "file:///etc/hostname"], "not an https address"),
        (["--release-lines", "ftp://127.0.0.1/t.json", "--insecure"], "not an https address"),
        (["--release-lines", "https://127.0.0.1:1/t.json"], "https://127.0.0.1:1/t.json"),
        (["--release-lines", "https://127.0.0.1:1/t.json", "--offline"], "switched off"),
        (
            ["--release-lines", "https://127.0.0.1:1/t.json", "--cacert", "/nonexistent/ca"],
            "/nonexistent/ca"
        ),
    ])
    func saysWhatIsWrong(_ words: [String], _ says: String) throws {
        let cache = try TemporaryFolder()
        try cache.write(Self.table(of: "2099-01-01"), to: "pare/release-lines.json")
        let command = try Self.pare(["db", "update"] + words, cache: cache)
        #expect(command.failed(naming: says, hints: !says.hasPrefix("/dev")), "\(command)")
        #expect(try cache.text("pare/release-lines.json") == Self.table(of: "2099-01-01"))
    }

    @Test func anOlderTableNeedsForce() throws {
        let cache = try TemporaryFolder()
        try cache.write(Self.table(of: "2099-01-02"), to: "pare/release-lines.json")
        try cache.write(Self.table(of: "2099-01-01"), to: "old.json")
        let words = ["db", "update", "--release-lines", cache.path + "/old.json"]
        let refused = try Self.pare(words, cache: cache)
        #expect(refused.failed(naming: "2099-01-02") && refused.errors.contains("--force"), "\(refused)")
        #expect(try cache.text("pare/release-lines.json") == Self.table(of: "2099-01-02"))
        let forced = try Self.pare(words + ["--force"], cache: cache)
        #expect(forced.status == 0, "\(forced)")
        #expect(try cache.text("pare/release-lines.json") == Self.table(of: "2099-01-01"))
    }

    // MARK: what it is for

    /// By the table on board this Debian is cared for on that day; by the one in the cache it is not.
    @Test func aScanJudgesByTheTableInUse() throws {
        let cache = try TemporaryFolder()
        let root = try SurroundingsTests.root()
        let words = ["scan", root.path, "--format", "json"]
        let before = try Self.pare(words, cache: cache)
        #expect(before.status == 0 && !before.output.contains("EOSL"), "\(before)")
        try cache.write(Self.table(of: "2099-01-01"), to: "pare/release-lines.json")
        let after = try Self.pare(words, cache: cache)
        #expect(after.status == 0 && after.output.contains("\"EOSL\": true"), "\(after)")
        let table = try Self.pare(["scan", root.path], cache: cache)
        #expect(
            table.output.contains("Debian 12 (bookworm) gets no security updates since 2020-01-02"),
            "\(table)")
    }

    @Test func aRewriteMovesByTheTableInUse() throws {
        let cache = try TemporaryFolder()
        try cache.write(
            "FROM node:20.1.0\nCOPY server.js ./\nCMD [\"node\", \"server.js\"]\n", to: "app/Dockerfile")
        try cache.write(#"{"main": "server.js"}"#, to: "app/package.json")
        try cache.write(
            """
            {"schema": 1, "date": "2099-01-01", "lines": [
              {"product": "node", "line": "20", "newest": "20.77.7", "sources": ["https://a.b/"]}
            ]}
            """, to: "pare/release-lines.json")
        let words = ["rewrite", "--recipe", "distill+compiled+current", cache.path + "/app/Dockerfile"]
        let command = try Self.pare(words, cache: cache)
        #expect(command.status == 0 && command.output.contains("FROM node:20.77.7 AS build"), "\(command)")
    }
}
