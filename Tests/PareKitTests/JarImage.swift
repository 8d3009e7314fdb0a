// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes

/// An image of jars of all kinds, and a cache folder with an index that knows some of them, made by Python's zipfile, tarfile
/// and sqlite3.
struct JarImage {
    let folder: Folder
    var archive: String { folder.path + "/image.tar" }
    /// With `db` and `java-db`.
    var cache: String { folder.path + "/cache" }

    init() throws {
        folder = try Folder()
        try Self.python([Project.fixtures + "/jars.py", folder.path])
        var writer = BoltWriter()
        let bucket = "maven::GitHub Security Advisory Maven"
        for (key, text, path) in [
            (
                "CVE-2026-1", #"{"VulnerableVersions":["<2"],"PatchedVersions":["2"]}"#,
                [bucket, "org.d:by-digest"]
            ),
            ("CVE-2026-2", #"{"VulnerableVersions":["<9"],"PatchedVersions":["9"]}"#, [bucket, "org.m:man"]),
            (bucket, #"{"ID":"ghsa","Name":"GitHub","URL":"https://a/"}"#, ["data-source"]),
            ("CVE-2026-1", #"{"Title":"T","Severity":"HIGH"}"#, ["vulnerability"]),
            ("CVE-2026-2", #"{"Title":"U","Severity":"LOW"}"#, ["vulnerability"]),
        ].sorted(by: { ($0.2 + [$0.0]).lexicographicallyPrecedes($1.2 + [$1.0]) }) {
            try writer.put(Array(text.utf8), for: key, in: path)
        }
        let contents = try writer.finish()
        try folder.write(
            #"{"Version":2,"NextUpdate":"2099-01-01T00:00:00Z","UpdatedAt":"2026-01-02T00:00:00Z","DownloadedAt":"2026-01-02T00:00:00Z"}"#,
            to: "cache/db/metadata.json")
        try writeFile(contents, to: cache + "/db/trivy.db")
    }

    static func python(_ words: [String]) throws {
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3"] + words
        try python.run()
        python.waitUntilExit()
        guard python.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
    }
}

/// A small index as trivy-java-db makes them.
func javaIndexSample() throws -> [UInt8] {
    let folder = try Folder()
    let script = """
        import sqlite3, sys
        data = sqlite3.connect(sys.argv[1])
        data.executescript('''
        CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
        CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT);
        INSERT INTO artifacts VALUES (1, 'org.example', 'lib');
        INSERT INTO indices VALUES (1, '1.0', x'00', 'jar'), (1, '1.1', x'01', 'jar');
        ''')
        """
    try JarImage.python(["-c", script, folder.path + "/index.db"])
    return try readFile(folder.path + "/index.db")
}
