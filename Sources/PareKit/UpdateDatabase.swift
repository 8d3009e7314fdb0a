// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareDockerfile
import PareEngine
import PareModel

/// Brings the data that pare judges by up to date: so far the table of release lines.
public struct UpdateDatabase: Sendable {
    private let releaseLines: String?
    private let takesOlder: Bool

    /// How long a download may take.
    private static let secondsLimit = 60

    /// `releaseLines` is a table's path or `https` address; `takesOlder` lets it be older than the one in the cache.
    public init(releaseLines: String?, takesOlder: Bool) {
        self.releaseLines = releaseLines
        self.takesOlder = takesOlder
    }

    /// What was done, for a person.
    ///
    /// - Throws: ``UpdateError`` and others; the table that was there is then as it was.
    public func run(in setup: Setup) async throws -> String {
        guard let releaseLines else { throw UpdateError.nothingNamed }
        guard let file = setup.releasesFile, let folder = setup.cacheFolder else { throw UpdateError.noCache }
        let bytes = try await bytes(of: releaseLines, in: setup)
        let table = try ReleaseTable(bytes, name: releaseLines)
        let onBoard = ReleaseTable.onBoard.date
        guard table.date >= onBoard else { throw UpdateError.olderThanOnBoard(table.date, onBoard: onBoard) }

        makeFolders(folder)
        let lock = try FileLock(folder + "/release-lines.lock")
        defer { lock.release() }
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

    private func bytes(of place: String, in setup: Setup) async throws -> [UInt8] {
        guard place.contains("://") else {
            return try readFile(place, limit: ReleasesInUse.sizeLimit)
        }
        return try await setup.step("fetch release lines") {
            try await download(
                place, limit: ReleasesInUse.sizeLimit, seconds: Self.secondsLimit,
                environment: setup.environment)
        }.value
    }
}

/// Why data were not updated.
enum UpdateError: Explained, Equatable {
    case nothingNamed
    case noCache
    case older(Day, thanThere: Day)
    case olderThanOnBoard(Day, onBoard: Day)
    case locked(file: String, reason: String)

    var problem: String {
        switch self {
        case .nothingNamed:
            "pare does not fetch advisories yet, and no table of release lines was named with '--release-lines'"
        case .noCache: "there is no place for a cache: neither XDG_CACHE_HOME nor HOME is set"
        case .older(let day, let there): "the table is of \(day), and the one in the cache of \(there)"
        case .olderThanOnBoard(let day, let onBoard):
            "the table is of \(day), and the one on board of \(onBoard), which would be used all the same"
        case .locked(let file, let reason): "cannot lock '\(file)': \(reason)"
        }
    }

    var hint: String? {
        switch self {
        case .nothingNamed:
            "'trivy image --download-db-only' puts advisories where pare looks for them; 'pare db status' says "
                + "what is used"
        case .noCache: "set XDG_CACHE_HOME to a folder of yours"
        case .older: "say '--force' if the older table is meant"
        case .olderThanOnBoard: "there is nothing to do: the newer table is in use"
        case .locked: "look whether the cache's folder is yours"
        }
    }
}

/// Keeps other runs of pare away from a file while it is looked at and replaced.
private struct FileLock {
    private let descriptor: Int32

    /// Waits until the lock is free; it goes with the process too.
    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.writing(path, "open") }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let reason = String(cString: strerror(errno))
                close(descriptor)
                throw UpdateError.locked(file: path, reason: reason)
            }
        }
    }

    func release() { close(descriptor) }
}
