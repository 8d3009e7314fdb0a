// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why advisory data could not be used.
package enum AdvisoryError: Explained, Hashable {
    /// The folder that was named holds no data base.
    case noStore(folder: String)
    case corrupt(file: String, reason: String)
    /// The data base has another schema than this program reads.
    case otherSchema(file: String, version: Int)

    package var problem: String {
        switch self {
        case .noStore(let folder): "no advisory data in '\(folder)': neither trivy.db nor db/trivy.db"
        case .corrupt(let file, let reason): "the advisory data in '\(file)' is damaged: \(reason)"
        case .otherSchema(let file, let version):
            "'\(file)' has schema \(version); this program reads schema 2"
        }
    }

    package var hint: String? {
        switch self {
        case .noStore:
            "name the folder that holds trivy.db, or leave '--db-path' out to use the data on board"
        case .corrupt(let file, _):
            "fetch it again, or move '\(file)' away: without it the data on board is used"
        case .otherSchema(let file, _):
            "fetch trivy-db:2, or move '\(file)' away: without it the data on board is used"
        }
    }
}
