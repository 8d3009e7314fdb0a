// SPDX-License-Identifier: Apache-2.0
import Glibc
package import PareBytes
package import PareModel

extension AdvisoryStore {
    /// The store to use: the one that was named, else pare's own, else an existing Trivy cache, else the data on board.
    ///
    /// `folder` is what `--db-path` says, and must hold a store.  Of the environment `XDG_CACHE_HOME`, `TRIVY_CACHE_DIR` and
    /// `HOME` are looked at.  A store that is named and not there, or is there and cannot be used, is an ``AdvisoryError``:
    /// other data are never used silently.  With `pinned`, the digest of an artifact, no other data than that artifact's are.
    package static func locate(
        _ folder: String?, environment: [String: String], pinned: Digest? = nil
    ) throws -> AdvisoryStore {
        guard let place = try place(folder, environment: environment) else {
            if let pinned { throw AdvisoryError.otherData(wanted: pinned, inUse: Snapshot.name) }
            return try onBoard()
        }
        let store = try AdvisoryStore(trivyAt: place)
        if let pinned { try store.check(isFrom: pinned, in: place) }
        return store
    }

    /// The folder with `trivy.db` that ``locate(_:environment:pinned:)`` opens; `nil` for the data on board.
    ///
    /// - Throws: ``AdvisoryError/noStore(folder:)`` where the one that is named holds none.
    package static func place(_ folder: String?, environment: [String: String]) throws -> String? {
        if let folder {
            guard let place = storeFolder(in: folder) else { throw AdvisoryError.noStore(folder: folder) }
            return place
        }
        return environment.storeCaches.lazy.compactMap { storeFolder(in: $0) }.first
    }

    /// - Throws: ``AdvisoryError/otherData(wanted:inUse:)``, ``FileError``.
    private func check(isFrom pinned: Digest, in folder: String) throws {
        let source = try source(in: folder)
        guard source?.manifest == pinned else {
            let words = source.map { source in
                source.manifest.map { "\($0)" } ?? (source.repository + " with additions")
            }
            throw AdvisoryError.otherData(
                wanted: pinned, inUse: words ?? "those in '\(folder)', of unknown origin")
        }
    }

    /// Where the data are from; `nil` where that is not known, or the record beside them speaks of other data.
    ///
    /// - Throws: ``FileError`` where the data base cannot be read.
    package func source(in folder: String) throws(FileError) -> StoreSource? {
        guard let source = StoreSource(in: folder), try digest() == source.content else { return nil }
        return source
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
        self = try openingTogether(in: folder) { try Self.open(folder) }
    }

    private static func open(_ folder: String) throws -> AdvisoryStore {
        let file = folder + "/trivy.db"
        let metadata = try StoreMetadata(in: folder)
        guard metadata.version == 2 else {
            throw AdvisoryError.otherSchema(file: folder + "/metadata.json", version: metadata.version)
        }
        let bolt: BoltFile
        do {
            bolt = try BoltFile(file)
        } catch let error as BoltError {
            throw AdvisoryError(error, in: file)
        } catch let error as FileError {
            throw AdvisoryError.unreadable(file: file, reason: error.problem)
        }
        let day = Snapshot.date.prefix { $0 != "T" }
        return try AdvisoryStore(
            bolt, name: "trivy-db in \(folder) (Node.js: data on board of \(day))",
            updated: metadata.updatedAt)
    }

    private static func storeFolder(in folder: String) -> String? {
        let folder = folder.last == "/" && folder != "/" ? String(folder.dropLast()) : folder
        return [folder, folder + "/db"].first { isThere($0 + "/trivy.db") }
    }
}

func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

extension [String: String] {
    /// Cache folders that may hold Trivy's data bases, pare's own first.
    var storeCaches: [String] {
        let caches = wholeFolder("XDG_CACHE_HOME") ?? wholeFolder("HOME").map { $0 + "/.cache" }
        let places = [caches.map { $0 + "/pare" }, folder("TRIVY_CACHE_DIR"), caches.map { $0 + "/trivy" }]
        return places.compactMap(\.self)
    }

    /// A folder's name; `nil` where it is not set, or empty, which means the same.
    private func folder(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The same; `nil` also for a name that does not begin at the root, which counts as not set.
    ///
    /// - SeeAlso: XDG Base Directory Specification, "Basics".
    private func wholeFolder(_ name: String) -> String? {
        self[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
