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

    /// Reads a layer on a thread of its own, or takes what is known of it; nothing is opened or pulled then.
    func read(_ layer: Layer, at index: Int, niceness: Int32) async throws -> LayerReading {
        try await onOwnThread(niceness: niceness) { interruption in
            guard !interruption.isSet else { throw CancellationError() }
            let key = key(of: layer)
            if let key, let known = cache?.reading(key, layer: index) { return known }
            do {
                let (reading, isVerified) = try anew(layer, at: index)
                if let key, isVerified { cache?.keep(reading, as: key) }
                return reading
            } catch {
                throw layer.explaining(error, image: image, layer: index)
            }
        }
    }

    /// Whether there is something of a layer in the cache.
    func knows(_ layer: Layer) -> Bool { key(of: layer).flatMap { cache?.holds($0) } ?? false }

    private func key(of layer: Layer) -> LayerCache.Key? {
        layer.digest.map { LayerCache.Key($0, matcher) }
    }

    /// Reads a layer; may wait.  What was verified against the digest that it is named by may be kept for the next time.
    func anew(_ layer: Layer, at index: Int) throws -> (reading: LayerReading, isVerified: Bool) {
        var reading: LayerReading
        var isVerified = false
        switch try (layer.open(of: image), layer.place) {
        case (.mapped(let file, let range), _): reading = try walk(file, range, layer, index)
        case (.streamed(let blob), _):
            reading = try stream(blob, layer, index)
            isVerified = true
        case (nil, .folder(let path)):
            var walk = FolderWalk(path, matcher: matcher)
            try walk.run()
            return (walk.reading, false)
        case (nil, _): return (LayerReading(), false)
        }
        let missing = reading.settleHardLinks(matcher, layer: index)
        try keep(missing, of: layer, at: index, in: &reading)
        return (reading, isVerified)
    }

    private func walk(_ file: MappedFile, _ range: Range<Int>, _ layer: Layer, _ index: Int) throws
        -> LayerReading
    {
        if verifiesDiffIDs, let claimed = layer.diffID ?? layer.digest {
            try HashingSource(FileSource(file, in: range), by: claimed.algorithm).verify(claimed, of: image)
        }
        defer { file.release(range) }
        return try file.withBytes(in: range) { bytes in
            let mapped = MappedTar(file, range)
            var walk = LayerWalk(TarReader(bytes), matcher: matcher, layer: index, mapped: mapped)
            try walk.run()
            var reading = walk.reading
            reading.size = Int64(bytes.count)
            return reading
        }
    }

    private func stream(_ blob: StreamedBlob, _ layer: Layer, _ index: Int) throws -> LayerReading {
        let tar = layer.diffID.flatMap { diffID in
            verifiesDiffIDs ? (id: diffID, hash: HashingSource(blob.tar(), by: diffID.algorithm)) : nil
        }
        let stream = TarStream(tar?.hash ?? blob.tar())
        var walk = LayerWalk(stream, matcher: matcher, layer: index)
        do {
            try walk.run()
            var reading = walk.reading
            reading.size = try stream.finish()
            if blob.compression != .none { reading.compressedSize = blob.hash.count }
            if let digest = layer.digest { try blob.hash.verify(digest, of: image) }
            if let tar { try tar.hash.verify(tar.id, of: image) }
            return reading
        } catch let error as ArchiveError {
            // A blob that is not what it is named says more than what is wrong in it.
            if let digest = layer.digest { try blob.hash.verify(digest, of: image) }
            throw error
        }
    }

    /// Reads the layer once more for hard links to files that nobody wanted under their first name.
    private func keep(
        _ missing: [LayerReading.Missing], of layer: Layer, at index: Int, in reading: inout LayerReading
    ) throws {
        let readable = reading.readable(missing, matcher)
        guard !readable.isEmpty else { return }
        let parts = readable.map { missing in
            let target = reading.index.entries[missing.target]
            return TarPart(offset: target.offset, size: target.size)
        }
        try layer.read(parts, of: image) { reading.keep(readable[$0], of: $1, matcher, layer: index) }
    }
}

extension LayerReader {
    /// What is to be verified is read anew, whatever is in the cache.
    init(image: String, taking interests: [Interest], cache: LayerCache?, verifiesDiffIDs: Bool = false) {
        self.init(
            image: image, matcher: InterestMatcher(interests), cache: verifiesDiffIDs ? nil : cache,
            verifiesDiffIDs: verifiesDiffIDs)
    }
}

extension LayerReading {
    /// Those of which the content can be had; writes down the others.
    mutating func readable(_ missing: [Missing], _ matcher: InterestMatcher) -> [Missing] {
        missing.filter { missing in
            let target = index.entries[missing.target]
            let isReadable =
                target.offset >= 0 && matcher.interests[missing.interest].take.needsWhole(size: target.size)
            if !isReadable { notes.add(.tooLong, index.path(index.entries[missing.entry])) }
            return isReadable
        }
    }

    /// Keeps what an interest takes of a hard link whose content has been found.
    mutating func keep(
        _ missing: Missing, of bytes: UnsafeRawBufferPointer, _ matcher: InterestMatcher, layer: Int
    ) {
        let interest = matcher.interests[missing.interest]
        let entry = index.entries[missing.entry]
        keep(
            interest.take.kept(of: bytes) { _ in }, interest: interest, path: index.path(entry),
            layer: layer, mode: entry.mode, size: entry.size, entry: missing.entry)
    }
}
