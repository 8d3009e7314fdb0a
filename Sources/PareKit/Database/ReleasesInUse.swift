// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
import PareModel

/// The table of release lines to judge by: the one in the cache, or the one on board where that is newer.
struct ReleasesInUse: Sendable {
    let table: ReleaseTable
    /// The file that it is from; `nil` for the one on board.
    let file: String?
    /// What is wrong with a table that lies in the cache and is not used for it.
    let diagnostics: [Diagnostic]

    /// Longer than a table of all products that there are.
    static let sizeLimit = 8 << 20

    /// - Parameter file: Where the table of the cache is, if it is there.
    init(file: String?) {
        let onBoard = ReleaseTable.onBoard
        guard let file, fileExists(file) else {
            self.init(onBoard, nil, [])
            return
        }
        do {
            let table = try ReleaseTable(readFile(file, limit: Self.sizeLimit), name: file)
            self = table.date < onBoard.date ? .init(onBoard, nil, []) : .init(table, file, [])
        } catch {
            let reason = (error as? any Explained)?.problem ?? "\(error)"
            let warning = "the release lines on board are used, of \(onBoard.date): \(reason)"
            self.init(onBoard, nil, [Diagnostic(.warning, warning)])
        }
    }

    private init(_ table: ReleaseTable, _ file: String?, _ diagnostics: [Diagnostic]) {
        self.table = table
        self.file = file
        self.diagnostics = diagnostics
    }
}

extension Setup {
    /// Where `pare db update` puts the table of release lines; `nil` where there is no cache.
    var releasesFile: String? { cacheFolder.map { $0 + "/release-lines.json" } }

    /// The release lines to judge by.
    var releases: ReleasesInUse { ReleasesInUse(file: releasesFile) }
}

extension ReleaseTable {
    /// The distribution with the end of its release's support, and what to tell of it.
    func support(of distro: Distro?, on day: Day) -> (distro: Distro?, diagnostics: [Diagnostic]) {
        guard let distro, let line = line(of: distro.family, for: distro.version), let end = line.end else {
            return (distro, [])
        }
        let known = Distro(family: distro.family, version: distro.version, endOfSupport: end)
        guard line.hasEnded(on: day) else { return (known, []) }
        let warning = "\(line) gets no security updates since \(end), so few findings say little"
        return (known, [Diagnostic(.warning, warning)])
    }
}
