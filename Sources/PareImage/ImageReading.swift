// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
package import PareModel

/// Bytes of memory that an image may take; a thousand ordinary layers fit in.
let weightLimit = 1 << 30

/// Layers that are read at once.  What comes over a network leaves the processor time for one more.
private let filesAtOnce = 2
private let streamsAtOnce = 3

/// How far the threads of other streamed layers give way to the longest one, which decides when all are done, and to what
/// brings its bytes.
private let othersNiceness: Int32 = 10

/// What was read of an image's layers.
package struct ImageReading: Sendable {
    /// What the interests took.
    package let view: SquashedView
    /// The image's facts, with the sizes of its layers.
    package let facts: ImageFacts
    package let tree: FileTree
    /// What of its files was left out, so that nothing can be said of them; to be read after a colon.
    package let gaps: [String]
    /// The image's own and those of its layers.
    package let diagnostics: [Diagnostic]
}

extension Image {
    /// Reads all layers once, two or three at a time, and lays them over each other.
    ///
    /// An uncompressed layer in a file is walked from header to header.  Others are streamed, and their bytes verified
    /// against their digests while they pass.  Nothing is written to disk but the cache; a layer that is known there is
    /// neither opened nor pulled.
    ///
    /// - Parameters:
    ///   - interests: What to keep of files.
    ///   - cache: Where results of streamed layers are kept for the next time.
    ///   - verifiesDiffIDs: Whether uncompressed tars are verified too, which costs about two thirds more; those of an engine's
    ///     export always are.
    /// - Returns: What the interests took, and which of it a container sees.
    /// - Throws: ``ImageError``, ``FileError``, and what streams throw.
    package func read(
        taking interests: [Interest], cache: LayerCache? = nil, verifiesDiffIDs: Bool = false
    ) async throws -> ImageReading {
        let matcher = InterestMatcher(interests)
        let cache = verifiesDiffIDs ? nil : cache
        if let export {
            return try await onOwnThread { _ in
                let (image, readings) = try export.read(matcher, cache: cache)
                return try self.named(as: image).laid(readings, taking: interests)
            }
        }
        let reader = LayerReader(
            image: name, matcher: matcher, cache: cache, verifiesDiffIDs: verifiesDiffIDs)
        let readings = try await readings(reader)
        return try await onOwnThread { _ in try laid(readings, taking: interests) }
    }

    /// What was found in an export, under the names that its engine knows.
    private func named(as found: Image) -> Image {
        Image(
            name: name, kind: kind, id: found.id, manifestDigest: found.manifestDigest,
            repositoryDigests: repositoryDigests, tags: tags.isEmpty ? found.tags : tags,
            config: found.config, rawConfig: found.rawConfig, layers: found.layers,
            diagnostics: diagnostics + found.diagnostics, export: export)
    }

    /// Lays what was read of the layers over each other; may wait, as what links lead to is read where it is not known.
    private func laid(_ readings: [LayerReading], taking interests: [Interest]) throws -> ImageReading {
        var readings = readings
        let tree = FileTree(readings.map(\.index), image: name, layers: layers)
        try keepLinked(interests, tree, &readings)
        let visible = tree.visibleEntries()
        var files: [KeptFile] = []
        var isVisible: [Bool] = []
        for (layer, reading) in readings.enumerated() {
            for kept in reading.kept {
                files.append(kept.file)
                let isSecondName = kept.original.map { visible[layer][$0] } ?? false
                isVisible.append(kept.entry < 0 || visible[layer][kept.entry] && !isSecondName)
            }
        }
        if tree.isFull, !readings.isEmpty {
            readings[0].notes.add(.full, name)
        }
        return ImageReading(
            view: SquashedView(files: files, isVisible: isVisible), facts: facts(readings), tree: tree,
            gaps: readings.enumerated().flatMap { $1.notes.gaps(layer: $0) },
            diagnostics: diagnostics + readings.enumerated().flatMap { $1.notes.diagnostics(layer: $0) })
    }

    /// The files of the image, without a content.
    package func files() async throws -> FileTree { try await read(taking: []).tree }

    private func sizeInRegistry(_ layer: Layer) -> Int64? {
        guard reference != nil, case .stream(let stream) = layer.place else { return nil }
        return stream.size
    }

    private func facts(_ readings: [LayerReading]) -> ImageFacts {
        let layers = zip(layers, readings).map { layer, reading in
            LayerFacts(
                digest: layer.digest, diffID: layer.diffID, size: ByteCount(reading.size),
                compressedSize: (reading.compressedSize ?? sizeInRegistry(layer)).map { ByteCount($0) },
                createdBy: layer.createdBy,
                isBase: layer.isBase)
        }
        return ImageFacts(
            id: id, tags: tags, layers: layers, config: config, rawConfig: rawConfig,
            manifestDigest: manifestDigest,
            repositoryDigests: repositoryDigests.isEmpty && export == nil ? nil : repositoryDigests)
    }

    /// The readings of all layers, in their order.  Long blobs begin first, so that none is left over for one core; what is
    /// known comes last, while others are on their way.
    private func readings(_ reader: LayerReader) async throws -> [LayerReading] {
        let known = layers.map(reader.knownSize)
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
                        image: name, what: "\(ByteCount(weight)) of paths and wanted files")
                }
            }
            for (position, index) in order.enumerated() {
                if position >= atOnce, let (done, reading) = try await group.next() {
                    try take(done, reading)
                }
                let layer = layers[index]
                let givesWay = position > 0 && work[index] > 0 && atOnce == streamsAtOnce
                let niceness = givesWay ? othersNiceness : 0
                group.addTask { (index, try await reader.read(layer, at: index, niceness: niceness)) }
            }
            for try await (done, reading) in group { try take(done, reading) }
            return found
        }
        return found.compactMap { $0 }
    }

    /// Keeps what interests in one path want of a file that is there through a link, such as `etc/os-release`.
    private func keepLinked(_ interests: [Interest], _ tree: FileTree, _ readings: inout [LayerReading])
        throws
    {
        let visible = tree.visibleEntries()
        for interest in interests {
            guard case .path(let path) = interest.pattern, !(tree.lookup(path)?.isFile ?? false),
                let target = tree.resolve(path), target.isFile, let layer = target.layer
            else { continue }
            let known = readings[layer].kept.filter {
                $0.file.path == target.path && $0.entry >= 0 && visible[layer][$0.entry]
            }
            if known.contains(where: { $0.file.interest == interest.name }) { continue }
            var content: [UInt8]?
            if case .content = interest.take,
                let whole = known.first(where: { Int64($0.file.content.count) == target.size })
            {
                content = whole.file.content
            } else if interest.take.needsWhole(size: target.size) {
                try tree.forEachContent(of: [target.path], limit: Int(clamping: target.size)) { _, bytes in
                    content = interest.take.kept(of: bytes) { _ in }
                }
            }
            readings[layer].keep(
                content, interest: interest, path: path, layer: layer, mode: target.mode, size: target.size,
                entry: -1)
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
