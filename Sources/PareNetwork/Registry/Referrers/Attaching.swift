// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareBytes
package import PareModel

/// Puts documents beside an image, as an artifact whose subject is the image.
///
/// - SeeAlso: OCI image specification 1.1, manifest.md, "Guidelines for Artifact Usage"; OCI distribution specification 1.1,
///   "Pushing Manifests with Subject".
package struct Attaching: Sendable {
    private let client: RegistryClient
    private let reference: ImageReference
    private let subject: Descriptor
    private let created: String

    /// - Parameters:
    ///   - client: Speaks with the registry.
    ///   - reference: An image of the repository; only its repository counts.
    ///   - subject: The image's manifest, or index.
    ///   - created: The time as RFC 3339 has it.
    package init(_ client: RegistryClient, _ reference: ImageReference, subject: Descriptor, created: String)
    {
        self.client = client
        self.reference = reference
        self.subject = Descriptor(mediaType: subject.mediaType, digest: subject.digest, size: subject.size)
        self.created = created
    }

    /// A document to attach.
    package struct File: Sendable {
        let name: String
        let mediaType: String
        let content: [UInt8]

        /// A document, and the name that it is to have where it is fetched again.
        package init(name: String, mediaType: String, content: [UInt8]) {
            self.name = name
            self.mediaType = mediaType
            self.content = content
        }
    }

    /// Attaches files as one artifact; gives its manifest's digest.
    ///
    /// - Throws: ``AttachError``, ``PushError``, ``RegistryError``, ``NetworkError``; `CancellationError`.
    package func attach(_ files: [File], as type: String) async throws -> Digest {
        var layers: [Descriptor] = []
        for file in files {
            layers.append(
                try await send(file.content, file.mediaType, ["org.opencontainers.image.title": file.name]))
        }
        let config = try await send(Array("{}".utf8), MediaType.empty, [:])
        let annotations = ["org.opencontainers.image.created": created]
        let manifest = JSONValue.record([
            ("schemaVersion", .number("2")), ("mediaType", .string(MediaType.manifest)),
            ("artifactType", .string(type)), ("config", config.json), ("layers", .array(layers.map(\.json))),
            ("subject", subject.json), ("annotations", .object(annotations: annotations)),
        ])
        let bytes = Array(manifest.indented.utf8)
        let digest = SHA256.digest(of: bytes)
        let headers = try await client.put(
            bytes, mediaType: MediaType.manifest, digest: digest, tag: nil, of: reference)
        // A registry that keeps count says so.
        if headers.first(name: "OCI-Subject") == subject.digest.description { return digest }
        let entry = Descriptor(
            mediaType: MediaType.manifest, digest: digest, size: Int64(bytes.count), annotations: annotations,
            artifactType: type)
        try await client.addToFallbackIndex(entry, of: subject.digest, in: reference)
        return digest
    }

    private func send(_ bytes: [UInt8], _ type: String, _ annotations: [String: String]) async throws
        -> Descriptor
    {
        let content = BlobContent(bytes)
        let search = BlobSearch(client: client, reference: reference, digest: content.digest)
        if case .missing(let session) = try await search.run([]) {
            try await BlobUpload(client: client, reference: reference, content: content).send(session)
        }
        return Descriptor(
            mediaType: type, digest: content.digest, size: Int64(bytes.count), annotations: annotations)
    }
}
