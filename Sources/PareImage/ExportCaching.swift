// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// What is remembered of an image that an engine has, so that it need not be exported again.
extension ImageExport {
    private var record: String? { id.map { "image \($0) for \(platform ?? .host)" } }

    /// The image as it was read before, where all of it is known.
    func cached(
        _ matcher: InterestMatcher, _ cache: LayerCache
    ) -> (image: Image, readings: [LayerReading])? {
        guard let record, let bytes = cache.record(record), let json = try? JSONValue(bytes),
            let rawConfig = json["config"]?.text, let names = json["names"]?.texts,
            let digests = json["digests"]?.texts.map({ Digest($0) }), names.count == digests.count,
            let config = try? ConfigFile(Array(rawConfig.utf8), image: image)
        else { return nil }
        // A text that is no UTF-8 does not come back as it was.
        let configDigest = SHA256.digest(of: Array(rawConfig.utf8))
        guard json["id"]?.text == configDigest.description else { return nil }
        var readings: [LayerReading] = []
        for (index, digest) in digests.enumerated() {
            guard let digest,
                let reading = cache.reading(LayerCache.Key(digest, matcher), layer: index)
            else { return nil }
            readings.append(reading)
        }
        let origins = config.origins(layerCount: names.count)
        // What was kept may have been read by way of another image, or by one who was lied to.
        for (index, origin) in origins.enumerated() {
            guard let diffID = origin.diffID, readings[index].tarDigest(ofBlob: digests[index]) == diffID
            else { return nil }
        }
        let layers = origins.enumerated().map { index, origin in
            let name = names[index]
            let layer = ExportedLayer(
                export: self, name: name, digest: digests[index],
                size: readings[index].compressedSize ?? readings[index].size)
            return Layer(
                digest: blobDigest(of: name), diffID: origin.diffID, createdBy: origin.createdBy,
                isBase: origin.isBase, place: .stream(layer))
        }
        let found = Image(
            name: image, kind: .image, id: configDigest,
            manifestDigest: json["manifest"]?.text.flatMap { Digest($0) }, tags: json["tags"]?.texts ?? [],
            config: config.run, rawConfig: rawConfig, layers: layers,
            diagnostics: config.diagnostics(layerCount: layers.count))
        return (found, readings)
    }

    /// Keeps what came of an export: each layer by the digest that was made of its bytes, and the image by its id.
    func keep(
        _ found: Image, _ blobs: [WalkedBlob], _ contents: ExportContents, _ matcher: InterestMatcher,
        in cache: LayerCache
    ) {
        var digests: [String] = []
        var names: [String] = []
        for (layer, blob) in zip(found.layers, blobs) {
            guard let name = layer.exported?.name, let digest = contents.blobs[name]?.digest else { return }
            if !blob.isFromCache {
                cache.keep(blob.reading, as: LayerCache.Key(digest, matcher))
            }
            digests.append(digest.description)
            names.append(name)
        }
        // An odd image is told of each time, so it is read each time; and what was not verified is not known.
        let oddities = found.diagnostics.count
        guard let record, isOneImage(found), found.layers.allSatisfy({ $0.diffID?.algorithm == .sha256 }),
            oddities
                == (try? ConfigFile(Array(found.rawConfig.utf8), image: image))?
                .diagnostics(layerCount: digests.count).count
        else { return }
        let json = JSONValue.record([
            ("id", found.id.map { .string($0.description) }), ("config", .string(found.rawConfig)),
            ("names", .texts(names)), ("digests", .texts(digests)),
            ("manifest", found.manifestDigest.map { .string($0.description) }), ("tags", .texts(found.tags)),
        ])
        cache.keep(record: Array(json.indented.utf8), as: record)
    }
}
