// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Bytes of memory that an image may take; a thousand ordinary layers fit in.
let weightLimit = 1 << 30

/// What was read of an image's layers, which come in any order, and are laid over each other while others are on their way.
struct LayerStack: Sendable {
    private var found: [LayerReading?]
    private(set) var tree = FileTreeBuilder(expecting: Self.ordinaryCount)
    private var weight = 0
    private var laidCount = 0

    /// Paths of a small image; the tree of a larger one grows.
    private static let ordinaryCount = 16_000

    init(count: Int) { found = Array(repeating: nil, count: count) }

    /// The same of layers that are all there.
    init(_ readings: [LayerReading]) {
        found = readings
        lay()
    }

    /// Takes what was read of a layer.
    ///
    /// - Throws: ``ImageError`` beyond what memory bears; `image` is named in it.
    mutating func put(_ reading: LayerReading, at index: Int, of image: String) throws(ImageError) {
        found[index] = reading
        weight += reading.weight
        guard weight <= weightLimit else {
            throw .tooMuch(image: image, what: "\(ByteCount(weight)) of paths and wanted files")
        }
    }

    /// Lays those over the others that lack none below them.
    mutating func lay() {
        while laidCount < found.count, let reading = found[laidCount] {
            tree.add(reading.index)
            laidCount += 1
        }
    }

    /// Of all layers, in their order.
    var readings: [LayerReading] { found.compactMap(\.self) }
}
