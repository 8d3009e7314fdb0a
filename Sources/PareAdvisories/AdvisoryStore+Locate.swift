// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

extension AdvisoryStore {
    /// The store to use: the one that was named, else pare's own, else an existing Trivy cache, else the data on board.
    ///
    /// `folder` is what `--db-path` says, and must hold a store.  Of the environment `XDG_CACHE_HOME`, `TRIVY_CACHE_DIR` and
    /// `HOME` are looked at.  A store that is named and not there, or is there and cannot be used, is an ``AdvisoryError``:
    /// other data are never used silently.
    package static func locate(_ folder: String?, environment: [String: String]) throws -> AdvisoryStore {
        if let folder { return try AdvisoryStore(trivyAt: folder) }
        let caches = environment.folder("XDG_CACHE_HOME") ?? environment.folder("HOME").map { $0 + "/.cache" }
        let places = [
            caches.map { $0 + "/pare" }, environment.folder("TRIVY_CACHE_DIR"), caches.map { $0 + "/trivy" },
        ]
        let place = places.lazy.compactMap(\.self).first { storeFolder(in: $0) != nil }
        return try place.map { try AdvisoryStore(trivyAt: $0) } ?? onBoard()
    }

    /// The data that the program carries.
    package static func onBoard() throws -> AdvisoryStore {
        try AdvisoryStore(Snapshot.packages(), name: Snapshot.name, updated: Snapshot.date)
    }

    /// Opens a data base of Trivy's schema 2.
    ///
    /// - Parameter folder: The one that holds `trivy.db` and `metadata.json`, or a Trivy cache folder, which holds them in
    ///   `db`.
    /// - Throws: ``AdvisoryError``.
    package init(trivyAt folder: String) throws {
        guard let folder = Self.storeFolder(in: folder) else { throw AdvisoryError.noStore(folder: folder) }
        let file = folder + "/trivy.db"
        let updated = try Self.updateTime(in: folder)
        let bolt: BoltFile
        do {
            bolt = try BoltFile(file)
        } catch let error as BoltError {
            throw AdvisoryError(error, in: file)
        } catch let error as FileError {
            throw AdvisoryError.unreadable(file: file, reason: error.problem)
        }
        let day = Snapshot.date.prefix { $0 != "T" }
        try self.init(
            bolt, name: "trivy-db in \(folder) (Node.js: data on board of \(day))", updated: updated)
    }

    private static func storeFolder(in folder: String) -> String? {
        let folder = folder.last == "/" && folder != "/" ? String(folder.dropLast()) : folder
        return [folder, folder + "/db"].first { access($0 + "/trivy.db", F_OK) == 0 }
    }

    /// - SeeAlso: trivy-db, `pkg/metadata/metadata.go`.
    private static func updateTime(in folder: String) throws -> String {
        let file = folder + "/metadata.json"
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile(file, limit: 1 << 20)
        } catch {
            guard case .missing = error else {
                throw AdvisoryError.unreadable(file: file, reason: error.problem)
            }
            throw AdvisoryError.noMetadata(file: file)
        }
        guard let metadata = try? JSONValue(bytes), let version = metadata["Version"]?.integer else {
            throw AdvisoryError.corrupt(file: file, reason: "it does not say the schema's version")
        }
        guard version == 2 else { throw AdvisoryError.otherSchema(file: file, version: version) }
        return metadata["UpdatedAt"]?.text ?? ""
    }
}

extension [String: String] {
    /// A folder's name; `nil` where it is not set, or empty, which means the same.
    fileprivate func folder(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
