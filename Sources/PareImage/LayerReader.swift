// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// Reads one layer, wherever and however it is stored.
struct LayerReader: Sendable {
    let image: String
    let matcher: InterestMatcher
    let cache: LayerCache?
    let verifiesDiffIDs: Bool

    func read(_ layer: Layer, at index: Int) throws -> LayerReading {
        try Task.checkCancellation()
        do {
            switch layer.place {
            case .folder(let path):
                var walk = FolderWalk(path, matcher: matcher)
                try walk.run()
                return walk.reading
            case .blob(let blob): return try read(layer, blob, at: index)
            }
        } catch {
            throw layer.explaining(error, image: image, layer: index)
        }
    }

    private func read(_ layer: Layer, _ blob: Blob, at index: Int) throws -> LayerReading {
        let open = try OpenLayer(blob)
        let key = open.compression == .none ? nil : layer.digest.map { LayerCache.Key($0, matcher.interests) }
        if let key, let known = cache?.reading(key, layer: index) { return known }
        var reading = try open.compression == .none ? walk(open, layer, index) : stream(open, layer, index)
        let missing = reading.settleHardLinks(matcher, layer: index)
        try keep(missing, of: layer, at: index, in: &reading)
        if let key { cache?.keep(reading, as: key) }
        return reading
    }

    private func walk(_ open: OpenLayer, _ layer: Layer, _ index: Int) throws -> LayerReading {
        if verifiesDiffIDs, let claimed = layer.diffID ?? layer.digest {
            try verify(claimed, HashingSource(FileSource(open.file, in: open.range)))
        }
        defer { open.file.release(open.range) }
        return try open.file.withBytes(in: open.range) { bytes in
            let mapped = MappedTar(open.file, open.range)
            var walk = LayerWalk(TarReader(bytes), matcher: matcher, layer: index, mapped: mapped)
            try walk.run()
            var reading = walk.reading
            reading.size = Int64(bytes.count)
            return reading
        }
    }

    private func stream(_ open: OpenLayer, _ layer: Layer, _ index: Int) throws -> LayerReading {
        let blob = HashingSource(FileSource(open.file, in: open.range))
        let unpacked = open.compression.unpacking(blob)
        let tar = verifiesDiffIDs ? HashingSource(unpacked) : nil
        let stream = TarStream(tar ?? unpacked)
        var walk = LayerWalk(stream, matcher: matcher, layer: index)
        do {
            try walk.run()
            var reading = walk.reading
            reading.size = try stream.finish()
            reading.compressedSize = Int64(open.range.count)
            if let digest = layer.digest { try verify(digest, blob) }
            if let tar, let diffID = layer.diffID { try verify(diffID, tar) }
            return reading
        } catch let error as ArchiveError {
            // A blob that is not what it is named says more than what is wrong in it.
            if let digest = layer.digest { try verify(digest, blob) }
            throw error
        }
    }

    private func verify(_ claimed: Digest, _ source: HashingSource) throws {
        guard claimed.algorithm == .sha256 else { return }
        let actual = try source.finish()
        guard actual == claimed else {
            throw ImageError.digestLies(image: image, claimed: claimed, actual: actual)
        }
    }

    /// Reads the layer once more for hard links to files that nobody wanted under their first name.
    private func keep(
        _ missing: [LayerReading.Missing], of layer: Layer, at index: Int, in reading: inout LayerReading
    ) throws {
        let readable = missing.filter { missing in
            let target = reading.index.entries[missing.target]
            let isReadable =
                target.offset >= 0 && matcher.interests[missing.interest].take.needsWhole(size: target.size)
            if !isReadable {
                reading.notes.add(.tooLong, reading.index.path(reading.index.entries[missing.entry]))
            }
            return isReadable
        }
        guard !readable.isEmpty else { return }
        let parts = readable.map { missing in
            let target = reading.index.entries[missing.target]
            return (offset: target.offset, size: target.size)
        }
        try layer.read(parts) { number, bytes in
            let interest = matcher.interests[readable[number].interest]
            let entry = reading.index.entries[readable[number].entry]
            reading.keep(
                interest.take.kept(of: bytes) { _ in }, interest: interest, path: reading.index.path(entry),
                layer: index, mode: entry.mode, size: entry.size, entry: readable[number].entry)
        }
    }
}
