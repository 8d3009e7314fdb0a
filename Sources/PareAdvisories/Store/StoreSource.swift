// SPDX-License-Identifier: Apache-2.0
package import PareBytes
package import PareModel

/// Where the data of a folder come from: `source.json`, which pare keeps beside them.
///
/// It counts only while the data base is the one it speaks of, which is known by its digest: another program may have put
/// other data there.
package struct StoreSource: Hashable, Sendable {
    /// What they were fetched from: `ghcr.io/aquasecurity/trivy-db:2`; empty for data that were made here of those on board or
    /// of another folder.
    package var repository: String
    /// Of the artifact's manifest and of its one layer; `nil` where the data are not just those of an artifact.
    package var manifest: Digest?
    package var layer: Digest?
    /// Of the data base's bytes.
    package var content: Digest
    /// RFC 3339; empty for data that nobody fetched.
    package var downloaded: String
    /// Ecosystems of OSV whose records have taken the place of what was there.
    package var additions: [Addition] = []

    package struct Addition: Hashable, Sendable {
        /// `Debian:12`.
        package var ecosystem: String
        package var address: String
        package var digest: Digest
        package var downloaded: String

        package init(ecosystem: String, address: String, digest: Digest, downloaded: String) {
            self.ecosystem = ecosystem
            self.address = address
            self.digest = digest
            self.downloaded = downloaded
        }
    }

    package static let fileName = "source.json"

    package init(
        repository: String, manifest: Digest?, layer: Digest?, content: Digest, downloaded: String
    ) {
        self.repository = repository
        self.manifest = manifest
        self.layer = layer
        self.content = content
        self.downloaded = downloaded
    }

    /// What stands in a folder; `nil` where nothing does that can be read.
    package init?(in folder: String) {
        guard let bytes = try? readFile("\(folder)/\(Self.fileName)", limit: 1 << 20),
            let json = try? JSONValue(bytes), json["schema"]?.integer == 1,
            let content = json["content"]?.text.flatMap({ Digest($0) })
        else { return nil }
        self.init(
            repository: json["repository"]?.text ?? "",
            manifest: json["manifest"]?.text.flatMap { Digest($0) },
            layer: json["layer"]?.text.flatMap { Digest($0) }, content: content,
            downloaded: json["downloaded"]?.text ?? "")
        additions = (json["osv"]?.elements ?? []).compactMap { row in
            guard let name = row["ecosystem"]?.text, let digest = row["digest"]?.text.flatMap({ Digest($0) })
            else { return nil }
            return Addition(
                ecosystem: name, address: row["address"]?.text ?? "", digest: digest,
                downloaded: row["downloaded"]?.text ?? "")
        }
    }

    /// What stands in a folder and speaks of the data base that is there.
    package static func verified(in folder: String, of kind: DatabaseKind) -> StoreSource? {
        guard let source = StoreSource(in: folder), let file = try? MappedFile("\(folder)/\(kind.file)"),
            let digest = try? SHA256.digest(of: file), digest == source.content
        else { return nil }
        return source
    }

    package var json: JSONValue {
        let rows = additions.map { addition in
            JSONValue.record([
                ("ecosystem", .string(addition.ecosystem)), ("address", .string(addition.address)),
                ("digest", .string("\(addition.digest)")), ("downloaded", .string(addition.downloaded)),
            ])
        }
        return .record([
            ("schema", .number("1")), ("repository", .string(repository)),
            ("manifest", manifest.map { .string("\($0)") }), ("layer", layer.map { .string("\($0)") }),
            ("content", .string("\(content)")), ("downloaded", .string(downloaded)),
            ("osv", rows.isEmpty ? nil : .array(rows)),
        ])
    }
}
