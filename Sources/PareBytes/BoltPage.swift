// SPDX-License-Identifier: Apache-2.0

/// A branch or leaf page, with the pages it goes on to, or a leaf within a value ("inline").
///
/// Every offset is one in the file.  Nothing that a page says is believed before it was held against its bounds.
///
/// - SeeAlso: `page.go` of go.etcd.io/bbolt.  A header is id (8 bytes), flags (2), count (2), overflow (4); then come
///   `count` elements of 16 bytes each, which point at keys and values behind them.
struct BoltPage {
    private let bytes: UnsafeRawBufferPointer
    private let start: Int
    private let end: Int
    let isLeaf: Bool
    let count: Int

    static let headerLength = 16
    static let elementLength = 16

    enum Flag {
        static let branch: UInt16 = 1
        static let leaf: UInt16 = 2
        static let meta: UInt16 = 4
        static let freeList: UInt16 = 16
        /// Of an element: its value is a bucket.
        static let bucket: UInt32 = 1
    }

    struct Element {
        let key: Range<Int>
        /// Empty in a branch.
        let value: Range<Int>
        /// The page below; `0` in a leaf.
        let child: UInt64
        let isBucket: Bool
    }

    /// The page of a number.
    init(_ bytes: UnsafeRawBufferPointer, id: UInt64, pageSize: Int) throws(OutOfBounds) {
        guard let index = Int(exactly: id), index > 1, index < bytes.count / pageSize else {
            throw OutOfBounds(offset: bytes.count, count: pageSize)
        }
        let start = index * pageSize
        let overflow = Int(try bytes.littleEndian(UInt32.self, at: start + 12))
        let length = (overflow + 1) * pageSize
        guard try bytes.littleEndian(UInt64.self, at: start) == id, length <= bytes.count - start else {
            throw OutOfBounds(offset: start, count: length)
        }
        try self.init(bytes, in: start..<start + length)
    }

    /// The page that fills a range, within the bytes.
    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) throws(OutOfBounds) {
        let flags = try bytes.littleEndian(UInt16.self, at: range.lowerBound + 8)
        count = Int(try bytes.littleEndian(UInt16.self, at: range.lowerBound + 10))
        guard flags == Flag.leaf || flags == Flag.branch, range.upperBound <= bytes.count,
            Self.headerLength + count * Self.elementLength <= range.count
        else { throw OutOfBounds(offset: range.lowerBound, count: range.count) }
        self.bytes = bytes
        start = range.lowerBound
        end = range.upperBound
        isLeaf = flags == Flag.leaf
    }

    var length: Int { end - start }

    func element(_ index: Int) throws(OutOfBounds) -> Element {
        let at = start + Self.headerLength + index * Self.elementLength
        guard index >= 0, index < count else { throw OutOfBounds(offset: at, count: Self.elementLength) }
        let flags = isLeaf ? try bytes.littleEndian(UInt32.self, at: at) : 0
        let key = at + Int(try bytes.littleEndian(UInt32.self, at: isLeaf ? at + 4 : at))
        let value = key + Int(try bytes.littleEndian(UInt32.self, at: isLeaf ? at + 8 : at + 4))
        let valueEnd = value + (isLeaf ? Int(try bytes.littleEndian(UInt32.self, at: at + 12)) : 0)
        guard valueEnd <= end else { throw OutOfBounds(offset: key, count: valueEnd - key) }
        let child = isLeaf ? 0 : try bytes.littleEndian(UInt64.self, at: at + 8)
        return Element(
            key: key..<value, value: value..<valueEnd, child: child, isBucket: flags & Flag.bucket != 0)
    }

    /// Index of the first element whose key is not below another key; ``count`` where all are.
    func firstIndex(notBelow key: UnsafeRawBufferPointer) throws(OutOfBounds) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if bytes[try element(middle).key].order(against: key) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Index of the element of a branch below which a key is, if it is there at all.
    func branchIndex(of key: UnsafeRawBufferPointer) throws(OutOfBounds) -> Int {
        let index = try firstIndex(notBelow: key)
        if index < count, bytes[try element(index).key].order(against: key) == 0 { return index }
        return max(0, index - 1)
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Negative, zero or positive as these bytes come before, are, or come after others.
    func order(against other: UnsafeRawBufferPointer) -> Int {
        let mine = UnsafeRawBufferPointer(rebasing: self)
        let order = compareBytes(mine, other, count: Swift.min(mine.count, other.count))
        return order != 0 ? order : mine.count - other.count
    }

    func hasPrefix(_ prefix: UnsafeRawBufferPointer) -> Bool {
        count >= prefix.count
            && compareBytes(UnsafeRawBufferPointer(rebasing: self), prefix, count: prefix.count) == 0
    }
}
