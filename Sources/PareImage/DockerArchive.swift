// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// More layers than an engine can stack (127), with room for the odd.
let layerCountLimit = 1000

/// Reads what `docker save` and `podman save` write: a `manifest.json` that names configuration and layers, under
/// whatever names (`HASH/layer.tar`, `HASH.tar`, `blobs/sha256/…`).
///
/// Of several images the first is taken, as Trivy does.
///
/// - SeeAlso: Docker Image Specification v1.2, "Combined Image JSON + Filesystem Changeset Format".
func dockerArchive(_ files: NamedFiles) throws -> Image {
    let image = files.image
    guard let manifests = try files.json("manifest.json", as: "manifest.json").elements else {
        throw ImageError.broken(image: image, part: "manifest.json", reason: "it is not a list")
    }
    guard let manifest = manifests.first else { throw ImageError.missing(image: image, part: "any image") }
    var diagnostics: [Diagnostic] = []
    if manifests.count > 1 {
        let tags = manifest["RepoTags"]?.texts.first ?? "the first"
        diagnostics.append(
            Diagnostic(.warning, "'\(image)' holds \(manifests.count) images: only \(tags) was read"))
    }
    guard let configName = manifest["Config"]?.text, let names = manifest["Layers"]?.elements else {
        throw ImageError.broken(
            image: image, part: "manifest.json", reason: "it names no configuration and layers")
    }
    guard names.count <= layerCountLimit else {
        throw ImageError.tooMuch(image: image, what: "\(names.count) layers")
    }
    let rawConfig = try files.text(configName, as: "the configuration '\(configName)'")
    let config = try ConfigFile(rawConfig, image: image)
    diagnostics += config.diagnostics(layerCount: names.count)
    let origins = config.origins(layerCount: names.count)
    let layers = try zip(names.map { $0.text ?? "" }, origins).map { name, origin in
        guard let found = try files.layer(name) else {
            throw ImageError.missing(image: image, part: "the layer '\(name)'")
        }
        return Layer(
            digest: blobDigest(of: name), diffID: origin.diffID, createdBy: origin.createdBy,
            isBase: origin.isBase,
            place: found.place)
    }
    return Image(
        name: image, kind: .image, id: SHA256.digest(of: rawConfig), tags: manifest["RepoTags"]?.texts ?? [],
        config: config.run, rawConfig: String(decoding: rawConfig, as: UTF8.self), layers: layers,
        diagnostics: diagnostics)
}

/// The digest that a blob's place promises, `blobs/sha256/…`; `nil` for any other name.
func blobDigest(of name: String) -> Digest? {
    let parts = name.split(separator: "/")
    guard parts.count == 3, parts[0] == "blobs" else { return nil }
    return Digest("\(parts[1]):\(parts[2])")
}
