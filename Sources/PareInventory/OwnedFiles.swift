// SPDX-License-Identifier: Apache-2.0

import PareImage

/// Which of some files the lists of package managers name, and in which layers those lists are.
///
/// Lists have far more lines than there are files to ask about, so lines are only hashed, and compared on a hit.
struct OwnedFiles {
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

    /// The layers whose lists name a path.
    func layers(listing path: String) -> Set<Int> {
        let bytes = Array(path.utf8)
        let index = buckets[Self.hash(bytes[...])]?.first { paths[$0].bytes == bytes }
        return index.map { paths[$0].owners } ?? []
    }

    var isEmpty: Bool { paths.isEmpty }

    /// FNV-1a: short, and good enough for paths of an image, which only cost time when they collide.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { buffer in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in buffer { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return hash
        }
    }
}
