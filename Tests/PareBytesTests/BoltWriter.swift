// SPDX-License-Identifier: Apache-2.0

/// Writes bbolt data bases for tests: nested buckets, inline buckets, branch pages and overflow pages.
struct BoltWriter {
    indirect enum Item: Sendable {
        case value([UInt8])
        case bucket([String: Item])

        static func text(_ text: String) -> Item { .value(Array(text.utf8)) }
    }

    let pageSize: Int
    /// The pages behind the two meta pages.
    private var pages: [UInt8] = []
    /// How many pages of each kind were written.
    private(set) var branchCount = 0
    private(set) var overflowCount = 0

    init(pageSize: Int = 4096) { self.pageSize = pageSize }

    /// A whole file with one tree.
    static func file(_ root: [String: Item], pageSize: Int = 4096) -> [UInt8] {
        var writer = BoltWriter(pageSize: pageSize)
        let page = writer.tree(root)
        return writer.file(metas: [(page, 1), (page, 2)])
    }

    /// Writes a bucket's tree; gives the page it begins at.
    mutating func tree(_ bucket: [String: Item]) -> UInt64 {
        var entries: [Entry] = []
        for (key, item) in bucket.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            entries.append(entry(Array(key.utf8), item))
        }
        var level = groups(of: entries, size: { 16 + $0.key.count + $0.value.count }).map { group in
            (key: group.first?.key ?? [], page: append(leaf(group), flags: 2, count: group.count))
        }
        while level.count > 1 {
            level = groups(of: level, size: { 16 + $0.key.count }).map { group in
                branchCount += 1
                return (group[0].key, append(branch(group), flags: 1, count: group.count))
            }
        }
        return level[0].page
    }

    /// The file with these metas: the page of the root, and the number of the transaction.
    func file(metas: [(root: UInt64, transaction: UInt64)]) -> [UInt8] {
        var file: [UInt8] = []
        for (index, meta) in metas.enumerated() {
            var fields = Self.little(UInt32(0xED0C_DAED)) + Self.little(UInt32(2))
            fields += Self.little(UInt32(pageSize)) + Self.little(UInt32(0))
            fields += Self.little(meta.root) + Self.little(UInt64(0)) + Self.little(UInt64.max)
            fields += Self.little(UInt64(2 + pages.count / pageSize)) + Self.little(meta.transaction)
            let hash = fields.reduce(14_695_981_039_346_656_037 as UInt64) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            let page = header(UInt64(index), flags: 4, count: 0, overflow: 0) + fields + Self.little(hash)
            file += page + [UInt8](repeating: 0, count: pageSize - page.count)
        }
        return file + pages
    }

    private typealias Entry = (key: [UInt8], value: [UInt8], isBucket: Bool)

    private mutating func entry(_ key: [UInt8], _ item: Item) -> Entry {
        switch item {
        case .value(let value): return (key, value, false)
        case .bucket(let bucket):
            let values = bucket.compactMap { member -> Entry? in
                guard case .value(let value) = member.value else { return nil }
                return (Array(member.key.utf8), value, false)
            }
            let sorted = values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            let content = leaf(sorted)
            guard sorted.count == bucket.count, content.count + 16 <= pageSize / 4 else {
                return (key, Self.little(tree(bucket)) + Self.little(UInt64(0)), true)
            }
            let page = header(0, flags: 2, count: sorted.count, overflow: 0) + content
            return (key, Self.little(UInt64(0)) + Self.little(UInt64(0)) + page, true)
        }
    }

    /// Parts that fit a page each, or hold one thing that fits none.
    private func groups<Element>(of elements: [Element], size: (Element) -> Int) -> [[Element]] {
        var groups: [[Element]] = [[]]
        var used = 16
        for element in elements {
            if used + size(element) > pageSize, let last = groups.last, !last.isEmpty {
                groups.append([])
                used = 16
            }
            groups[groups.count - 1].append(element)
            used += size(element)
        }
        return groups
    }

    private func leaf(_ entries: [Entry]) -> [UInt8] {
        var (elements, data): ([UInt8], [UInt8]) = ([], [])
        for (index, entry) in entries.enumerated() {
            let position = (entries.count - index) * 16 + data.count
            elements += Self.little(UInt32(entry.isBucket ? 1 : 0)) + Self.little(UInt32(position))
            elements += Self.little(UInt32(entry.key.count)) + Self.little(UInt32(entry.value.count))
            data += entry.key + entry.value
        }
        return elements + data
    }

    private func branch(_ children: [(key: [UInt8], page: UInt64)]) -> [UInt8] {
        var (elements, data): ([UInt8], [UInt8]) = ([], [])
        for (index, child) in children.enumerated() {
            let position = (children.count - index) * 16 + data.count
            elements += Self.little(UInt32(position)) + Self.little(UInt32(child.key.count))
            elements += Self.little(child.page)
            data += child.key
        }
        return elements + data
    }

    private mutating func append(_ content: [UInt8], flags: UInt16, count: Int) -> UInt64 {
        let number = UInt64(2 + pages.count / pageSize)
        let overflow = (16 + content.count - 1) / pageSize
        overflowCount += overflow
        pages += header(number, flags: flags, count: count, overflow: overflow) + content
        pages += [UInt8](repeating: 0, count: (pageSize - pages.count % pageSize) % pageSize)
        return number
    }

    private func header(_ number: UInt64, flags: UInt16, count: Int, overflow: Int) -> [UInt8] {
        Self.little(number) + Self.little(flags) + Self.little(UInt16(count)) + Self.little(UInt32(overflow))
    }

    static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

/// The same numbers on every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
