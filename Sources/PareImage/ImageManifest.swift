// SPDX-License-Identifier: Apache-2.0
package import PareBytes
package import PareModel

/// The manifest of an image: its configuration and its layers.
///
/// - SeeAlso: OCI image specification, manifest.md; Docker image manifest v2 schema 2.
package struct ImageManifest: Sendable {
    /// The configuration's descriptor as it stands there, and its digest.
    package let config: (digest: Digest, json: JSONValue)
    private let layers: [JSONValue]
    private let image: String

    /// Reads a manifest.
    ///
    /// - Throws: ``ImageError``, in which `image` is named; also for the manifest of something that is no image.
    package init(_ json: JSONValue, image: String) throws(ImageError) {
        if let kind = Self.artifact(json) { throw .artifact(image: image, is: kind) }
        guard let config = json["config"], let digest = config["digest"]?.text.flatMap({ Digest($0) }),
            let layers = json["layers"]?.elements
        else {
            throw .broken(
                image: image, part: "the manifest", reason: "it names no configuration and layers")
        }
        guard layers.count <= layerCountLimit else {
            throw .tooMuch(image: image, what: "\(layers.count) layers")
        }
        self.config = (digest, config)
        self.layers = layers
        self.image = image
    }

    /// The image, once its configuration is there.
    ///
    /// - Parameters:
    ///   - reference: Its name in a registry.
    ///   - platform: What the configuration must be for, where nothing else has said what the image is for.
    ///   - manifestDigest: Of this manifest.
    ///   - repositoryDigests: What a registry knows the image by.
    ///   - tags: Names of the image.
    ///   - rawConfig: The configuration, verified.
    ///   - diagnostics: What has been odd so far.
    ///   - place: Where the layer of a descriptor is.
    /// - Returns: The image, whose layers have not been read yet.
    /// - Throws: ``ImageError``, and what `place` throws.
    package func image(
        reference: ImageReference? = nil, platform: Platform? = nil, manifestDigest: Digest,
        repositoryDigests: [String] = [], tags: [String], rawConfig: [UInt8], diagnostics: [Diagnostic],
        place: (_ descriptor: JSONValue, Digest) throws -> Layer.Place
    ) throws -> Image {
        let config = try ConfigFile(rawConfig, image: image)
        if let platform, !config.run.fits(platform) {
            let its = Platform(os: config.run.os, architecture: config.run.architecture)
            throw ImageError.noPlatform(image: image, wanted: platform, there: [its.description])
        }
        return Image(
            name: image, reference: reference, kind: .image, id: self.config.digest,
            manifestDigest: manifestDigest, repositoryDigests: repositoryDigests, tags: tags,
            config: config.run, rawConfig: String(decoding: rawConfig, as: UTF8.self),
            layers: try zip(places(place), config.origins(layerCount: layers.count)).map { layer, origin in
                Layer(
                    digest: layer.digest, diffID: origin.diffID, createdBy: origin.createdBy,
                    isBase: origin.isBase, place: layer.place)
            }, diagnostics: diagnostics + config.diagnostics(layerCount: layers.count))
    }

    /// The layers as they are known without the configuration.
    ///
    /// - Throws: ``ImageError``, and what `place` throws.
    package func layers(
        place: (_ descriptor: JSONValue, Digest) throws -> Layer.Place
    ) throws -> [Layer] {
        try places(place).map { digest, place in
            Layer(digest: digest, diffID: nil, createdBy: "", isBase: false, place: place)
        }
    }

    private func places(
        _ place: (_ descriptor: JSONValue, Digest) throws -> Layer.Place
    ) throws -> [(digest: Digest, place: Layer.Place)] {
        try layers.map { descriptor in
            guard let digest = descriptor["digest"]?.text.flatMap({ Digest($0) }) else {
                throw ImageError.broken(
                    image: image, part: "the manifest", reason: "a layer without a digest")
            }
            if let type = descriptor["mediaType"]?.text, type.hasSuffix("+encrypted") {
                throw ImageError.unsupported(image: image, what: "encrypted layers")
            }
            return (digest, try place(descriptor, digest))
        }
    }

    /// Types that configurations of images have; some writers gave none, or none in particular.
    private static let imageTypes: Set<String> = [
        "", "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
        "application/octet-stream", "application/json",
    ]

    /// What things other than images are called that are often found in registries, by parts of their media types.
    private static let artifactNames: KeyValuePairs = [
        "cncf.helm": "a Helm chart", "aquasec.trivy": "a data base of Trivy", "wasm": "a WebAssembly module",
        "docker.plugin": "a plugin of Docker", "dev.cosign": "a signature of cosign",
        "in-toto": "an attestation", "sylabs.sif": "an image of Singularity", "cncf.notary": "a signature",
        "spdx": "a bill of materials", "cyclonedx": "a bill of materials", "openvex": "a VEX document",
        "ollama": "a model of Ollama",
    ]

    /// What a manifest is of, where that is no image.
    private static func artifact(_ json: JSONValue) -> String? {
        let layerTypes =
            (json["layers"] ?? json["blobs"])?.elements?.map { $0["mediaType"]?.text ?? "" } ?? []
        let configType = json["config"]?["mediaType"]?.text ?? ""
        let isSigned = !layerTypes.isEmpty && layerTypes.allSatisfy { $0.contains("dev.cosign") }
        let isArtifact = json["mediaType"]?.text == "application/vnd.oci.artifact.manifest.v1+json"
        guard isSigned || isArtifact || !imageTypes.contains(configType) else { return nil }
        let types = [json["artifactType"]?.text ?? "", isSigned ? "" : configType] + layerTypes
        for (part, name) in artifactNames where types.contains(where: { $0.contains(part) }) { return name }
        let type = types.first { !$0.isEmpty && $0 != "application/vnd.oci.empty.v1+json" }
        return type.map { "something of the type '\($0.prefix(100))'" } ?? "something without a type"
    }
}
