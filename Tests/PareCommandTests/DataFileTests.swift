// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Testing

/// `pare db export` and `pare db import`: data by one file.
@Suite struct DataFileTests {
    /// A cache with advisories of a date, and whatever else is named.
    static func cache(of date: String = "2026-01-02T03:04:05Z", _ others: [String: String] = [:]) throws
        -> TemporaryFolder
    {
        let cache = try TemporaryFolder()
        var writer = BoltWriter()
        try writer.put(Array(#"{"FixedVersion":"2"}"#.utf8), for: "CVE-2026-1", in: ["debian 12", "zlib"])
        try writer.put(Array(#"{"Title":"T"}"#.utf8), for: "CVE-2026-1", in: ["vulnerability"])
        try cache.write(writer.finish(), to: "pare/db/trivy.db")
        try cache.write(#"{"Version":2,"UpdatedAt":"\#(date)"}"#, to: "pare/db/metadata.json")
        for (name, text) in others { try cache.write(text, to: name) }
        return cache
    }

    static func pare(_ words: String..., cache: TemporaryFolder) throws -> Command {
        try Command(
            words, .init(environment: ["XDG_CACHE_HOME": cache.path, "SOURCE_DATE_EPOCH": "1795651200"]))
    }

    /// A Java index that knows one artifact, of a name.
    static func writeIndex(_ name: String, to cache: TemporaryFolder) throws {
        let script = """
            import sqlite3, sys
            sqlite3.connect(sys.argv[1]).executescript('''
            CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
            CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT);
            INSERT INTO artifacts VALUES (1, 'org.example', '\(name)');
            ''')
            """
        let path = cache.path + "/pare/java-db/trivy-java.db"
        try shell("exec python3 -c \"$1\" \"$2\"", script, path)
    }

    @Test func goesRoundWhole() throws {
        let table = DatabaseTests.table(of: "2099-01-01")
        let from = try Self.cache([
            "pare/release-lines.json": table,
            "pare/java-db/metadata.json": #"{"Version":1,"UpdatedAt":"2026-01-01T00:00:00Z"}"#,
        ])
        try Self.writeIndex("01", to: from)
        let export = try Self.pare("db", "export", from.path + "/data", cache: from)
        #expect(export.status == 0 && export.output.contains("advisories of 2026-01-02"), "\(export)")
        let listed = try shell("tar --zstd -tf \"$1\"", from.path + "/data")
        #expect(listed.split(separator: "\n").first == "pare-data.json")
        let to = try TemporaryFolder()
        let taken = try Self.pare("db", "import", from.path + "/data", cache: to)
        #expect(
            taken.output.hasPrefix(
                "advisories of 2026-01-02, Java index of 2026-01-01, release lines of 2099-01-01, from '"),
            "\(taken)")
        for name in [
            "db/trivy.db", "db/metadata.json", "release-lines.json", "java-db/trivy-java.db",
            "java-db/metadata.json",
        ] {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: "\(from.path)/pare/\(name)", andPath: "\(to.path)/pare/\(name)"), "\(name)")
        }
        let again = try Self.pare("db", "export", to.path + "/data", cache: to)
        #expect(again.status == 0)
        #expect(FileManager.default.contentsEqual(atPath: from.path + "/data", andPath: to.path + "/data"))
    }

    @Test func exportsNothingFromNothing() throws {
        let cache = try TemporaryFolder()
        let command = try Self.pare("db", "export", cache.path + "/data", cache: cache)
        #expect(command.failed(naming: "no advisory data but"), "\(command)")
        #expect(try cache.paths.isEmpty)
    }

    @Test func writesOverNothingUnlessTold() throws {
        let cache = try Self.cache(["data": "mine"])
        let command = try Self.pare("db", "export", cache.path + "/data", cache: cache)
        #expect(command.failed(naming: "exists already"), "\(command)")
        #expect(try cache.text("data") == "mine")
        #expect(try Self.pare("db", "export", "--force", cache.path + "/data", cache: cache).status == 0)
    }

    @Test func olderDataNeedForce() throws {
        let (old, new) = (try Self.cache(of: "2026-01-01T00:00:00Z"), try Self.cache())
        _ = try Self.pare("db", "export", old.path + "/data", cache: old)
        let refused = try Self.pare("db", "import", old.path + "/data", cache: new)
        #expect(refused.failed(naming: "older than the ones that are there"), "\(refused)")
        #expect(try new.text("pare/db/metadata.json").contains("2026-01-02"))
        #expect(try Self.pare("db", "import", "--force", old.path + "/data", cache: new).status == 0)
        #expect(try new.text("pare/db/metadata.json").contains("2026-01-01"))
    }

    /// An older Java index keeps nothing else of the file from being taken, and one of a newer schema does.
    @Test func anOlderJavaIndexIsLeft() throws {
        func cache(of date: String, index day: String, _ version: Int = 1) throws -> TemporaryFolder {
            let metadata = #"{"Version":\#(version),"UpdatedAt":"2026-01-\#(day)T00:00:00Z"}"#
            let cache = try Self.cache(of: date, ["pare/java-db/metadata.json": metadata])
            try Self.writeIndex(day, to: cache)
            return cache
        }
        func isIndex(of cache: TemporaryFolder, in other: TemporaryFolder) -> Bool {
            let name = "/pare/java-db/trivy-java.db"
            return FileManager.default.contentsEqual(atPath: cache.path + name, andPath: other.path + name)
        }
        let from = try cache(of: "2026-01-05T00:00:00Z", index: "01")
        _ = try Self.pare("db", "export", from.path + "/data", cache: from)
        let to = try cache(of: "2026-01-02T00:00:00Z", index: "02")
        let taken = try Self.pare("db", "import", from.path + "/data", cache: to)
        #expect(
            taken.status == 0 && taken.output.hasPrefix("advisories of 2026-01-05, from '")
                && taken.output.contains("its Java index of 2026-01-01 was left"), "\(taken)")
        #expect(!isIndex(of: from, in: to))
        #expect(try to.text("pare/db/metadata.json").contains("2026-01-05"))
        let forced = try Self.pare("db", "import", "--force", from.path + "/data", cache: to)
        #expect(forced.status == 0 && forced.output.contains("Java index of 2026-01-01, from"), "\(forced)")
        #expect(isIndex(of: from, in: to))
        let newer = try cache(of: "2026-01-02T00:00:00Z", index: "01", 2)
        let refused = try Self.pare("db", "import", "--force", from.path + "/data", cache: newer)
        #expect(refused.failed(naming: "has schema 2"), "\(refused)")
    }

    /// A pipe stays one.
    @Test func writesThroughAPipe() throws {
        let cache = try Self.cache()
        let script = #"""
            mkfifo "$2/pipe"; timeout 60 cat "$2/pipe" > "$2/copy" & env -i XDG_CACHE_HOME="$2" "$1" db export --force "$2/pipe" || exit
            wait; test -p "$2/pipe" && zstd -tq "$2/copy"
            """#
        try shell(script, Command.program.path, cache.path)
    }

    /// Each is what becomes of a good file: nothing of it takes anyone's place.
    @Test(arguments: [
        "head -c 300 \"$1\"", "head -c -20 \"$1\"", "cat /dev/null", "echo words", "gzip -c < \"$1\"",
        "zstd -qdc \"$1\"", "zstd -qdc \"$1\" | sed 's/\"schema\": 1/\"schema\": 2/' | zstd -q",
        "zstd -qdc \"$1\" | sed 's/FixedVersion/FixedVersiom/' | zstd -q",
        "zstd -qdc \"$1\" | sed 's/db.trivy.db/db_trivy_db/' | zstd -q",
        "zstd -qdc \"$1\" | sed 's#\"db/metadata.json#\"/etc/passwd#' | zstd -q",
        "zstd -qdc \"$1\" | head -c 3000 | zstd -q",
        "cd /; tar --zstd -cf - etc/hostname", "(cat \"$1\"; echo more)",
    ])
    func refusesWhatIsNotWhole(_ script: String) throws {
        let (from, to) = (try Self.cache(of: "2027-01-01T00:00:00Z"), try Self.cache())
        _ = try Self.pare("db", "export", from.path + "/data", cache: from)
        try shell("(\(script)) > \"$2\"", from.path + "/data", from.path + "/bad")
        let command = try Self.pare("db", "import", from.path + "/bad", cache: to)
        #expect(command.failed(naming: from.path + "/bad"), "\(command)")
        #expect(try to.text("pare/db/metadata.json").contains("2026-01-02"))
        #expect(try to.paths.filter { $0.contains("/.") }.isEmpty)
    }
}
