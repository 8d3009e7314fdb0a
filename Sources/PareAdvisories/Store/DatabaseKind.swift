// SPDX-License-Identifier: Apache-2.0
package import PareArchive

/// A data base that Trivy's project publishes, and the folder that it stands in.
package enum DatabaseKind: Sendable, Hashable, CaseIterable {
    case advisories
    /// Which Maven artifact a jar is, by its digest.
    case java

    /// Within a cache folder, pare's or Trivy's.
    package var folder: String { self == .advisories ? "db" : "java-db" }
    package var file: String { self == .advisories ? "trivy.db" : "trivy-java.db" }
    package var schema: Int { self == .advisories ? 2 : 1 }

    /// Of the artifact's one layer.
    package var layerType: String {
        self == .advisories
            ? "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
            : "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip"
    }

    /// In bytes; several times what they have in 2026.
    package var sizeLimit: Int64 { 16 << 30 }

    /// For the tar with it; a data base of texts packs to a fifth or so.
    package var outputLimit: OutputLimit {
        OutputLimit(total: sizeLimit + 1 << 20, ratio: 100, grace: 64 << 20)
    }

    /// For a person.
    package var words: String { self == .advisories ? "advisories" : "Java index" }
}

extension DatabaseKind {
    /// Looks whether the data base in a folder is one that can be read, of the schema that it must have; gives its metadata.
    ///
    /// - Throws: ``AdvisoryError``, ``FileError``.
    package func check(in folder: String) throws -> StoreMetadata {
        let metadata = try StoreMetadata(in: folder)
        guard metadata.version == schema else {
            throw AdvisoryError.otherSchema(
                file: folder + "/metadata.json", version: metadata.version, expected: schema)
        }
        switch self {
        case .advisories: _ = try AdvisoryStore(trivyAt: folder).ecosystems()
        case .java: _ = try JavaIndex(in: folder)
        }
        return metadata
    }
}
