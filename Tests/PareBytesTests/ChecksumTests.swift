// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Testing

@Suite struct ChecksumTests {
    private func sum(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { checksum(of: $0) } }

    /// Entries of a cache are read by other runs, and other builds, than those that wrote them.
    @Test func isTheSameInEveryRun() {
        // By the same steps in Python.
        #expect(sum(Array(0...255)) == 10616803793875750126)
        #expect(sum(Array("pare".utf8)) == 11545288286524546189)
    }

    @Test(arguments: [1, 7, 8, 31, 32, 33, 64, 100])
    func tellsEveryOtherByteAndLength(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var sums: Set<UInt64> = [sum(bytes), sum(Array(bytes.dropLast())), sum(bytes + [0])]
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max where value != bytes[index] {
                var other = bytes
                other[index] = value
                sums.insert(sum(other))
            }
        }
        #expect(sums.count == 3 + count * 255)
    }

    @Test func tellsWordsThatChangedPlaces() {
        let words = (0..<8).map { [UInt8](repeating: UInt8($0), count: 8) }
        var sums: Set<UInt64> = []
        for one in words.indices {
            for other in words.indices.dropFirst(one + 1) {
                var swapped = words
                swapped.swapAt(one, other)
                sums.insert(sum(swapped.flatMap(\.self)))
            }
        }
        #expect(sums.count == 28)
        #expect(!sums.contains(sum(words.flatMap(\.self))))
    }
}
