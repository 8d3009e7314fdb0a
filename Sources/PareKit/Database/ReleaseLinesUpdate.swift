// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
import PareModel

/// Puts another table of release lines into the cache.
struct ReleaseLinesUpdate: Sendable {
    /// A table's path or `https` address.
    let place: String
    /// Whether it may be older than the one in the cache.
    let takesOlder: Bool

    /// What was done, for a person.
    ///
    /// - Throws: ``UpdateError`` and others; the table that was there is then as it was.
    func run(in setup: Setup) async throws -> String {
        guard let file = setup.releasesFile, let folder = setup.cacheFolder else { throw UpdateError.noCache }
        let bytes = try await bytes(in: setup)
        let table = try ReleaseTable(bytes, name: place)
        let onBoard = ReleaseTable.onBoard.date
        guard table.date >= onBoard else { throw UpdateError.olderThanOnBoard(table.date, onBoard: onBoard) }

        makeFolders(folder)
        return try await holdingLock(folder + "/release-lines.lock") {
            let before = ReleasesInUse(file: file)
            if before.file != nil, table.date < before.table.date, !takesOlder {
                throw UpdateError.older(table.date, thanThere: before.table.date)
            }
            try writeFile(bytes, to: file, replacing: true)
            let what = "release lines of \(table.date): \(table.lines.count) lines"
            if before.table == table { return "\(what), as before" }
            return "\(what), in place of \(before.file == nil ? "those on board" : "those in the cache") of "
                + "\(before.table.date)"
        }
    }

    private func bytes(in setup: Setup) async throws -> [UInt8] {
        guard place.contains("://") else {
            return try readFile(place, limit: ReleasesInUse.sizeLimit)
        }
        return try await setup.step("fetch release lines") {
            try await setup.download(place, limit: ReleasesInUse.sizeLimit)
        }.value
    }
}
