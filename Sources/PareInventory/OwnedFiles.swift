// SPDX-License-Identifier: Apache-2.0

import PareImage

/// Which of some files the lists of package managers name, and in which layers those lists are.
///
/// Lists have far more lines than there are files to ask about, so lines are only hashed, and compared on a hit.
struct OwnedFiles: Sendable {
    private var paths: [(bytes: [UInt8], owners: Set<Int>)] = []
    private var buckets: [UInt64: [Int]] = [:]

    /// Gets ready for questions about these paths.
    init(asking asked: some Sequence<String>) {
        for path in asked {
            let bytes = Array(path.utf8)
            let hash = Self.hash(bytes[...])
            let bucket = buckets[hash, default: []]
            guard !bucket.contains(where: { paths[$0].bytes == bytes }) else { continue }
            buckets[hash, default: []].append(paths.count)
            paths.append((bytes, []))
        }
    }

    /// Notes that a list in a layer names a path.
    mutating func note(_ path: ArraySlice<UInt8>, layer: Int) {
        guard let bucket = buckets[Self.hash(path)] else { return }
        for index in bucket where paths[index].bytes.elementsEqual(path) { paths[index].owners.insert(layer) }
    }

    /// Notes what was noted by another that was asked about the same paths.
    mutating func note(_ other: OwnedFiles) {
        for index in paths.indices { paths[index].owners.formUnion(other.paths[index].owners) }
    }

    /// The layers whose lists name a path.
    func layers(listing path: String) -> Set<Int> {
        let bytes = Array(path.utf8)
        let index = buckets[Self.hash(bytes[...])]?.first { paths[$0].bytes == bytes }
        return index.map { paths[$0].owners } ?? []
    }

    var isEmpty: Bool { paths.isEmpty }

    /// Eight bytes at a time, as lists have millions of them; paths that collide only cost time.
    private static func hash(_ path: ArraySlice<UInt8>) -> UInt64 {
        path.withUnsafeBytes { bytes in
            var hash = UInt64(bytes.count)
            func mix(_ word: UInt64) {
                hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
                hash ^= hash >> 29
            }
            var offset = 0
            while offset + 8 <= bytes.count {
                mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            var last: UInt64 = 0
            for byte in bytes[offset...] { last = last << 8 | UInt64(byte) }
            mix(last)
            return hash
        }
    }
}
