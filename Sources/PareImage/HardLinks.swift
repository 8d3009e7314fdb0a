// SPDX-License-Identifier: Apache-2.0
import PareArchive

extension LayerReading {
    /// Content that an interest wants of a hard link, and that has not been kept under another name.
    struct Missing {
        let interest: Int
        let entry: Int
        let target: Int
    }

    /// Makes each hard link the file that it is a name of, and keeps what interests take of it.
    ///
    /// - Returns: What can only be had by reading the layer once more.
    mutating func settleHardLinks(_ matcher: InterestMatcher, layer: Int) -> [Missing] {
        let targets = resolveHardLinks()
        let known = Dictionary(grouping: targets.isEmpty ? [] : kept, by: \.entry)
        var missing: [Missing] = []
        var matched: [Int] = []
        for (position, target) in targets {
            let entry = index.entries[position]
            index.withPath(entry) { path in
                matcher.match(
                    path, hash: index.hashes[position], mode: entry.mode, size: entry.size, into: &matched)
            }
            for number in matched {
                let interest = matcher.interests[number]
                if let file = Self.reusable(known[target] ?? [], for: interest) {
                    keep(
                        file.content, interest: interest, path: index.path(entry), layer: layer,
                        mode: entry.mode, size: entry.size, entry: position,
                        original: interest.isForExecutables ? target : nil)
                } else if !interest.isForExecutables {
                    // An executable has been looked at under its first name, and nothing was kept of it.
                    missing.append(Missing(interest: number, entry: position, target: target))
                }
            }
        }
        return missing
    }

    /// A kept file that holds what the interest would take.
    private static func reusable(_ kept: [Kept], for interest: Interest) -> KeptFile? {
        if let own = kept.first(where: { $0.file.interest == interest.name }) { return own.file }
        guard case .content(let limit) = interest.take else { return nil }
        return kept.first { $0.file.size <= limit && Int64($0.file.content.count) == $0.file.size }?.file
    }

    /// Gives links the facts of the files they name; the indices of both.
    ///
    /// A path may stand in a layer more than once: a link is one more name of what its target was when the link came.
    private mutating func resolveHardLinks() -> [(link: Int, target: Int)] {
        var wanted: [UInt64: Int] = [:]
        var links: [(link: Int, hash: UInt64)] = []
        var path: [UInt8] = []
        for position in index.entries.indices where index.entries[position].kind == .hardLink {
            guard clean(index.link(index.entries[position]), into: &path) == .inside else {
                notes.add(.lostLink, index.path(index.entries[position]))
                continue
            }
            let hash = path.withUnsafeBytes { PathHash.of($0) }
            wanted[hash] = -1
            links.append((position, hash))
        }
        guard !links.isEmpty else { return [] }
        let targets = Dictionary(links.map { ($0.link, $0.hash) }, uniquingKeysWith: { $1 })
        var next: [Int: Int] = [:]
        for (position, hash) in index.hashes.enumerated() {
            if let target = targets[position], let last = wanted[target], last >= 0 { next[position] = last }
            guard wanted[hash] != nil else { continue }
            let kind = index.entries[position].kind
            if kind == .file || kind == .hardLink || kind == .symbolicLink { wanted[hash] = position }
        }
        let early = Set(links.map(\.link)).subtracting(next.keys)
        for (link, hash) in links where early.contains(link) { next[link] = wanted[hash] ?? -1 }
        return links.compactMap { link, _ in
            guard let target = Self.end(of: link, next: next), take(link, from: target) else {
                notes.add(.lostLink, index.path(index.entries[link]))
                return nil
            }
            // It may also be a name of what an older layer has at that path.
            if early.contains(link) { notes.add(.earlyLink, index.path(index.entries[link])) }
            return index.entries[target].kind == .file ? (link, target) : nil
        }
    }

    /// Where a chain of links ends; `nil` for a loop, or for nothing.
    private static func end(of link: Int, next: [Int: Int]) -> Int? {
        var position = link
        for _ in 0..<16 {
            guard let target = next[position] else { return position }
            guard target >= 0 else { return nil }
            position = target
        }
        return nil
    }

    private mutating func take(_ link: Int, from target: Int) -> Bool {
        let original = index.entries[target]
        guard original.kind != .hardLink else { return false }
        index.entries[link].kindNumber = original.kindNumber
        index.entries[link].size = original.size
        index.entries[link].offset = original.offset
        index.entries[link].isHardLink = true
        index.entries[link].givesRights = index.entries[link].givesRights || original.givesRights
        return true
    }
}

extension Interest {
    fileprivate var isForExecutables: Bool {
        guard case .executable = pattern else { return false }
        return true
    }
}
