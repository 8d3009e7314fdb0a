// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareModel
import Testing

/// Java indexes that are not what they say they are: an error in clear words, or the right answers; never a crash, and never long.
@Suite struct HostileIndexTests {
    /// What comes of an index: an error's words, or `nil` where it answered.
    private static func problem(_ folder: IndexFolder) throws -> String? {
        do {
            let index = try JavaIndex(in: folder.path)
            // By manifest, by digest and by name.
            for inquiry in [
                JarInquiry(0x01, ("org.man", "man", "8")), JarInquiry(0x01), JarInquiry(file: ("guess", "1")),
            ] {
                _ = try index.answers(to: [inquiry], beside: [])
            }
            _ = try index.sizes()
            return withExtendedLifetime(folder) { nil }
        } catch let error as AdvisoryError {
            #expect(error.hint != nil)
            return error.problem
        }
    }

    private static let endless = """
        CREATE TABLE artifacts(id, group_id, artifact_id);
        CREATE TABLE indices(artifact_id, version, sha1, archive_type);
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000)
        INSERT INTO artifacts SELECT 1, hex(zeroblob(200)) || n, 'guess' FROM n;
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000)
        INSERT INTO indices SELECT 1, '1', x'00', 'jar' FROM n;
        """

    @Test(arguments: [
        // Nothing, and something else.
        ("", "not those of a Java index"),
        ("CREATE TABLE other(a);", "not those of a Java index"),
        ("CREATE TABLE artifacts(id, group_id, artifact_id);", "not those of a Java index"),
        (
            "CREATE TABLE artifacts(id, group_id); CREATE TABLE indices(artifact_id, version, sha1, archive_type);",
            "not those of a Java index"
        ),
        (
            "CREATE TABLE artifacts(id, group_id, artifact_id); CREATE TABLE indices(a);",
            "not those of a Java index"
        ),
        // Views, and tables that are programs.
        (
            """
            CREATE VIEW artifacts AS SELECT 1 AS id, 'a' AS group_id, 'b' AS artifact_id;
            CREATE VIEW indices AS SELECT 1 AS artifact_id, '1' AS version, x'01' AS sha1, 'jar' AS archive_type;
            """, "not those of a Java index"
        ),
        (
            """
            CREATE TABLE indices(artifact_id, version, sha1, archive_type);
            CREATE VIRTUAL TABLE artifacts USING fts5(id, group_id, artifact_id);
            """, "not those of a Java index"
        ),
        // Look-ups that would not end, or take all memory.
        (endless + "CREATE INDEX a ON artifacts(artifact_id, group_id);", "take too long"),
        (endless, "more in one place"),
    ])
    func saysWhatIsWrong(_ script: String, _ words: String) throws {
        let problem = try Self.problem(IndexFolder(script))
        #expect(problem?.contains(words) == true, "\(problem ?? "")")
        #expect(problem?.contains("trivy-java.db") == true)
    }

    /// What is in it beside its tables is not run.
    @Test(arguments: [
        "CREATE TRIGGER t AFTER INSERT ON artifacts BEGIN DELETE FROM artifacts; END;",
        "CREATE VIEW v AS SELECT load_extension('/nonexistent');",
        "CREATE VIRTUAL TABLE f USING fts5(a);", "CREATE TABLE \"sp ace\"(a CHECK (a > 1));",
        "CREATE INDEX i ON artifacts(lower(group_id)) WHERE group_id > 'a';",
        "PRAGMA user_version = 99; PRAGMA application_id = 1;",
    ])
    func answersAllTheSame(_ addition: String) throws {
        #expect(try Self.problem(IndexFolder(IndexFolder.sample + addition)) == nil)
    }

    /// Values of other types, of every size, and columns that compute theirs.
    @Test(arguments: [
        """
        CREATE TABLE artifacts(id, group_id, artifact_id); CREATE TABLE indices(artifact_id, version, sha1, archive_type);
        INSERT INTO artifacts VALUES (1, 5, 'guess'), (2, x'FF', 'guess'), (3, 1.5, 'guess'), ('a', 'g', 'guess');
        INSERT INTO indices VALUES (1, '1', 1, 'jar'), (2, '1', 'text', 'jar'), (3, 1, NULL, 'jar'), ('a', '1', 2, 'jar');
        """,
        """
        CREATE TABLE artifacts(id, group_id AS (hex(zeroblob(2000000))), artifact_id);
        CREATE TABLE indices(artifact_id, version, sha1, archive_type);
        INSERT INTO artifacts VALUES (1, 'guess');
        INSERT INTO indices VALUES (1, '1', x'01', 'jar');
        """,
        """
        CREATE TABLE artifacts(id, group_id, artifact_id); CREATE TABLE indices(artifact_id, version, sha1, archive_type);
        INSERT INTO artifacts VALUES (1, hex(zeroblob(4000000)), 'guess');
        INSERT INTO indices VALUES (1, '1', x'01', 'jar');
        """,
        """
        CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id, artifact_id) WITHOUT ROWID;
        CREATE TABLE indices(artifact_id, version, sha1, archive_type);
        """,
    ])
    func endsWellWithOddValues(_ script: String) throws { _ = try Self.problem(IndexFolder(script)) }

    @Test func endsWellAtEveryLength() throws {
        let folder = try IndexFolder("PRAGMA page_size=512;" + IndexFolder.sample)
        let whole = try readFile(folder.file)
        var answered = 0
        for length in Array(0..<600) + Array(stride(from: 600, to: whole.count, by: 61)) {
            try writeFile(Array(whole[..<length]), to: folder.file, replacing: true)
            if try Self.problem(folder) == nil { answered += 1 }
        }
        #expect(answered < 20, "a cut index answered as if it were whole")
    }

    /// Every byte of the header and of the pages' own headers, and some of the rest.
    @Test func endsWellWhateverByteIsBroken() throws {
        let folder = try IndexFolder("PRAGMA page_size=512;" + IndexFolder.sample)
        let whole = try readFile(folder.file)
        let heads = stride(from: 0, to: whole.count, by: 512).flatMap { $0..<min($0 + 24, whole.count) }
        let places = Set(0..<120).union(heads).union(stride(from: 0, to: whole.count, by: 7))
        for place in places.sorted() {
            for flip in [0xFF, 0x01, 0x80] as [UInt8] {
                var broken = whole
                broken[place] ^= flip
                try writeFile(broken, to: folder.file, replacing: true)
                _ = try Self.problem(folder)
            }
        }
    }

    @Test func garbageIsNoIndex() throws {
        let folder = try IndexFolder()
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let header = Array(try readFile(folder.file).prefix(100))
        for content in [
            noise, Array("SQLite format 3\0".utf8) + noise, header + noise, Array(repeating: 0, count: 8192),
        ] {
            try writeFile(content, to: folder.file, replacing: true)
            #expect(try Self.problem(folder)?.contains("cannot be used") == true)
        }
    }

    @Test func whatIsNoFileIsSaid() throws {
        let folder = try IndexFolder()
        unlink(folder.file)
        #expect(try Self.problem(folder)?.contains("cannot be read") == true)
        mkfifo(folder.file, 0o600)
        #expect(try Self.problem(folder)?.contains("not a regular file") == true)
        unlink(folder.file)
        mkdir(folder.file, 0o755)
        #expect(try Self.problem(folder)?.contains("cannot be read") == true)
    }
}
