// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// Bytes of memory that an image may take; a thousand ordinary layers fit in.
let weightLimit = 1 << 30

/// Layers that are read at once.  What comes over a network leaves the processor time for one more.
private let filesAtOnce = 2
private let streamsAtOnce = 3

/// How far the threads of other streamed layers give way to the longest one, which decides when all are done, and to what
/// brings its bytes.
private let othersNiceness: Int32 = 10

extension LayerReader {
    /// The readings of all layers, in their order.  Long blobs begin first, so that none is left over for one core; what is
    /// known comes last, while others are on their way.
    ///
    /// - Throws: ``ImageError``, ``FileError``, and what streams throw.
    func readings(of layers: [Layer]) async throws -> [LayerReading] {
        let known = layers.map(knownSize)
        let work = zip(layers, known).map { $1 == nil ? $0.weight : 0 }
        let order = layers.indices.sorted { (work[$0], known[$0] ?? 0) > (work[$1], known[$1] ?? 0) }
        let atOnce = layers.contains(where: \.isStreamed) ? streamsAtOnce : filesAtOnce
        let found = try await withThrowingTaskGroup(of: (Int, LayerReading).self) { group in
            var found = [LayerReading?](repeating: nil, count: layers.count)
            var weight = 0
            func take(_ done: Int, _ reading: LayerReading) throws {
                found[done] = reading
                weight += reading.weight
                guard weight <= weightLimit else {
                    throw ImageError.tooMuch(
                        image: image, what: "\(ByteCount(weight)) of paths and wanted files")
                }
            }
            for (position, index) in order.enumerated() {
                if position >= atOnce, let (done, reading) = try await group.next() {
                    try take(done, reading)
                }
                let layer = layers[index]
                let givesWay = position > 0 && work[index] > 0 && atOnce == streamsAtOnce
                let niceness = givesWay ? othersNiceness : 0
                group.addTask { (index, try await read(layer, at: index, niceness: niceness)) }
            }
            for try await (done, reading) in group { try take(done, reading) }
            return found
        }
        return found.compactMap { $0 }
    }
}

extension Layer {
    /// About how long it takes to read, for the order of work.
    fileprivate var weight: Int {
        switch place {
        case .folder: return .max
        case .stream(let stream): return stream.size.map { Int(clamping: $0) } ?? .max
        case .blob(let blob):
            guard let (file, range) = try? blob.open(),
                let compression = try? Compression(of: file, in: range)
            else { return .max }
            return compression == .none ? range.count / 100 : range.count
        }
    }

    fileprivate var isStreamed: Bool {
        if case .stream = place { true } else { false }
    }
}
