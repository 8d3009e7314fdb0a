// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// The index of Maven Central that Trivy's project publishes: which artifact a jar is, by its digest or its names.
///
/// ```swift
/// let index = try JavaIndex(in: folder)
/// let answers = try index.answers(to: inventory.inquiries, beside: inventory.packages)
/// ```
///
/// It is a SQLite data base of two tables: `artifacts(id, group_id, artifact_id)`, and `indices(artifact_id, version, sha1,
/// archive_type)` with a row for each file of an artifact.
///
/// - SeeAlso: trivy-java-db, `pkg/db/db.go`; Trivy, `pkg/javadb/client.go`.
package final class JavaIndex {
    private let file: SQLiteFile
    private var groups: [JarInquiry.FileName: String?] = [:]
    private var pairs: [[String]: Bool] = [:]

    /// What `metadata.json` beside it says; `nil` where there is none.
    package let metadata: StoreMetadata?

    /// Opens the index of a folder, and looks whether it is one.
    ///
    /// - Throws: ``AdvisoryError``.
    package init(in folder: String) throws {
        (metadata, file) = try openingTogether(in: folder) {
            (try Self.metadata(in: folder), try SQLiteFile("\(folder)/\(DatabaseKind.java.file)"))
        }
        let tables = try file.rows(
            """
            SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name IN ('artifacts', 'indices')
            """
        ) { $0.text(0) }
        guard tables.count == 2 else {
            let path = "\(folder)/\(DatabaseKind.java.file)"
            throw AdvisoryError.badIndex(file: path, reason: "its tables are not those of a Java index")
        }
        _ = try file.rows("SELECT i.artifact_id, i.version, i.sha1, i.archive_type FROM indices i LIMIT 1") {
            _ in
        }
        _ = try file.rows("SELECT a.id, a.group_id, a.artifact_id FROM artifacts a LIMIT 1") { _ in }
    }

    private static func metadata(in folder: String) throws -> StoreMetadata? {
        do {
            let metadata = try StoreMetadata(in: folder)
            guard metadata.version == DatabaseKind.java.schema else {
                throw AdvisoryError.otherSchema(
                    file: folder + "/metadata.json", version: metadata.version,
                    expected: DatabaseKind.java.schema)
            }
            return metadata
        } catch AdvisoryError.noMetadata {
            return nil
        }
    }

    /// How many files and artifacts it knows, by the numbers of the last ones; they are not counted.
    ///
    /// - Throws: ``AdvisoryError``.
    package func sizes() throws -> (files: Int, artifacts: Int) {
        func last(_ table: String) throws -> Int {
            try file.rows("SELECT max(rowid) FROM \(table)") { $0.integer(0) }.first.flatMap(\.self) ?? 0
        }
        return (try last("indices"), try last("artifacts"))
    }

    /// The artifact that a jar is, by the first that gives one: its manifest, if there is such an artifact; its digest; its
    /// file's name.
    ///
    /// - SeeAlso: Trivy, `parseArtifact` in `pkg/dependency/parser/java/jar/parse.go`.
    func artifact(_ inquiry: JarInquiry) throws -> MavenArtifact? {
        if let manifest = inquiry.manifest, try exists(manifest) { return manifest }
        if let artifact = try artifact(sha1: inquiry.sha1) { return artifact }
        guard let name = inquiry.fileName else { return nil }
        return MavenArtifact(group: try group(of: name) ?? "", artifact: name.artifact, version: name.version)
    }

    /// Whether there is an artifact of this group, in any version.
    private func exists(_ artifact: MavenArtifact) throws -> Bool {
        let pair = [artifact.group, artifact.artifact]
        if let known = pairs[pair] { return known }
        let rows = try file.rows(
            """
            SELECT 1 FROM artifacts a CROSS JOIN indices i ON i.artifact_id = a.id
            WHERE a.artifact_id = ?2 AND a.group_id = ?1 LIMIT 1
            """, pair.map { .text($0) }
        ) { _ in true }
        pairs[pair] = !rows.isEmpty
        return !rows.isEmpty
    }

    private func artifact(sha1: [UInt8]) throws -> MavenArtifact? {
        try file.rows(
            """
            SELECT a.group_id, a.artifact_id, i.version FROM indices i CROSS JOIN artifacts a ON a.id = i.artifact_id
            WHERE i.sha1 = ?1 LIMIT 1
            """, [.bytes(sha1)]
        ) { row in
            MavenArtifact(group: row.text(0) ?? "", artifact: row.text(1) ?? "", version: row.text(2) ?? "")
        }.first.flatMap(\.self)
    }

    /// Of the groups that have a jar of this id and version, the one with the most files of the artifact; of equal ones the
    /// first by its name, where Trivy takes any.
    private func group(of name: JarInquiry.FileName) throws -> String? {
        if let known = groups[name] { return known }
        let rows = try file.rows(
            """
            SELECT a.group_id FROM artifacts a CROSS JOIN indices m ON m.artifact_id = a.id
            CROSS JOIN indices i ON i.artifact_id = a.id
            WHERE a.artifact_id = ?1 AND m.version = ?2 AND m.archive_type = 'jar' AND a.group_id <> ''
            GROUP BY a.group_id ORDER BY count(*) DESC, a.group_id LIMIT 1
            """, [.text(name.artifact), .text(name.version)]
        ) { $0.text(0) }
        let group = rows.first.flatMap(\.self)
        groups[name] = .some(group)
        return group
    }
}
