// SPDX-License-Identifier: Apache-2.0

extension JavaIndex {
    /// The folder of the index to use: the neighbour of the advisories in use, else pare's own, else that of an existing Trivy
    /// cache; `nil` where there is none.
    ///
    /// `folder` is what `--db-path` says, which names advisories.
    ///
    /// - Throws: ``AdvisoryError/noStore(folder:)`` where it holds none.
    package static func place(_ folder: String?, environment: [String: String]) throws -> String? {
        let store = try AdvisoryStore.place(folder, environment: environment)
        let places =
            [store.map(neighbour)] + environment.storeCaches.map { "\($0)/\(DatabaseKind.java.folder)" }
        return places.lazy.compactMap(\.self).first { isThere("\($0)/\(DatabaseKind.java.file)") }
    }

    /// `cache/java-db` of `cache/db`, and `folder/java-db` of any other folder with advisories.
    private static func neighbour(of store: String) -> String {
        let parts = store.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.last == DatabaseKind.advisories.folder[...] else {
            return "\(store)/\(DatabaseKind.java.folder)"
        }
        return (parts.dropLast() + [DatabaseKind.java.folder[...]]).joined(separator: "/")
    }
}
