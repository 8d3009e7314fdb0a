// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// A document that somebody attached to an image.
package struct Attachment: Sendable {
    /// Of the document itself.
    package let digest: Digest
    package let content: [UInt8]

    package init(digest: Digest, content: [UInt8]) {
        self.digest = digest
        self.content = content
    }
}

/// The documents attached to an image, and what of them was passed over.
package struct Attachments: Sendable {
    package var documents: [Attachment]
    package var diagnostics: [Diagnostic]

    package init(documents: [Attachment], diagnostics: [Diagnostic]) {
        self.documents = documents
        self.diagnostics = diagnostics
    }
}

/// Knows what is attached to images that lie in no layout.
package protocol AttachmentSource: Sendable {
    func attachments(of image: Image) async throws -> Attachments
}

extension Image {
    /// The documents that are attached to the image where it comes from.  In an OCI layout: what refers to the image's manifest,
    /// or to an index it stands in, as its subject; what BuildKit and cosign put there.  Images of archives have none.
    ///
    /// Only short texts that look like JSON are taken; what they say is for others to find out.
    ///
    /// - SeeAlso: OCI image specification, manifest.md, "subject"; cosign, `specs/ATTESTATION_SPEC.md`.
    package func attachments() async throws -> Attachments {
        if let attachmentSource { return try await attachmentSource.attachments(of: self) }
        guard let manifestDigest, reference == nil else { return Attachments(documents: [], diagnostics: []) }
        var finder = AttachmentFinder(files: try namedFiles(ofImageAt: name), subjects: [manifestDigest])
        try finder.walkIndex()
        return Attachments(documents: try finder.attachments(), diagnostics: [])
    }
}

private struct AttachmentFinder {
    let files: NamedFiles
    /// The image's manifest, and the indexes that list it.
    var subjects: Set<Digest>
    private var named: Set<Digest> = []

    private static let blobLimit = 20_000
    private static let manifestLength = 1 << 20
    private static let documentLength = 32 << 20
    private static let depthLimit = 4

    init(files: NamedFiles, subjects: Set<Digest>) {
        self.files = files
        self.subjects = subjects
    }

    /// Finds indexes that list the image, and manifests that the index names as belonging to it.
    mutating func walkIndex() throws {
        let root = try files.json("index.json", as: "index.json")
        _ = lists(root, depth: 0)
        visit(root, depth: 0)
    }

    /// Whether an index lists the image; such indexes are subjects too.
    private mutating func lists(_ index: JSONValue, depth: Int) -> Bool {
        guard depth < Self.depthLimit else { return false }
        var isListed = false
        for element in index["manifests"]?.elements ?? [] {
            guard let digest = digest(of: element) else { continue }
            if subjects.contains(digest) { isListed = true }
            if isIndex(element), let inner = json(digest), lists(inner, depth: depth + 1) {
                subjects.insert(digest)
            }
        }
        return isListed
    }

    private mutating func visit(_ index: JSONValue, depth: Int) {
        guard depth < Self.depthLimit else { return }
        let schemes = Set(subjects.map { "\($0.algorithm.rawValue)-\($0.hex).att" })
        for element in index["manifests"]?.elements ?? [] {
            guard let digest = digest(of: element) else { continue }
            let annotations = element["annotations"]
            let reference = annotations?["vnd.docker.reference.digest"]?.text.flatMap { Digest($0) }
            let tag = annotations?["org.opencontainers.image.ref.name"]?.text ?? ""
            if reference.map(subjects.contains) ?? false || schemes.contains(where: tag.hasSuffix) {
                named.insert(digest)
            }
            if isIndex(element), let inner = json(digest) { visit(inner, depth: depth + 1) }
        }
    }

    func attachments() throws -> [Attachment] {
        let blobs = files.names(in: "blobs/sha256").sorted()
        guard blobs.count <= Self.blobLimit else {
            throw ImageError.tooMuch(image: files.image, what: "\(blobs.count) blobs")
        }
        let digests = blobs.compactMap { Digest("sha256:" + $0) }
        var seen: Set<Digest> = []
        return digests.flatMap { digest -> [Attachment] in
            guard let manifest = json(digest) else { return [] }
            let subject = manifest["subject"].flatMap(self.digest)
            // What a proof says is about two images.
            let isProof = manifest["artifactType"]?.text?.hasPrefix("application/vnd.pare.") ?? false
            guard !isProof, named.contains(digest) || subject.map(subjects.contains) ?? false else {
                return []
            }
            return (manifest["layers"]?.elements ?? []).compactMap(self.digest)
                .filter { seen.insert($0).inserted }
                .compactMap { layer in
                    text(layer, limit: Self.documentLength).map { Attachment(digest: layer, content: $0) }
                }
        }
    }

    private func digest(of descriptor: JSONValue) -> Digest? {
        descriptor["digest"]?.text.flatMap { Digest($0) }
    }

    private func isIndex(_ descriptor: JSONValue) -> Bool {
        let type = descriptor["mediaType"]?.text ?? ""
        return type.hasSuffix("image.index.v1+json") || type.hasSuffix("manifest.list.v2+json")
    }

    private func json(_ digest: Digest) -> JSONValue? {
        text(digest, limit: Self.manifestLength).flatMap { try? JSONValue($0) }
    }

    /// A blob that begins as JSON does and is what its name says.
    private func text(_ digest: Digest, limit: Int) -> [UInt8]? {
        guard digest.algorithm == .sha256, let blob = files.find("blobs/sha256/\(digest.hex)"),
            let (file, range) = try? blob.open(), !range.isEmpty, range.count <= limit
        else { return nil }
        return file.withBytes(in: range) { bytes in
            guard bytes.first == UInt8(ascii: "{") else { return nil }
            let content = Array(bytes)
            return SHA256.digest(of: content) == digest ? content : nil
        }
    }
}
