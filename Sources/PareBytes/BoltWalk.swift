// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One way through the pages of a file.
struct BoltWalk {
    private let bytes: UnsafeRawBufferPointer
    private let pageSize: Int
    /// Bytes of pages that may still be looked at.  No page of a sound file is met twice, though a page in a value is met
    /// once by itself and once with the page around it.
    private var budget: Int

    /// More than a tree of two billion pages of two entries each has.
    private static let depthLimit = 32
    private static let bucketHeaderLength = 16

    init(bytes: UnsafeRawBufferPointer, pageSize: Int) {
        self.bytes = bytes
        self.pageSize = pageSize
        budget = bytes.count * 2
    }

    /// Where the bucket is that a value stands for: a page's number (8 bytes) and a counter (8), then, where the number
    /// is 0, the page itself.
    static func place(
        of value: Range<Int>, in bytes: UnsafeRawBufferPointer
    ) throws(OutOfBounds) -> BoltBucket.Place {
        guard value.count >= bucketHeaderLength else {
            throw OutOfBounds(offset: value.lowerBound, count: bucketHeaderLength)
        }
        let page = try bytes.littleEndian(UInt64.self, at: value.lowerBound)
        return page == 0 ? .inline(value.lowerBound + bucketHeaderLength..<value.upperBound) : .page(page)
    }

    private mutating func page(_ place: BoltBucket.Place) throws(OutOfBounds) -> BoltPage {
        let page =
            switch place {
            case .page(let id): try BoltPage(bytes, id: id, pageSize: pageSize)
            case .inline(let range): try BoltPage(bytes, in: range)
            }
        guard page.length <= budget else { throw OutOfBounds(offset: bytes.count, count: page.length) }
        budget -= page.length
        return page
    }

    /// The element of a key in a leaf.
    mutating func find(
        _ key: UnsafeRawBufferPointer, from place: BoltBucket.Place
    ) throws(OutOfBounds) -> BoltPage.Element? {
        var page = try page(place)
        while !page.isLeaf {
            guard page.count > 0 else { return nil }
            page = try self.page(.page(try page.element(try page.branchIndex(of: key)).child))
        }
        let index = try page.firstIndex(notBelow: key)
        guard index < page.count else { return nil }
        let element = try page.element(index)
        return bytes[element.key].order(against: key) == 0 ? element : nil
    }

    /// Calls with the elements of leaves whose keys begin so; returns whether there may be more behind.
    @discardableResult
    mutating func visit(
        _ place: BoltBucket.Place, startingWith prefix: UnsafeRawBufferPointer, depth: Int = 0,
        _ body: (BoltPage.Element) -> Void
    ) throws(OutOfBounds) -> Bool {
        let page = try page(place)
        guard depth < Self.depthLimit else { throw OutOfBounds(offset: bytes.count, count: page.length) }
        let first = page.isLeaf ? try page.firstIndex(notBelow: prefix) : try page.branchIndex(of: prefix)
        for index in first..<max(first, page.count) {
            let element = try page.element(index)
            let isWithin = bytes[element.key].hasPrefix(prefix)
            if page.isLeaf {
                guard isWithin else { return false }
                body(element)
            } else {
                guard isWithin || index == first else { return false }
                let goesOn = try visit(.page(element.child), startingWith: prefix, depth: depth + 1, body)
                guard goesOn else { return false }
            }
        }
        return true
    }

    mutating func count(
        _ place: BoltBucket.Place, below level: Int, depth: Int = 0
    ) throws(OutOfBounds) -> Int {
        let page = try page(place)
        guard depth < Self.depthLimit else { throw OutOfBounds(offset: bytes.count, count: page.length) }
        if page.isLeaf && level == 0 { return page.count }
        var sum = 0
        for index in 0..<page.count {
            let element = try page.element(index)
            if !page.isLeaf {
                sum += try count(.page(element.child), below: level, depth: depth + 1)
            } else if element.isBucket {
                sum += try count(try Self.place(of: element.value, in: bytes), below: level - 1)
            }
        }
        return sum
    }
}

/// Negative, zero or positive as some bytes come before, are, or come after others; both have as many.
func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, count: Int) -> Int {
    guard count > 0, let left = left.baseAddress, let right = right.baseAddress else { return 0 }
    return Int(memcmp(left, right, count))
}
