// SPDX-License-Identifier: Apache-2.0

/// Finds many names at once in bytes, each as the end of a text that a zero byte ends.
///
/// Linkers lay a text over the end of a longer one, so what stands before a name does not matter.
package struct NameSearch: Sendable {
    private let names: [[UInt8]]
    /// For two last bytes of a name the index of the first name that ends so; -1 for none.
    private var first = [Int32](repeating: -1, count: 1 << 16)
    /// For each name the next one that ends as it does.
    private var next: [Int32] = []

    /// Names are at least two bytes long, shorter ones are never found.
    package init(_ names: [[UInt8]]) {
        self.names = names
        for (index, name) in names.enumerated() {
            guard name.count >= 2 else {
                next.append(-1)
                continue
            }
            let key = Int(name[name.count - 2]) | Int(name[name.count - 1]) << 8
            next.append(first[key])
            first[key] = Int32(index)
        }
    }

    /// Calls with the index of a name and the offset at which it stands, for every place.  The end of the bytes ends a text too.
    package func forEachPlace(in bytes: UnsafeRawBufferPointer, _ body: (Int, Int) -> Void) {
        guard let base = bytes.baseAddress else { return }
        first.withUnsafeBufferPointer { first in
            func look(before end: Int) {
                guard end >= 2 else { return }
                let key = base.loadUnaligned(fromByteOffset: end &- 2, as: UInt16.self)
                var index = first[Int(UInt16(littleEndian: key))]
                while index >= 0 {
                    let name = names[Int(index)]
                    if name.count <= end, bytes[(end - name.count)..<end].elementsEqual(name) {
                        body(Int(index), end - name.count)
                    }
                    index = next[Int(index)]
                }
            }
            bytes.forEachOffset(of: 0, look)
            look(before: bytes.count)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Calls with the offset of every byte of a value, eight looked at at a time.
    package func forEachOffset(of value: UInt8, _ body: (Int) -> Void) {
        guard let base = baseAddress else { return }
        let wanted = UInt64(value) &* 0x0101_0101_0101_0101
        var offset = 0
        while offset &+ 8 <= count {
            let word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ wanted
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 {
                for place in offset..<offset &+ 8
                where base.load(fromByteOffset: place, as: UInt8.self) == value {
                    body(place)
                }
            }
            offset &+= 8
        }
        for place in offset..<count where base.load(fromByteOffset: place, as: UInt8.self) == value {
            body(place)
        }
    }
}
