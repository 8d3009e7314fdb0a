// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
package import PareModel

extension Image {
    /// What the layers weigh in a registry: as stored where they are compressed, else what gzip makes of them.
    ///
    /// A gigabyte takes about half a minute on one core, so layers are measured two at a time, by threads that give way to
    /// whatever else the machine has to do.
    ///
    /// - Parameter folder: Where the weights of layers are kept by the digests that the image gives them; only for images
    ///   whose digests are to be believed, such as those an engine has just written.
    /// - Returns: A size for each layer, the oldest first.
    /// - Throws: ``FileError``, ``ImageError``; `CancellationError`.
    package func compressedSizes(keptIn folder: String? = nil) async throws -> [ByteCount] {
        try await withThrowingTaskGroup(of: (Int, ByteCount).self) { group in
            var sizes = [ByteCount](repeating: .zero, count: layers.count)
            for (index, layer) in layers.enumerated() {
                if index >= 2, let (done, size) = try await group.next() { sizes[done] = size }
                group.addTask { (index, try await layer.weight(keptIn: folder, image: name, at: index)) }
            }
            for try await (done, size) in group { sizes[done] = size }
            return sizes
        }
    }
}

extension Layer {
    fileprivate func weight(keptIn folder: String?, image: String, at index: Int) async throws -> ByteCount {
        let file = folder.flatMap { folder in diffID.map { "\(folder)/\($0.hex)" } }
        if let file, let text = try? readFile(file, limit: 32),
            let bytes = Int64(String(decoding: text, as: UTF8.self)), bytes >= 0
        {
            return ByteCount(bytes)
        }
        let size = try await inBackground { try measure(image: image, at: index, isCancelled: $0) }
        if let file, let folder {
            makeFolders(folder)
            // Without it the layer is weighed again.
            try? writeFile(Array("\(size.bytes)".utf8), to: file, replacing: true)
        }
        return size
    }

    private func measure(image: String, at index: Int, isCancelled: () -> Bool) throws -> ByteCount {
        do {
            switch try open(of: image) {
            case nil: return .zero
            case .mapped(let file, let range):
                return try GzipMeter.measure(FileSource(file, in: range), isCancelled: isCancelled)
            case .streamed(let blob):
                guard blob.compression != .none else {
                    return try GzipMeter.measure(blob.tar(), isCancelled: isCancelled)
                }
                return ByteCount(try storedSize ?? blob.hash.drained())
            }
        } catch {
            throw explaining(error, image: image, layer: index)
        }
    }

    /// Length of the blob, where that is known without reading it.
    private var storedSize: Int64? {
        switch place {
        case .folder: nil
        case .blob(let blob): (try? blob.open()).map { Int64($0.range.count) }
        case .stream(let stream): stream.size
        }
    }
}

extension HashingSource {
    /// How many bytes there are in all, after they have been read.
    fileprivate func drained() throws -> Int64 {
        try drain()
        return count
    }
}
