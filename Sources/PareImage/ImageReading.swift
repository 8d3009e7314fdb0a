// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
package import PareModel

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
    ///   - ahead: What may have begun already, with the same interests and cache.
    /// - Returns: What the interests took, and which of it a container sees.
    /// - Throws: ``ImageError``, ``FileError``, and what streams throw.
    package func read(
        taking interests: [Interest], cache: LayerCache? = nil, verifiesDiffIDs: Bool = false,
        ahead: LayersAhead? = nil
    ) async throws -> ImageReading {
        if export == nil, let stack = try await ahead?.stack(of: layers) {
            return try await onOwnThread { _ in try laid(stack, taking: interests) }
        }
        let reader = LayerReader(
            image: name, taking: interests, cache: cache, verifiesDiffIDs: verifiesDiffIDs)
        if let export {
            return try await onOwnThread { _ in
                let (image, readings) = try export.read(reader.matcher, cache: reader.cache)
                return try self.named(as: image).laid(LayerStack(readings), taking: interests)
            }
        }
        let stack = try await reader.stack(of: layers)
        return try await onOwnThread { _ in try laid(stack, taking: interests) }
    }

    /// What was found in an export, under the names that its engine knows.
    private func named(as found: Image) -> Image {
        Image(
            name: name, kind: kind, id: found.id, manifestDigest: found.manifestDigest,
            repositoryDigests: repositoryDigests, tags: tags.isEmpty ? found.tags : tags,
            config: found.config, rawConfig: found.rawConfig, layers: found.layers,
            diagnostics: diagnostics + found.diagnostics, export: export)
    }

    /// What a container sees of the layers; may wait, as what links lead to is read where it is not known.
    private func laid(_ stack: LayerStack, taking interests: [Interest]) throws -> ImageReading {
        freeLongContent()
        var readings = stack.readings
        let tree = FileTree(stack.tree, image: name, layers: layers)
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
