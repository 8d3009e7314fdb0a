// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareModel

/// A folder with a Java index that Python's sqlite3 has made.
struct IndexFolder {
    let scratch: ScratchFolder
    var path: String { scratch.path }
    var file: String { path + "/trivy-java.db" }

    /// - SeeAlso: trivy-java-db, `Init` in `pkg/db/db.go`.
    static let tables = """
        CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
        CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT);
        """
    static let keys = """
        CREATE UNIQUE INDEX artifacts_idx ON artifacts(artifact_id, group_id);
        CREATE INDEX indices_artifact_idx ON indices(artifact_id);
        CREATE UNIQUE INDEX indices_sha1_idx ON indices(sha1);
        """
    static let rows = """
        INSERT INTO artifacts VALUES (1, 'org.few', 'guess'), (2, 'org.many', 'guess'), (3, 'org.man', 'man'),
            (4, 'org.orphan', 'orphan'), (5, 'b.tie', 'tie'), (6, 'a.tie', 'tie'), (7, '', 'nameless'),
            (8, 'org.aar', 'aar'), (9, NULL, 'null'), (10, 'org.null', 'null');
        INSERT INTO indices VALUES (1, '1', x'0100000000000000000000000000000000000000', 'jar'),
            (2, '1', x'02', 'jar'), (2, '2', x'03', 'jar'), (2, '3', x'04', 'jar'), (1, '3', x'05', 'aar'),
            (3, '7', x'06', 'jar'), (5, '1', x'07', 'jar'), (6, '1', x'08', 'jar'), (7, '1', x'09', 'jar'),
            (8, '1', x'0A', 'aar'), (99, '1', x'9900000000000000000000000000000000000000', 'jar'),
            (9, '1', x'0B', 'jar'), (10, NULL, x'0C00000000000000000000000000000000000000', 'jar'),
            (10, '1', x'0D', 'jar'), (3, '1.5.0', x'0E00000000000000000000000000000000000000', 'jar');
        """
    static let sample = tables + keys + rows
    static let metadata = #"{"Version":1,"UpdatedAt":"2026-01-01T00:00:00Z"}"#

    init(_ script: String = Self.sample, metadata: String? = Self.metadata) throws {
        scratch = try ScratchFolder()
        try Self.write(script, to: file)
        if let metadata { try writeFile(Array(metadata.utf8), to: path + "/metadata.json") }
    }

    static func write(_ script: String, to file: String) throws {
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = [
            "python3", "-c",
            "import sqlite3, sys; data = sqlite3.connect(sys.argv[1]); data.executescript(sys.argv[2]); data.close()",
            file, script,
        ]
        try python.run()
        python.waitUntilExit()
        guard python.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}

extension JarInquiry {
    /// A jar `app/NAME` whose digest begins with a byte and goes on with zeros.
    init(
        _ digest: UInt8 = 0xFF, _ manifest: (String, String, String)? = nil, file: (String, String)? = nil,
        path: String = "app/a.jar", isBlank: Bool = true
    ) {
        self.init(
            evidence: Package.Evidence(path: path, layer: 0),
            sha1: [digest] + Array(repeating: 0, count: 19),
            manifest: manifest.flatMap { MavenArtifact(group: $0.0, artifact: $0.1, version: $0.2) },
            fileName: file.map { FileName(artifact: $0.0, version: $0.1) }, isBlank: isBlank)
    }
}
