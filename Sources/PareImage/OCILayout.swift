// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// Reads an OCI image layout, in a folder or in an archive.
///
/// Blobs that are texts are verified against their digests here, layers when they are read.
///
/// - SeeAlso: OCI image specification, image-layout.md, image-index.md, manifest.md.
func ociLayout(_ files: NamedFiles, _ platform: Platform?) throws -> Image {
    let layout = OCILayout(files: files, platform: platform)
    return try layout.open()
}

private struct OCILayout {
    let files: NamedFiles
    let platform: Platform?
    var image: String { files.image }

    /// Indexes may hold indexes; deeper ones than any tool writes are loops.
    private static let depthLimit = 4
    private static let manifestLimit = 10_000

    func open() throws -> Image {
        let index = try files.json("index.json", as: "index.json")
        let descriptors = try manifests(of: index, named: "index.json", depth: 0)
        var diagnostics: [Diagnostic] = []
        let descriptor = try choose(descriptors, &diagnostics)
        let manifest = try verifiedJSON(descriptor.digest, as: "the manifest").json
        guard let configDigest = manifest["config"]?["digest"]?.text.flatMap({ Digest($0) }),
            let layers = manifest["layers"]?.elements
        else { throw broken("the manifest", "it names no configuration and layers") }
        guard layers.count <= layerCountLimit else {
            throw ImageError.tooMuch(image: image, what: "\(layers.count) layers")
        }
        let rawConfig = try verified(configDigest, as: "the configuration")
        let config = try ConfigFile(rawConfig, image: image)
        diagnostics += config.diagnostics(layerCount: layers.count)
        return Image(
            name: image, kind: .image, id: configDigest, manifestDigest: descriptor.digest,
            tags: descriptor.tags, config: config.run,
            rawConfig: String(decoding: rawConfig, as: UTF8.self),
            layers: try zip(layers, config.origins(layerCount: layers.count)).map(layer),
            diagnostics: diagnostics)
    }

    private struct Descriptor {
        let digest: Digest
        let platform: Platform?
        let tags: [String]
    }

    /// The image manifests that an index leads to.
    private func manifests(of index: JSONValue, named name: String, depth: Int) throws -> [Descriptor] {
        guard depth < Self.depthLimit else { throw broken(name, "indexes hold each other") }
        guard let elements = index["manifests"]?.elements else { throw broken(name, "it lists no manifests") }
        guard elements.count <= Self.manifestLimit else {
            throw ImageError.tooMuch(image: image, what: "\(elements.count) manifests")
        }
        var found: [Descriptor] = []
        for element in elements {
            guard let digest = element["digest"]?.text.flatMap({ Digest($0) }) else {
                throw broken(name, "a manifest without a digest")
            }
            // Attestations that BuildKit puts beside an image are no images.
            guard element["annotations"]?["vnd.docker.reference.type"] == nil else { continue }
            let type = element["mediaType"]?.text ?? ""
            if type.hasSuffix("image.index.v1+json") || type.hasSuffix("manifest.list.v2+json") {
                let inner = try verifiedJSON(digest, as: "the index").json
                for descriptor in try manifests(
                    of: inner, named: "the index \(digest.short)", depth: depth + 1)
                {
                    found.append(
                        Descriptor(
                            digest: descriptor.digest, platform: descriptor.platform,
                            tags: descriptor.tags.isEmpty ? tags(of: element) : descriptor.tags))
                }
            } else {
                found.append(
                    Descriptor(digest: digest, platform: platform(of: element), tags: tags(of: element)))
            }
            guard found.count <= Self.manifestLimit else {
                throw ImageError.tooMuch(image: image, what: "\(found.count) manifests")
            }
        }
        return found
    }

    private func tags(of element: JSONValue) -> [String] {
        let annotations = element["annotations"]
        let name =
            annotations?["io.containerd.image.name"]?.text
            ?? annotations?["org.opencontainers.image.ref.name"]?.text
        return name.map { [$0] } ?? []
    }

    private func platform(of element: JSONValue) -> Platform? {
        guard let platform = element["platform"], let architecture = platform["architecture"]?.text else {
            return nil
        }
        return Platform(
            os: platform["os"]?.text ?? "linux", architecture: architecture,
            variant: platform["variant"]?.text ?? "")
    }

    /// The first manifest for the platform; one that does not say its platform fits when none was asked for.
    private func choose(_ descriptors: [Descriptor], _ diagnostics: inout [Diagnostic]) throws -> Descriptor {
        guard let first = descriptors.first else { throw ImageError.missing(image: image, part: "any image") }
        let wanted = platform ?? .host
        let fitting = descriptors.filter { descriptor in
            guard let its = descriptor.platform else { return true }
            return its.os == wanted.os && its.architecture == wanted.architecture
                && (wanted.variant.isEmpty || its.variant.isEmpty || its.variant == wanted.variant)
        }
        guard let chosen = fitting.first else {
            // A layout made for one other platform leaves no choice, and nobody has made one.
            if platform == nil, descriptors.count == 1 { return first }
            let there = descriptors.compactMap { $0.platform?.description }
            throw ImageError.noPlatform(image: image, wanted: wanted, there: there)
        }
        if fitting.count > 1 {
            let name = chosen.tags.first ?? "the first"
            diagnostics.append(
                Diagnostic(.warning, "'\(image)' holds \(fitting.count) images: only \(name) was read"))
        }
        return chosen
    }

    private func layer(_ descriptor: JSONValue, _ origin: ConfigFile.Origin) throws -> Layer {
        guard let digest = descriptor["digest"]?.text.flatMap({ Digest($0) }) else {
            throw broken("the manifest", "a layer without a digest")
        }
        if let type = descriptor["mediaType"]?.text, type.hasSuffix("+encrypted") {
            throw ImageError.unsupported(image: image, what: "encrypted layers")
        }
        guard let blob = files.find(path(of: digest)) else {
            throw ImageError.missing(image: image, part: "the layer \(digest)")
        }
        let size = try blob.open().range.count
        if let claimed = descriptor["size"]?.integer, claimed != size {
            throw ImageError.sizeLies(
                image: image, claimed: Int64(claimed), actual: Int64(size), digest: digest)
        }
        return Layer(
            digest: digest, diffID: origin.diffID, createdBy: origin.createdBy, isBase: origin.isBase,
            place: .blob(blob))
    }

    private func path(of digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

    /// A text whose bytes are those that its name promises.
    private func verified(_ digest: Digest, as part: String) throws -> [UInt8] {
        let bytes = try files.text(path(of: digest), as: "\(part) \(digest)")
        guard digest.algorithm == .sha256 else { return bytes }
        let actual = SHA256.digest(of: bytes)
        guard actual == digest else {
            throw ImageError.digestLies(image: image, claimed: digest, actual: actual)
        }
        return bytes
    }

    private func verifiedJSON(_ digest: Digest, as part: String) throws -> (json: JSONValue, bytes: [UInt8]) {
        let bytes = try verified(digest, as: part)
        return (try NamedFiles.json(bytes, as: "\(part) \(digest.short)", image: image), bytes)
    }

    private func broken(_ part: String, _ reason: String) -> ImageError {
        .broken(image: image, part: part, reason: reason)
    }
}
