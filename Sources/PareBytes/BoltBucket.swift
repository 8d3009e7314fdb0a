// SPDX-License-Identifier: Apache-2.0

/// A bucket of a bbolt file: keys with values or further buckets, in the order of their bytes.
package struct BoltBucket: Sendable {
    let bolt: BoltFile
    let place: Place

    enum Place: Sendable {
        case page(UInt64)
        /// A page in the file that stands in the value of the bucket's name.
        case inline(Range<Int>)
    }

    /// The bucket of a name; `nil` where there is none.
    package func bucket(_ name: String) throws(BoltError) -> BoltBucket? {
        guard let entry = try entry(name) else { return nil }
        return try entry.bucket
    }

    /// The value of a key; `nil` where there is none or it is a bucket.
    package func value(_ key: String) throws(BoltError) -> [UInt8]? {
        guard let entry = try entry(key), !entry.isBucket else { return nil }
        return entry.value
    }

    /// What stands under a key.
    package func entry(_ key: String) throws(BoltError) -> BoltEntry? {
        try walking(to: key) { (walk, key) throws(OutOfBounds) in
            try walk.find(key, from: place).map { BoltEntry(bolt: bolt, element: $0) }
        }
    }

    /// The entries whose keys begin so, in order.
    package func entries(startingWith prefix: String = "") throws(BoltError) -> [BoltEntry] {
        try walking(to: prefix) { (walk, prefix) throws(OutOfBounds) in
            var entries: [BoltEntry] = []
            try walk.visit(place, startingWith: prefix) { entries.append(BoltEntry(bolt: bolt, element: $0)) }
            return entries
        }
    }

    /// How many keys the bucket has, or the buckets so many levels below it have.
    package func count(below level: Int = 0) throws(BoltError) -> Int {
        try walking(to: "") { (walk, _) throws(OutOfBounds) in try walk.count(place, below: level) }
    }

    private func walking<Result>(
        to key: String, _ body: (inout BoltWalk, UnsafeRawBufferPointer) throws(OutOfBounds) -> Result
    ) throws(BoltError) -> Result {
        do throws(OutOfBounds) {
            return try bolt.file.withBytes { (bytes) throws(OutOfBounds) in
                var walk = BoltWalk(bytes: bytes, pageSize: bolt.pageSize)
                return try Array(key.utf8).withUnsafeBufferPointer { (key) throws(OutOfBounds) in
                    try body(&walk, UnsafeRawBufferPointer(key))
                }
            }
        } catch {
            throw .corrupt(bolt.file.path, what: "it leads outside of its bounds at byte \(error.offset)")
        }
    }
}

/// A key of a bucket with what stands under it, which is read when it is asked for.
package struct BoltEntry: Sendable {
    fileprivate let bolt: BoltFile
    private let keyRange: Range<Int>
    private let valueRange: Range<Int>
    package let isBucket: Bool

    fileprivate init(bolt: BoltFile, element: BoltPage.Element) {
        self.bolt = bolt
        keyRange = element.key
        valueRange = element.value
        isBucket = element.isBucket
    }

    package var key: String { bolt.file.withBytes(in: keyRange) { String(decoding: $0, as: UTF8.self) } }

    package var value: [UInt8] { bolt.file.withBytes(in: valueRange) { Array($0) } }

    /// The bucket under the key; `nil` where it is a value.
    package var bucket: BoltBucket? {
        get throws(BoltError) {
            guard isBucket else { return nil }
            do throws(OutOfBounds) {
                let place = try bolt.file.withBytes { (bytes) throws(OutOfBounds) in
                    try BoltWalk.place(of: valueRange, in: bytes)
                }
                return BoltBucket(bolt: bolt, place: place)
            } catch {
                throw .corrupt(bolt.file.path, what: "the bucket '\(key)' is cut off")
            }
        }
    }
}
