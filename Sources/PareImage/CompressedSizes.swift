// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
package import PareModel

extension Image {
    /// What the layers weigh in a registry: as stored where they are compressed, else what gzip makes of them.
    ///
    /// A gigabyte takes about half a minute on one core, so layers are measured two at a time.
    package func compressedSizes() async throws -> [ByteCount] {
        try await withThrowingTaskGroup(of: (Int, ByteCount).self) { group in
            var sizes = [ByteCount](repeating: .zero, count: layers.count)
            for (index, layer) in layers.enumerated() {
                if index >= 2, let (done, size) = try await group.next() { sizes[done] = size }
                group.addTask { (index, try layer.measure(image: name, at: index)) }
            }
            for try await (done, size) in group { sizes[done] = size }
            return sizes
        }
    }
}

extension Layer {
    fileprivate func measure(image: String, at index: Int) throws -> ByteCount {
        guard case .blob(let blob) = place else { return .zero }
        do {
            let open = try OpenLayer(blob)
            guard open.compression == .none else { return ByteCount(open.range.count) }
            return try GzipMeter.measure(FileSource(open.file, in: open.range))
        } catch {
            throw explaining(error, image: image, layer: index)
        }
    }
}
