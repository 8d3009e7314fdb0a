// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareArchive
import PareBytes
package import PareModel

/// An OCI layout's image as it lies there, for whoever takes it elsewhere without changing a byte.
package struct StoredImage: Sendable {
    /// A manifest, or an index.
    package struct Document: Sendable {
        package let mediaType: String
        package let digest: Digest
        package let bytes: [UInt8]

        package init(mediaType: String, digest: Digest, bytes: [UInt8]) {
            self.mediaType = mediaType
            self.digest = digest
            self.bytes = bytes
        }
    }

    /// A configuration or a layer.
    package struct Part: Sendable {
        package let digest: Digest
        package let size: Int64
        package let content: Blob
    }

    /// What a document names comes before it; the image itself is the last.
    package let documents: [Document]
    /// All that manifests name, each once.
    package let parts: [Part]
}

/// Opens what lies at a path to be taken elsewhere.
///
/// - Parameters:
///   - path: Of an OCI layout, folder or archive, or of a docker-archive.
///   - platform: What to choose where the image is there for several; this machine's by default.
///   - everything: Whether to take the index with the images for all platforms.
/// - Returns: The image, and how it is stored; without the latter it must be put together anew: that is so for
///   docker-archives, which hold layers as tars and no manifest of a registry.
/// - Throws: ``FileError``, ``ImageError``.
package func openStored(
    at path: String, platform: Platform? = nil, everything: Bool = false
) throws -> (image: Image, stored: StoredImage?) {
    let files = try namedFiles(ofImageAt: path)
    let isDockerArchive = files.find("manifest.json") != nil
    guard files.find("index.json") != nil else {
        let image = try openImage(at: path, platform: platform)
        guard !everything else { throw ImageError.noIndex(image: path) }
        return (image, nil)
    }
    let image = try ociLayout(files, platform)
    guard let digest = image.manifestDigest else { throw ImageError.missing(image: path, part: "any image") }
    var walk = StoredWalk(files: files)
    if everything {
        try walk.addWhole()
    } else {
        try walk.add(try walk.descriptor(of: digest))
    }
    // Newer Dockers save layouts whose layers are tars: those are packed first, as those of older ones.
    if isDockerArchive, !everything, walk.hasPlainLayers { return (try dockerArchive(files), nil) }
    return (image, StoredImage(documents: walk.documents, parts: walk.parts))
}

extension Image {
    /// The bytes of the configuration.
    ///
    /// - Throws: ``ImageError`` where they are no UTF-8, or there are none.
    package func configBytes() throws -> [UInt8] {
        let bytes = Array(rawConfig.utf8)
        guard let id, SHA256.digest(of: bytes) == id else {
            throw ImageError.broken(
                image: name, part: "the configuration", reason: "it is not a text in UTF-8")
        }
        return bytes
    }
}

/// Gathers what an index or a manifest leads to.
private struct StoredWalk {
    let files: NamedFiles
    private(set) var documents: [StoredImage.Document] = []
    private(set) var parts: [StoredImage.Part] = []
    private(set) var hasPlainLayers = false
    private var seen: Set<Digest> = []

    private static let depthLimit = 4
    private static let documentLimit = 10_000

    init(files: NamedFiles) { self.files = files }

    struct Descriptor {
        let digest: Digest
        let mediaType: String
        let size: Int?

        init?(_ json: JSONValue?) {
            guard let digest = json?["digest"]?.text.flatMap({ Digest($0) }) else { return nil }
            self.digest = digest
            mediaType = json?["mediaType"]?.text ?? ""
            size = json?["size"]?.integer
        }

        var isIndex: Bool {
            mediaType.hasSuffix("image.index.v1+json") || mediaType.hasSuffix("manifest.list.v2+json")
        }
        /// Whether registries need not have it: layers that only their makers may distribute.
        var isForeign: Bool { mediaType.contains("nondistributable") || mediaType.contains(".foreign.") }
    }

    /// What the indexes say of a manifest.
    func descriptor(of digest: Digest) throws -> Descriptor {
        func find(_ index: JSONValue, depth: Int) throws -> Descriptor? {
            guard depth < Self.depthLimit else { return nil }
            for element in index["manifests"]?.elements ?? [] {
                guard let descriptor = Descriptor(element) else { continue }
                if descriptor.digest == digest { return descriptor }
                if descriptor.isIndex, let found = try find(try read(descriptor).json, depth: depth + 1) {
                    return found
                }
            }
            return nil
        }
        guard let found = try find(try files.json("index.json", as: "index.json"), depth: 0) else {
            throw ImageError.missing(image: files.image, part: "the manifest \(digest)")
        }
        return found
    }

    /// Adds all that the layout holds: the one thing that its index names, or else that index itself.
    mutating func addWhole() throws {
        let bytes = try files.text("index.json", as: "index.json")
        let index = try NamedFiles.json(bytes, as: "index.json", image: files.image)
        let elements = index["manifests"]?.elements ?? []
        if elements.count == 1, let only = Descriptor(elements[0]) { return try add(only) }
        for element in elements {
            guard let descriptor = Descriptor(element) else { throw broken("index.json") }
            try add(descriptor, depth: 1)
        }
        documents.append(
            StoredImage.Document(
                mediaType: "application/vnd.oci.image.index.v1+json", digest: SHA256.digest(of: bytes),
                bytes: bytes))
    }

    /// Adds what a descriptor leads to, and in the end what it names.
    mutating func add(_ descriptor: Descriptor, depth: Int = 0) throws {
        guard depth < Self.depthLimit else {
            throw ImageError.broken(image: files.image, part: "the index", reason: "indexes hold each other")
        }
        guard seen.insert(descriptor.digest).inserted else { return }
        guard documents.count < Self.documentLimit else {
            throw ImageError.tooMuch(image: files.image, what: "\(Self.documentLimit) manifests")
        }
        let (bytes, json) = try read(descriptor)
        if let manifests = json["manifests"]?.elements {
            for element in manifests {
                guard let inner = Descriptor(element) else { throw broken("the index") }
                try add(inner, depth: depth + 1)
            }
        } else {
            guard let config = Descriptor(json["config"]) else { throw broken("the manifest") }
            try addPart(config)
            for layer in json["layers"]?.elements ?? [] {
                guard let layer = Descriptor(layer) else { throw broken("the manifest") }
                if layer.mediaType.hasSuffix(".tar") { hasPlainLayers = true }
                try addPart(layer)
            }
        }
        let type = json["mediaType"]?.text ?? descriptor.mediaType
        documents.append(
            StoredImage.Document(
                mediaType: type.isEmpty ? Self.usualType(json) : type, digest: descriptor.digest, bytes: bytes
            ))
    }

    private static func usualType(_ json: JSONValue) -> String {
        "application/vnd.oci.image.\(json["manifests"] == nil ? "manifest" : "index").v1+json"
    }

    private mutating func addPart(_ descriptor: Descriptor) throws {
        guard seen.insert(descriptor.digest).inserted else { return }
        guard let blob = files.find(path(of: descriptor.digest)) else {
            if descriptor.isForeign { return }
            throw ImageError.missing(image: files.image, part: "the blob \(descriptor.digest)")
        }
        let size = try blob.open().range.count
        if let claimed = descriptor.size, claimed != size {
            throw ImageError.sizeLies(
                image: files.image, claimed: Int64(claimed), actual: Int64(size), digest: descriptor.digest)
        }
        parts.append(StoredImage.Part(digest: descriptor.digest, size: Int64(size), content: blob))
    }

    private func read(_ descriptor: Descriptor) throws -> (bytes: [UInt8], json: JSONValue) {
        let part = descriptor.isIndex ? "the index" : "the manifest"
        let bytes = try files.text(path(of: descriptor.digest), as: "\(part) \(descriptor.digest)")
        let actual = SHA256.digest(of: bytes)
        guard descriptor.digest.algorithm != .sha256 || actual == descriptor.digest else {
            throw ImageError.digestLies(image: files.image, claimed: descriptor.digest, actual: actual)
        }
        return (bytes, try NamedFiles.json(bytes, as: part, image: files.image))
    }

    private func path(of digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

    private func broken(_ part: String) -> ImageError {
        .broken(image: files.image, part: part, reason: "what it names has no digest")
    }
}
