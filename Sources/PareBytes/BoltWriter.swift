// SPDX-License-Identifier: Apache-2.0

/// Makes a bbolt file (on-disk format 2) from keys that come in order, in one pass and one transaction.
///
/// A full leaf is laid down at once, and each open bucket remembers only where its leaves begin; nothing is moved later,
/// so the file has no free pages.  The file is built in memory; ``writeFile(_:to:replacing:mode:)`` stores it.  A large one is
/// better written by ``BoltFileWriter``, which takes the pages as they become ready.
///
/// ```swift
/// var writer = BoltWriter()
/// try writer.put(value, for: "CVE-2024-1", in: ["debian 12", "zlib"])
/// try writeFile(writer.finish(), to: "trivy.db")
/// ```
package struct BoltWriter {
    private let pageSize: Int
    /// What is laid down, without what was taken.
    private var file: [UInt8]
    private var taken = 0
    /// The root, and the buckets that are open within it.
    private var open: [Bucket] = [Bucket(name: [])]

    /// Two meta pages and the list of free pages.
    private static let reservedPages = 3
    /// Longer keys are refused by bbolt.
    private static let keyLimit = 32768

    /// - Parameter pageSize: In bytes, a power of two from 512 on; bbolt takes the system's.
    package init(pageSize: Int = 4096) {
        self.pageSize = pageSize
        file = [UInt8](repeating: 0, count: Self.reservedPages * pageSize)
    }

    /// Adds a value.  Paths with keys come in the order of their bytes, each once.
    ///
    /// - Throws: ``BoltError/outOfOrder(_:)``, ``BoltError/unfit(_:)``.
    package mutating func put(_ value: [UInt8], for key: String, in path: [String]) throws(BoltError) {
        try openBucket(path)
        guard UInt32(exactly: value.count) != nil else { throw .unfit(key) }
        try add(Element(key: Array(key.utf8), value: value))
    }

    /// Makes a bucket, which may stay empty, and the ones around it.
    package mutating func openBucket(_ path: [String]) throws(BoltError) {
        let path = path.map { Array($0.utf8) }
        let shared = zip(path, open.dropFirst()).prefix { $0 == $1.name }.count
        while open.count - 1 > shared { try closeBucket() }
        for name in path[shared...] {
            if let last = open.last?.lastKey { try check(name, after: last) }
            open.append(Bucket(name: name))
        }
    }

    /// The whole file; nothing of it may have been taken.
    package mutating func finish() throws(BoltError) -> [UInt8] {
        let (head, rest) = try finishPages()
        return head + rest.dropFirst(head.count)
    }

    /// How many bytes are laid down and not taken.
    var pending: Int { file.count }

    /// The pages that are laid down; they follow those that were taken before, and are forgotten here.
    mutating func takePages() -> [UInt8] {
        defer { file = [] }
        taken += file.count
        return file
    }

    /// The first pages of the file, in whose place zeros were taken, and what follows those that were taken.
    mutating func finishPages() throws(BoltError) -> (head: [UInt8], rest: [UInt8]) {
        while open.count > 1 { try closeBucket() }
        let root = tree(of: open[0])
        let count = UInt64((taken + file.count) / pageSize)
        let metas = (UInt64(0)...1).flatMap { meta(transaction: $0, root: root, pageCount: count) }
        return (metas + paged(header(id: 2, flags: BoltPage.Flag.freeList, count: 0, length: pageSize)), file)
    }

    private struct Element {
        let key: [UInt8]
        let value: [UInt8]
        var isBucket = false
        var length: Int { BoltPage.elementLength + key.count + value.count }
    }

    private struct Bucket {
        let name: [UInt8]
        /// Of the leaf that is being filled.
        var elements: [Element] = []
        var length = BoltPage.headerLength
        var leaves: [(firstKey: [UInt8], page: UInt64)] = []
        var hasBuckets = false
        var lastKey: [UInt8]?
    }

    private func check(_ key: [UInt8], after last: [UInt8]) throws(BoltError) {
        guard last.lexicographicallyPrecedes(key) else {
            throw .outOfOrder(String(decoding: key, as: UTF8.self))
        }
    }

    /// Adds to the innermost open bucket.
    private mutating func add(_ element: Element) throws(BoltError) {
        guard var bucket = open.popLast() else { return }
        defer { open.append(bucket) }
        guard (1...Self.keyLimit).contains(element.key.count) else {
            throw .unfit(String(decoding: element.key, as: UTF8.self))
        }
        if let last = bucket.lastKey { try check(element.key, after: last) }
        let isFull = bucket.length + element.length > pageSize || bucket.elements.count > 0xFFF0
        if isFull, !bucket.elements.isEmpty { layDown(&bucket) }
        bucket.length += element.length
        bucket.hasBuckets = bucket.hasBuckets || element.isBucket
        bucket.lastKey = element.key
        bucket.elements.append(element)
    }

    private mutating func layDown(_ bucket: inout Bucket) {
        let page = UInt64((taken + file.count) / pageSize)
        bucket.leaves.append((bucket.elements.first?.key ?? [], page))
        file += leaf(bucket.elements, page: page, length: bucket.length)
        fillPage()
        bucket.elements = []
        bucket.length = BoltPage.headerLength
    }

    /// Gives the innermost open bucket its place in the one around it: in place where it is one small leaf without
    /// buckets, else by the number of its root page.
    private mutating func closeBucket() throws(BoltError) {
        guard open.count > 1, let bucket = open.popLast() else { return }
        let isSmall = bucket.leaves.isEmpty && !bucket.hasBuckets && bucket.length <= pageSize / 4
        var value = littleEndian(isSmall ? 0 : tree(of: bucket)) + littleEndian(UInt64(0))
        if isSmall { value += leaf(bucket.elements, page: 0, length: bucket.length) }
        try add(Element(key: bucket.name, value: value, isBucket: true))
    }

    /// Lays down what is left of a bucket, and branches over its leaves; the number of the topmost page.
    private mutating func tree(of bucket: Bucket) -> UInt64 {
        var bucket = bucket
        if !bucket.elements.isEmpty || bucket.leaves.isEmpty { layDown(&bucket) }
        var level = bucket.leaves
        while level.count > 1 {
            level = branchGroups(of: level).map {
                (level[$0.lowerBound].firstKey, layDown(branch: level[$0]))
            }
        }
        return level[0].page
    }

    /// As many children in each page as fit, and never one alone.
    private func branchGroups(of level: [(firstKey: [UInt8], page: UInt64)]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var (start, length) = (0, BoltPage.headerLength)
        for (index, child) in level.enumerated() {
            let more = BoltPage.elementLength + child.firstKey.count
            if length + more > pageSize, index - start >= 2, index < level.count - 1 {
                groups.append(start..<index)
                (start, length) = (index, BoltPage.headerLength)
            }
            length += more
        }
        return groups + [start..<level.count]
    }

    private mutating func layDown(branch: ArraySlice<(firstKey: [UInt8], page: UInt64)>) -> UInt64 {
        let page = UInt64((taken + file.count) / pageSize)
        let length = branch.reduce(BoltPage.headerLength) {
            $0 + BoltPage.elementLength + $1.firstKey.count
        }
        var position = branch.count * BoltPage.elementLength
        file += header(id: page, flags: BoltPage.Flag.branch, count: branch.count, length: length)
        for child in branch {
            file += littleEndian(UInt32(position)) + littleEndian(UInt32(child.firstKey.count))
            file += littleEndian(child.page)
            position += child.firstKey.count - BoltPage.elementLength
        }
        for child in branch { file += child.firstKey }
        fillPage()
        return page
    }

    private func leaf(_ elements: [Element], page: UInt64, length: Int) -> [UInt8] {
        var bytes = header(id: page, flags: BoltPage.Flag.leaf, count: elements.count, length: length)
        bytes.reserveCapacity(length)
        // From the start of an element's own record to its key.
        var position = elements.count * BoltPage.elementLength
        for element in elements {
            bytes +=
                littleEndian(element.isBucket ? BoltPage.Flag.bucket : 0) + littleEndian(UInt32(position))
            bytes += littleEndian(UInt32(element.key.count)) + littleEndian(UInt32(element.value.count))
            position += element.key.count + element.value.count - BoltPage.elementLength
        }
        for element in elements { bytes += element.key + element.value }
        return bytes
    }

    private func header(id: UInt64, flags: UInt16, count: Int, length: Int) -> [UInt8] {
        littleEndian(id) + littleEndian(flags) + littleEndian(UInt16(count))
            + littleEndian(UInt32((max(1, length) - 1) / pageSize))
    }

    private mutating func fillPage() {
        let rest = file.count % pageSize
        if rest > 0 { file += [UInt8](repeating: 0, count: pageSize - rest) }
    }

    private func paged(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: max(0, pageSize - bytes.count))
    }

    private func meta(transaction: UInt64, root: UInt64, pageCount: UInt64) -> [UInt8] {
        // Then: flags, root page with its bucket's counter, list of free pages, number of pages, transaction.
        var meta = littleEndian(BoltMeta.magic) + littleEndian(BoltMeta.version)
        meta += littleEndian(UInt32(pageSize)) + littleEndian(UInt32(0))
        for number in [root, 0, 2, pageCount, transaction] { meta += littleEndian(number) }
        meta += littleEndian(fnv1a(meta))
        return paged(
            header(id: transaction, flags: BoltPage.Flag.meta, count: 0, length: pageSize) + meta)
    }
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
