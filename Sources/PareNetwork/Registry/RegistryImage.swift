// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareImage
package import PareModel

/// Configurations are texts; this is longer than any real one.
private let configLimit = 8 << 20

/// Indexes within an index that are asked for.
private let innerIndexLimit = 32

/// Finds an image in a registry.  Its layers are pulled when they are read.
///
/// - Parameters:
///   - reference: Its name.
///   - platform: What to choose where the image is there for several; this machine's by default.
///   - client: Asks the registry, also later for the layers.
///   - ahead: Begins to read the layers as soon as they are known.
/// - Returns: The image.
/// - Throws: ``RegistryError``, ``ImageError``, ``NetworkError``; `CancellationError`.
package func registryImage(
    _ reference: ImageReference, platform: Platform?, client: RegistryClient, ahead: LayersAhead? = nil
) async throws -> Image {
    var finding = ImageFinding(reference: reference, client: client, ahead: ahead)
    var image = try await finding.image(for: platform)
    image.attachmentSource = RegistryAttachments(client, reference)
    return image
}

/// Goes from a name to the manifest of an image.
struct ImageFinding {
    private let reference: ImageReference
    private let client: RegistryClient
    private let ahead: LayersAhead?
    /// What was odd on the way.
    private(set) var diagnostics: [Diagnostic] = []
    private var innerIndexes = 0

    init(reference: ImageReference, client: RegistryClient, ahead: LayersAhead? = nil) {
        self.reference = reference
        self.client = client
        self.ahead = ahead
    }

    private var name: String { reference.familiar }

    mutating func image(for platform: Platform?) async throws -> Image {
        let (manifest, named, chosen) = try await manifest(for: platform)
        return try await image(manifest, named: named, platform: chosen == nil ? platform : nil)
    }

    /// The manifest of the image for a platform; what the name leads to, which may be an index; and the platform, where the
    /// index says it.
    mutating func manifest(for platform: Platform?) async throws
        -> (image: Manifest, named: Manifest, chosen: Platform?)
    {
        let named = try await client.manifest(reference)
        diagnostics += [named.detour].compactMap(\.self)
        guard named.isIndex else { return (named, named, nil) }
        let listed = try await images(in: named.json, named: "the index", depth: 0)
        let chosen = try listed.chosen(for: platform, image: name, &diagnostics)
        return (try await manifest(of: chosen), named, chosen.platform)
    }

    private func manifest(of listed: ListedImage) async throws -> Manifest {
        try await client.manifest(listedAs: listed.json, listed.digest, for: listed.platform, of: reference)
    }

    /// The image of a manifest, with its configuration, which must be for the platform where nothing else has said so.
    func image(_ manifest: Manifest, named: Manifest, platform: Platform?) async throws -> Image {
        let read = try ImageManifest(manifest.json, image: name)
        guard let config = Descriptor(read.config.json) else {
            throw RegistryError.broken(
                image: name, part: "the manifest", reason: "its configuration has no size")
        }
        // What is wrong with a layer is told when the image is made.
        if let ahead, let layers = try? read.layers(place: place) { ahead.begin(layers, of: name) }
        let rawConfig = try await client.blob(config, of: reference, limit: configLimit)
        let tags = reference.tag.map {
            [ImageReference(registry: reference.registry, repository: reference.repository, tag: $0).familiar]
        }
        return try read.image(
            reference: reference, platform: platform, manifestDigest: manifest.descriptor.digest,
            repositoryDigests: ["\(reference.name)@\(named.descriptor.digest)"], tags: tags ?? [],
            rawConfig: rawConfig, diagnostics: diagnostics, place: place)
    }

    private func place(of json: JSONValue, _ digest: Digest) throws -> Layer.Place {
        guard let descriptor = Descriptor(json) else {
            throw RegistryError.broken(
                image: name, part: "the manifest", reason: "the layer \(digest.short) has no size")
        }
        return .stream(client.blobStream(descriptor, of: reference))
    }

    /// The images that an index leads to.
    private mutating func images(in index: JSONValue, named part: String, depth: Int) async throws
        -> [ListedImage]
    {
        var found: [ListedImage] = []
        for listed in try ListedImage.all(in: index, named: part, image: name, depth: depth) {
            if listed.isIndex {
                innerIndexes += 1
                guard innerIndexes <= innerIndexLimit else {
                    throw ImageError.tooMuch(image: name, what: "more than \(innerIndexLimit) indexes")
                }
                let inner = try await manifest(of: listed)
                let part = "the index \(listed.digest.short)"
                found += try await images(in: inner.json, named: part, depth: depth + 1).map {
                    $0.tagged(listed.tags)
                }
            } else {
                found.append(listed)
            }
            try ListedImage.check(found.count, image: name)
        }
        return found
    }
}

extension RegistryClient {
    /// The manifest or index that an index lists.
    ///
    /// - Throws: ``RegistryError/sparse(image:digest:platform:)`` where the registry does not hold it; ``RegistryError``,
    ///   ``NetworkError``; `CancellationError`.
    func manifest(
        listedAs json: JSONValue, _ digest: Digest, for platform: Platform?, of reference: ImageReference
    ) async throws -> Manifest {
        let name = reference.familiar
        let descriptor = Descriptor(json)
        if let data = descriptor?.verifiedData {
            return try Manifest(data, digest: digest, type: descriptor?.mediaType, of: name)
        }
        let there = ImageReference(
            registry: reference.registry, repository: reference.repository, digest: digest)
        let manifest: Manifest
        do {
            manifest = try await self.manifest(there)
        } catch RegistryError.notFound {
            throw RegistryError.sparse(image: name, digest: digest, platform: platform)
        }
        if let claimed = descriptor?.size, claimed != manifest.descriptor.size {
            throw RegistryError.sizeLies(
                image: name, part: "the manifest \(digest.short)", claimed: claimed,
                actual: manifest.descriptor.size)
        }
        return manifest
    }
}
