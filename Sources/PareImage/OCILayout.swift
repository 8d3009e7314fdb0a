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

    func open() throws -> Image {
        let index = try files.json("index.json", as: "index.json")
        let listed = try images(in: index, named: "index.json", depth: 0)
        var diagnostics: [Diagnostic] = []
        let there = files.isFromAnEngine ? listed.filter { files.find(path(of: $0.digest)) != nil } : listed
        let chosen = try (there.isEmpty ? listed : there).chosen(
            for: platform, image: image, isSparse: there.count < listed.count, &diagnostics)
        let manifest = try ImageManifest(verifiedJSON(chosen.digest, as: "the manifest"), image: image)
        let rawConfig = try verified(manifest.config.digest, as: "the configuration")
        return try manifest.image(
            platform: chosen.platform == nil ? platform : nil, manifestDigest: chosen.digest,
            tags: chosen.tags, rawConfig: rawConfig, diagnostics: diagnostics,
            place: place)
    }

    /// The images that an index leads to.
    private func images(in index: JSONValue, named name: String, depth: Int) throws -> [ListedImage] {
        var found: [ListedImage] = []
        for listed in try ListedImage.all(in: index, named: name, image: image, depth: depth) {
            if listed.isIndex {
                let inner = try verifiedJSON(listed.digest, as: "the index")
                let name = "the index \(listed.digest.short)"
                found += try images(in: inner, named: name, depth: depth + 1).map { $0.tagged(listed.tags) }
            } else {
                found.append(listed)
            }
            try ListedImage.check(found.count, image: image)
        }
        return found
    }

    private func place(_ descriptor: JSONValue, _ digest: Digest) throws -> Layer.Place {
        guard let found = try files.layer(path(of: digest)) else {
            throw ImageError.missing(image: image, part: "the layer \(digest)")
        }
        if let claimed = descriptor["size"]?.integer, Int64(claimed) != found.size {
            throw ImageError.sizeLies(
                image: image, claimed: Int64(claimed), actual: found.size, digest: digest)
        }
        return found.place
    }

    private func path(of digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

    /// A text whose bytes are those that its name promises.
    private func verified(_ digest: Digest, as part: String) throws -> [UInt8] {
        let bytes = try files.text(path(of: digest), as: "\(part) \(digest)")
        let actual = RunningDigest.digest(of: bytes, by: digest.algorithm)
        guard actual == digest else {
            throw ImageError.digestLies(image: image, claimed: digest, actual: actual)
        }
        return bytes
    }

    private func verifiedJSON(_ digest: Digest, as part: String) throws -> JSONValue {
        try NamedFiles.json(try verified(digest, as: part), as: "\(part) \(digest.short)", image: image)
    }
}
