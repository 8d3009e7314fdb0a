// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
package import PareModel

/// An image that an engine gives as one tar, with all layers in an order that is not known before: what `docker save`,
/// `podman save` and `ctr images export` write.
///
/// Layers are known, and their content can be had, only when the stream has passed; so nothing is unpacked and nothing is
/// written to disk.
package struct ImageExport: Sendable {
    /// What the image is asked for by.
    let image: String
    /// What to choose where the export holds several; this machine's by default.
    let platform: Platform?
    /// What the engine calls the image; the same id means the same image for ever.
    let id: Digest?
    let stream: any BlobStream

    package init(image: String, platform: Platform? = nil, id: Digest?, stream: any BlobStream) {
        self.image = image
        self.platform = platform
        self.id = id
        self.stream = stream
    }
}

extension Image {
    /// An image whose layers and configuration come with its export, when it is read.
    ///
    /// - Parameters:
    ///   - export: Of the image.
    ///   - tags: All its names, as its engine knows them; those that the export knows by default.
    ///   - repositoryDigests: What registries know it by: `node@sha256:…`.
    package init(
        exported export: ImageExport, tags: [String]? = nil, repositoryDigests: [String] = []
    ) {
        self.init(
            name: export.image, kind: .image, id: export.id, repositoryDigests: repositoryDigests,
            tags: tags ?? [], layers: [], export: export)
    }
}

extension ImageExport {
    /// The image with its layers, and what was read of them; waits for the export, and for another where a layer's hard
    /// links need it.
    ///
    /// Where the cache has the image and all of its layers, nothing is exported.
    ///
    /// - Throws: ``ImageError``, ``FileError``, and what the stream throws.
    func read(
        _ matcher: InterestMatcher, cache: LayerCache?
    ) throws -> (image: Image, readings: [LayerReading]) {
        if let cache, let known = cached(matcher, cache) { return known }
        var pass = ExportPass(image: image, matcher: matcher, cache: cache)
        try pass.run(try stream.open())
        let contents = pass.contents
        let files = NamedFiles(export: self, contents)
        let found = try files.image(platform)
        try checkIdentity(of: found, in: files)
        var blobs: [WalkedBlob] = []
        for (index, layer) in found.layers.enumerated() {
            blobs.append(try blob(of: layer, index, contents, matcher))
        }
        try keepMissing(&blobs, of: found, matcher)
        if let cache { keep(found, blobs, contents, matcher, in: cache) }
        return (found, blobs.enumerated().map { $1.reading.placed(at: $0) })
    }

    /// What was read of a layer, verified by the digests that the image and its configuration name: of the blob, and of the tar.
    private func blob(
        of layer: Layer, _ index: Int, _ contents: ExportContents, _ matcher: InterestMatcher
    ) throws -> WalkedBlob {
        do {
            guard let name = layer.exported?.name, let blob = contents.blobs[name] else {
                // A text that is named as a layer fails as any other file does.
                let reader = LayerReader(
                    image: image, matcher: matcher, cache: nil, verifiesDiffIDs: false)
                return WalkedBlob(cached: try reader.anew(layer, at: index).reading)
            }
            try verify(layer.digest, is: blob.digest)
            let walked = try blob.outcome.get()
            try verify(layer.diffID, is: walked.reading.tarDigest(ofBlob: blob.digest))
            return walked
        } catch {
            throw layer.explaining(error, image: image, layer: index)
        }
    }

    private func verify(_ claimed: Digest?, is actual: Digest?) throws {
        guard let claimed, let actual, claimed.algorithm == actual.algorithm, claimed != actual else {
            return
        }
        throw ImageError.digestLies(image: image, claimed: claimed, actual: actual)
    }

    /// Asks for the export once more for hard links to files that nobody wanted under their first name.
    private func keepMissing(
        _ blobs: inout [WalkedBlob], of image: Image, _ matcher: InterestMatcher
    ) throws {
        var wanted: [ExportedLayer: [TarPart]] = [:]
        var takers: [ExportedLayer: [(layer: Int, missing: LayerReading.Missing)]] = [:]
        for (index, layer) in image.layers.enumerated() {
            guard let layer = layer.exported else { continue }
            let missing = blobs[index].missing
            for missing in blobs[index].reading.readable(missing, matcher) {
                let target = blobs[index].reading.index.entries[missing.target]
                wanted[layer, default: []].append(TarPart(offset: target.offset, size: target.size))
                takers[layer, default: []].append((index, missing))
            }
        }
        guard !wanted.isEmpty else { return }
        try read(wanted) { layer, number, bytes in
            guard let (index, missing) = takers[layer]?[number] else { return }
            blobs[index].reading.keep(missing, of: bytes, matcher, layer: 0)
        }
    }
}
