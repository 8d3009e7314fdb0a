// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// Layers that are read at once.  What comes over a network leaves the processor time for one more.
private let filesAtOnce = 2
private let streamsAtOnce = 3

/// How far the threads of other streamed layers give way to the longest one, which decides when all are done, and to what
/// brings its bytes.
private let othersNiceness: Int32 = 10

extension LayerReader {
    /// All layers, read and laid over each other.  Long blobs begin first, so that none is left over for one core; what is
    /// known comes last, from below, while others are on their way.
    ///
    /// - Throws: ``ImageError``, ``FileError``, and what streams throw.
    func stack(of layers: [Layer]) async throws -> LayerStack {
        let work = layers.map { knows($0) ? 0 : $0.weight }
        let order = layers.indices.sorted { (work[$0], -$0) > (work[$1], -$1) }
        let atOnce = layers.contains(where: \.isStreamed) ? streamsAtOnce : filesAtOnce
        return try await withThrowingTaskGroup(of: (Int, LayerReading).self) { group in
            var stack = LayerStack(count: layers.count)
            for (position, index) in order.enumerated() {
                if position >= atOnce, let (done, reading) = try await group.next() {
                    try stack.put(reading, at: done, of: image)
                }
                let layer = layers[index]
                let givesWay = position > 0 && work[index] > 0 && atOnce == streamsAtOnce
                let niceness = givesWay ? othersNiceness : 0
                group.addTask { (index, try await read(layer, at: index, niceness: niceness)) }
                stack.lay()
            }
            for try await (done, reading) in group {
                try stack.put(reading, at: done, of: image)
                stack.lay()
            }
            return stack
        }
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
