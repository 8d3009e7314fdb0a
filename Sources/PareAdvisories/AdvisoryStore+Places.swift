// SPDX-License-Identifier: Apache-2.0
import CPareData
import Glibc
import PareArchive
import PareBytes

extension AdvisoryStore {
    /// The store to use: the one that was named, else pare's own, else an existing Trivy cache, else the data on board.
    ///
    /// `folder` is what `--db-path` says, and must hold a store, else this throws ``AdvisoryError``.  Of the environment
    /// `XDG_CACHE_HOME`, `TRIVY_CACHE_DIR` and `HOME` are looked at.
    package static func locate(_ folder: String?, environment: [String: String]) throws -> AdvisoryStore {
        if let folder {
            guard let file = storeFile(in: folder) else { throw AdvisoryError.noStore(folder: folder) }
            return try AdvisoryStore(at: file)
        }
        func named(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
        // The XDG specification has relative paths ignored.
        let caches =
            named("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? named("HOME").map { $0 + "/.cache" }
        let places = [caches.map { $0 + "/pare" }, named("TRIVY_CACHE_DIR"), caches.map { $0 + "/trivy" }]
        for case let place? in places {
            if let file = storeFile(in: place) { return try AdvisoryStore(at: file) }
        }
        return try onBoard()
    }

    /// The data that the program carries.
    package static func onBoard() throws -> AdvisoryStore {
        let name = "data on board"
        let bolt = try snapshot()
        return AdvisoryStore(
            bolt, runtime: bolt, file: name, name: name, updated: String(cString: pare_snapshot_date()))
    }

    /// Opens a data base file of Trivy's schema 2.
    package init(at file: String) throws {
        let mapped = try MappedFile(file)
        let bolt: BoltFile
        do { bolt = try BoltFile(mapped) } catch {
            throw AdvisoryError.corrupt(file: file, reason: "it is not a bbolt file, or not whole")
        }
        let metadata = try? JSONValue(readFile(Self.folder(of: file) + "/metadata.json", limit: 1 << 20))
        if let version = metadata?["Version"]?.integer, version != 2 {
            throw AdvisoryError.otherSchema(file: file, version: version)
        }
        self.init(
            bolt, runtime: try Self.snapshot(), file: file, name: "trivy-db in \(Self.folder(of: file))",
            updated: metadata?["UpdatedAt"]?.text ?? "")
    }

    /// `FOLDER/trivy.db` or `FOLDER/db/trivy.db`, whichever is there.
    private static func storeFile(in folder: String) -> String? {
        [folder + "/trivy.db", folder + "/db/trivy.db"].first { access($0, F_OK) == 0 }
    }

    private static func folder(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    }

    private static func snapshot() throws -> BoltFile {
        let bytes = UnsafeRawBufferPointer(start: pare_snapshot(), count: pare_snapshot_size())
        let source = ZstdSource(ArraySource(Array(bytes)))
        return try BoltFile(try source.collect(as: "data on board", limit: 256 << 20))
    }
}
