// SPDX-License-Identifier: Apache-2.0

/// All that a layer says of paths, in a few blocks of memory: what is there, and what is gone.
struct LayerIndex: Sendable {
    /// One path; plain numbers, so that a whole table is written and read at once.
    struct Entry: BitwiseCopyable, Sendable {
        /// Length of the file.
        var size: Int64
        /// Where the content begins in the uncompressed tar; -1 where it is not readable in place.
        var offset: Int64
        /// Where the path begins in ``LayerIndex/arena``; the target of a link follows it.
        let start: UInt32
        let pathCount: UInt16
        let linkCount: UInt16
        let mode: UInt16
        var kindNumber: UInt8
        /// Whether a file was written as a link to another.
        var isHardLink: Bool
        /// Whether the file has a mark that gives whoever runs it other rights: set-user-ID, set-group-ID, capabilities.
        var givesRights: Bool
        /// Fill the last word, so that the same entries are the same bytes in the cache.
        let filler: UInt8 = 0
        let secondFiller: UInt16 = 0

        var kind: Kind { Kind(rawValue: kindNumber) ?? .other }
    }

    enum Kind: UInt8, Sendable {
        case file, hardLink, symbolicLink, folder, other
        /// The path is gone, with all below it.
        case whiteout
        /// What older layers have below the path is gone.
        case opaque
    }

    private(set) var arena: [UInt8] = []
    var entries: [Entry] = []
    private(set) var hashes: [UInt64] = []

    init() {}

    /// Takes over tables that were read from elsewhere; `nil` where they do not fit together.
    init?(arena: [UInt8], entries: [Entry]) {
        self.arena = arena
        self.entries = entries
        hashes.reserveCapacity(entries.count)
        for entry in entries {
            guard Int(entry.start) + Int(entry.pathCount) + Int(entry.linkCount) <= arena.count,
                Kind(rawValue: entry.kindNumber) != nil, entry.size >= 0
            else { return nil }
            hashes.append(withPath(entry) { PathHash.of($0) })
        }
    }

    /// Adds an entry; `false` where the table is full.
    mutating func add(
        path: [UInt8], link: [UInt8] = [], hash: UInt64, kind: Kind, mode: UInt16 = 0, size: Int64 = 0,
        offset: Int64 = -1, hasCapabilities: Bool = false
    ) -> Bool {
        guard arena.count < Self.arenaLimit, entries.count < Self.limit else { return false }
        let start = UInt32(arena.count)
        arena.append(contentsOf: path)
        arena.append(contentsOf: link)
        entries.append(
            Entry(
                size: size, offset: offset, start: start, pathCount: UInt16(clamping: path.count),
                linkCount: UInt16(clamping: link.count), mode: mode, kindNumber: kind.rawValue,
                isHardLink: false,
                givesRights: (kind == .file || kind == .hardLink) && (mode & 0o6000 != 0 || hasCapabilities)))
        hashes.append(hash)
        return true
    }

    /// Ten times the files of the largest images known, and bytes for their paths.
    private static let limit = 4_000_000
    private static let arenaLimit = 256 << 20

    func withPath<Result>(_ entry: Entry, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        arena.withUnsafeBytes { bytes in
            let start = Int(entry.start)
            return body(UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(entry.pathCount)]))
        }
    }

    func path(_ entry: Entry) -> String { withPath(entry) { String(decoding: $0, as: UTF8.self) } }

    func link(_ entry: Entry) -> [UInt8] {
        let start = Int(entry.start) + Int(entry.pathCount)
        return Array(arena[start..<start + Int(entry.linkCount)])
    }
}
