// SPDX-License-Identifier: Apache-2.0

/// A bbolt data base, read in place: no page is copied, and nothing of the file is trusted.
///
/// ```text
/// page     id u64 | flags u16 | count u16 | overflow u32                    16 bytes
/// meta     magic u32 | version u32 | page size u32 | flags u32 | root u64 | sequence u64
///          | freelist u64 | pages u64 | transaction u64 | checksum u64      after the page's header
/// branch   pos u32 | ksize u32 | page u64                                   16 bytes each
/// leaf     flags u32 | pos u32 | ksize u32 | vsize u32                      16 bytes each
/// bucket   root page u64 | sequence u64 | where root is 0: a page           the value of a leaf with flag 1
/// ```
///
/// `pos` counts from the start of its own element.  Keys are in byte order.
///
/// - SeeAlso: bbolt, `internal/common/page.go`, `meta.go` and `inode.go`.
package struct BoltFile: Sendable {
    /// The file is not a bbolt data base, or is damaged.
    package struct Malformed: Error, Hashable, Sendable {
        /// What was being read: `leaf element`.
        package let reading: String
        /// In bytes from the start of the file.
        package let offset: Int
    }

    /// A bucket: the page that its tree begins at.
    package struct Bucket: Sendable, Hashable {
        fileprivate let page: Int
    }

    private let file: MappedFile
    private let pageSize: Int
    package let root: Bucket

    /// Deeper trees than any file of less than 2^48 bytes has.
    private static let depthLimit = 32

    /// Chooses the younger valid of the two meta pages.
    package init(_ file: MappedFile) throws(Malformed) {
        let metas = [4096, 8192, 16384, 65536, 1024, 2048, 32768].compactMap {
            Self.meta(of: file, at: $0 + 16)
        }
        let candidates = [Self.meta(of: file, at: 16)].compactMap(\.self) + metas
        guard let meta = candidates.max(by: { $0.transaction < $1.transaction }) else {
            throw Malformed(reading: "meta page", offset: 0)
        }
        self.file = file
        pageSize = meta.pageSize
        root = Bucket(page: try Self.offset(ofPage: meta.root, size: meta.pageSize, in: file))
    }

    /// The value of a key; `nil` where the bucket has none.
    package func value(_ key: String, in bucket: Bucket) throws(Malformed) -> [UInt8]? {
        guard let element = try find(Array(key.utf8), in: bucket), !element.isBucket else { return nil }
        return bytes(element.value)
    }

    /// The bucket of a name within another; `nil` where there is none.
    package func bucket(_ name: String, in parent: Bucket) throws(Malformed) -> Bucket? {
        guard let element = try find(Array(name.utf8), in: parent), element.isBucket else { return nil }
        return try bucket(at: element.value)
    }

    /// Calls with each key and value from the first key on that is not before `start`, until told to stop.
    ///
    /// The body gives whether to go on.
    package func forEach(
        in bucket: Bucket, from start: String = "",
        _ body: (_ key: String, _ item: Item) throws(Malformed) -> Bool
    ) throws(Malformed) {
        var budget = Budget(of: file)
        _ = try walk(bucket.page, from: Array(start.utf8), depth: 0, budget: &budget) {
            element, _ throws(Malformed) in
            let key = String(decoding: bytes(element.key), as: UTF8.self)
            return try body(
                key, element.isBucket ? .bucket(try self.bucket(at: element.value)) : .value(element.value))
        }
    }

    /// How many values a bucket holds, those of the buckets in it included.
    package func valueCount(in bucket: Bucket) throws(Malformed) -> Int {
        var budget = Budget(of: file)
        return try valueCount(in: bucket, depth: 0, budget: &budget)
    }

    private func valueCount(in bucket: Bucket, depth: Int, budget: inout Budget) throws(Malformed) -> Int {
        guard depth < Self.depthLimit else { throw Malformed(reading: "bucket nesting", offset: bucket.page) }
        var count = 0
        _ = try walk(bucket.page, from: [], depth: 0, budget: &budget) { element, budget throws(Malformed) in
            count +=
                element.isBucket
                ? try valueCount(in: try self.bucket(at: element.value), depth: depth + 1, budget: &budget) : 1
            return true
        }
        return count
    }

    /// What stands under a key.
    package enum Item: Sendable {
        case bucket(Bucket)
        /// Where the value is in the file; ``BoltFile/bytes(_:)`` reads it.
        case value(Range<Int>)
    }

    /// The bytes of a value.
    package func bytes(_ range: Range<Int>) -> [UInt8] { file.withBytes(in: range) { Array($0) } }
}

extension BoltFile {
    private struct Meta {
        let pageSize: Int
        let root: UInt64
        let transaction: UInt64
    }

    /// The meta page whose fields begin at an offset; `nil` where it is not a valid one.
    private static func meta(of file: MappedFile, at offset: Int) -> Meta? {
        file.withBytes { bytes -> Meta? in
            guard let fields = try? bytes.part(at: offset, count: 64),
                (try? fields.littleEndian(UInt32.self, at: 0)) == 0xED0C_DAED,
                (try? fields.littleEndian(UInt32.self, at: 4)) == 2,
                let size = try? fields.littleEndian(UInt32.self, at: 8), (1024...65536).contains(size),
                let root = try? fields.littleEndian(UInt64.self, at: 16),
                let transaction = try? fields.littleEndian(UInt64.self, at: 48),
                let checksum = try? fields.littleEndian(UInt64.self, at: 56)
            else { return nil }
            // FNV-1a of the fields before the checksum.
            let hash = fields[..<56].reduce(14_695_981_039_346_656_037 as UInt64) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            return hash == checksum ? Meta(pageSize: Int(size), root: root, transaction: transaction) : nil
        }
    }

    /// Where a page begins; it must lie in the file, its header at least.
    private static func offset(ofPage page: UInt64, size: Int, in file: MappedFile) throws(Malformed) -> Int {
        guard page > 1, page <= UInt64(file.count / size), let number = Int(exactly: page),
            number * size + 16 <= file.count
        else { throw Malformed(reading: "page number", offset: Int(clamping: page)) }
        return number * size
    }

    private struct Element {
        let key: Range<Int>
        let value: Range<Int>
        let isBucket: Bool
    }

    private func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, at offset: Int
    ) throws(Malformed) -> Value {
        let value = file.withBytes { bytes in try? bytes.littleEndian(type, at: offset) }
        guard let value else { throw Malformed(reading: "integer", offset: offset) }
        return value
    }

    private func range(at start: Int, count: UInt32) throws(Malformed) -> Range<Int> {
        guard start >= 0, start <= file.count, Int(count) <= file.count - start else {
            throw Malformed(reading: "key or value", offset: start)
        }
        return start..<start + Int(count)
    }

    private func bucket(at value: Range<Int>) throws(Malformed) -> Bucket {
        guard value.count >= 16 else { throw Malformed(reading: "bucket", offset: value.lowerBound) }
        let page = try integer(UInt64.self, at: value.lowerBound)
        guard page == 0 else { return Bucket(page: try Self.offset(ofPage: page, size: pageSize, in: file)) }
        return Bucket(page: value.lowerBound + 16)
    }

    private func header(of page: Int) throws(Malformed) -> (isLeaf: Bool, count: Int) {
        let flags = try integer(UInt16.self, at: page + 8)
        guard flags & 0x03 == 1 || flags & 0x03 == 2 else {
            throw Malformed(reading: "page flags", offset: page)
        }
        return (flags & 0x02 != 0, Int(try integer(UInt16.self, at: page + 10)))
    }

    private func leafElement(_ index: Int, of page: Int) throws(Malformed) -> Element {
        let start = page + 16 + index * 16
        let flags = try integer(UInt32.self, at: start)
        let position = Int(try integer(UInt32.self, at: start + 4))
        let key = try range(at: start + position, count: try integer(UInt32.self, at: start + 8))
        let value = try range(at: key.upperBound, count: try integer(UInt32.self, at: start + 12))
        return Element(key: key, value: value, isBucket: flags & 1 != 0)
    }

    private func branchElement(_ index: Int, of page: Int) throws(Malformed) -> (key: Range<Int>, page: Int) {
        let start = page + 16 + index * 16
        let position = Int(try integer(UInt32.self, at: start))
        let key = try range(at: start + position, count: try integer(UInt32.self, at: start + 4))
        let child = try integer(UInt64.self, at: start + 8)
        return (key, try Self.offset(ofPage: child, size: pageSize, in: file))
    }

    /// Below zero where the key in the file is before the other.
    private func order(_ range: Range<Int>, _ key: [UInt8]) -> Int {
        file.withBytes(in: range) { bytes in
            for (left, right) in zip(bytes, key) where left != right { return Int(left) - Int(right) }
            return bytes.count - key.count
        }
    }

    /// The number of leading elements whose key is before the given one, or the same where `includingEqual`.
    private func count(
        before key: [UInt8], of total: Int, includingEqual: Bool, keyAt: (Int) throws(Malformed) -> Range<Int>
    ) throws(Malformed) -> Int {
        var (low, high) = (0, total)
        while low < high {
            let middle = (low + high) / 2
            let order = order(try keyAt(middle), key)
            if order < 0 || order == 0 && includingEqual { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func find(_ key: [UInt8], in bucket: Bucket) throws(Malformed) -> Element? {
        var page = bucket.page
        for _ in 0..<Self.depthLimit {
            let (isLeaf, total) = try header(of: page)
            let current = page
            let below = try count(before: key, of: total, includingEqual: true) { index throws(Malformed) in
                isLeaf ? try leafElement(index, of: current).key : try branchElement(index, of: current).key
            }
            guard below > 0 else { return nil }
            if isLeaf {
                let element = try leafElement(below - 1, of: page)
                return order(element.key, key) == 0 ? element : nil
            }
            page = try branchElement(below - 1, of: page).page
        }
        throw Malformed(reading: "tree depth", offset: page)
    }

    /// How many page headers and elements a pass may still look at.
    ///
    /// Each takes 16 bytes of its own in an honest file, so a pass that sees more is being led in circles.
    private struct Budget {
        private var rest: Int

        init(of file: MappedFile) { rest = file.count / 16 }

        /// - Returns: Whether there was enough left.
        mutating func take(_ count: Int) -> Bool {
            rest -= count
            return rest >= 0
        }
    }

    /// Visits the leaves of a tree in key order; gives whether to go on.
    private func walk(
        _ page: Int, from start: [UInt8], depth: Int, budget: inout Budget,
        _ body: (Element, inout Budget) throws(Malformed) -> Bool
    ) throws(Malformed) -> Bool {
        let (isLeaf, total) = try header(of: page)
        guard depth < Self.depthLimit, budget.take(1 + total) else {
            throw Malformed(reading: "tree", offset: page)
        }
        if isLeaf {
            let first = try count(before: start, of: total, includingEqual: false) {
                index throws(Malformed) in
                try leafElement(index, of: page).key
            }
            for index in first..<max(first, total) {
                guard try body(try leafElement(index, of: page), &budget) else { return false }
            }
            return true
        }
        let below = try count(before: start, of: total, includingEqual: true) { index throws(Malformed) in
            try branchElement(index, of: page).key
        }
        for index in max(0, below - 1)..<max(total, max(0, below - 1)) {
            let child = try branchElement(index, of: page).page
            guard try walk(child, from: start, depth: depth + 1, budget: &budget, body) else {
                return false
            }
        }
        return true
    }
}
