// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// Why advisory data could not be used.
package enum AdvisoryError: Explained, Hashable {
    /// The folder that was named holds no data base.
    case noStore(folder: String)
    /// The data base is there, and what says its schema and age is not.
    case noMetadata(file: String)
    case unreadable(file: String, reason: String)
    case corrupt(file: String, reason: String)
    /// The data base has another schema than this program reads.
    case otherSchema(file: String, version: Int, expected: Int = 2)
    /// The Java index is there, and is not one or is damaged.
    case badIndex(file: String, reason: String)
    case indexUnreadable(file: String, reason: String)
    /// What was fetched is no data base of Trivy's as it is published.
    case notAnArtifact(reason: String)
    /// Other data are in use than the ones that were asked for.
    case otherData(wanted: Digest, inUse: String)

    package var problem: String {
        switch self {
        case .noStore(let folder): "no advisory data in '\(folder)': neither trivy.db nor db/trivy.db"
        case .noMetadata(let file): "no '\(file)', which says what the advisory data beside it is"
        case .unreadable(let file, let reason): "the advisory data in '\(file)' cannot be read: \(reason)"
        case .corrupt(let file, let reason): "the advisory data in '\(file)' is damaged: \(reason)"
        case .otherSchema(let file, let version, let expected):
            "'\(file)' has schema \(version); this program reads schema \(expected)"
        case .badIndex(let file, let reason): "the Java index in '\(file)' cannot be used: \(reason)"
        case .indexUnreadable(let file, let reason): "the Java index in '\(file)' cannot be read: \(reason)"
        case .notAnArtifact(let reason): "that is not an artifact with a data base: \(reason)"
        case .otherData(let wanted, let inUse): "the data in use are not those of \(wanted), but \(inUse)"
        }
    }

    package var hint: String? {
        switch self {
        case .noStore:
            "name the folder that holds trivy.db, or leave '--db-path' out to use the data on board"
        case .noMetadata: "copy metadata.json from where trivy.db came from"
        case .unreadable: "make it readable for this user, or name another folder with '--db-path'"
        case .corrupt: "fetch it again, or name another folder with '--db-path'"
        case .otherSchema(_, let version, let expected):
            version > expected
                ? "use a newer version of pare, or name another folder with '--db-path'"
                : "fetch it with 'pare db update', or name another folder with '--db-path'"
        case .badIndex:
            "fetch it again with 'pare db update --java --force', or remove its folder to scan without it"
        case .indexUnreadable: "make it readable for this user, or remove its folder to scan without it"
        case .notAnArtifact: "look whether the repository holds 'trivy-db:2' or a copy of it"
        case .otherData(let wanted, _): "fetch them with 'pare db update --db-digest \(wanted)'"
        }
    }
}

extension AdvisoryError {
    /// The same of a file whose folder does not matter.
    var namingFileOnly: AdvisoryError {
        func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
        switch self {
        case .noMetadata(let file): return .noMetadata(file: name(file))
        case .unreadable(let file, let reason): return .unreadable(file: name(file), reason: reason)
        case .corrupt(let file, let reason): return .corrupt(file: name(file), reason: reason)
        case .otherSchema(let file, let version, let expected):
            return .otherSchema(file: name(file), version: version, expected: expected)
        case .badIndex(let file, let reason): return .badIndex(file: name(file), reason: reason)
        case .indexUnreadable(let file, let reason): return .indexUnreadable(file: name(file), reason: reason)
        case .noStore, .notAnArtifact, .otherData: return self
        }
    }

    /// What is wrong with a data base file, given what is wrong with it as a bbolt file.
    init(_ error: BoltError, in file: String) {
        switch error {
        case .notBolt: self = .corrupt(file: file, reason: "it is not a bbolt file, or not whole")
        case .corrupt(_, let what): self = .corrupt(file: file, reason: what)
        case .outOfOrder, .unfit: self = .corrupt(file: file, reason: error.problem)
        }
    }
}
