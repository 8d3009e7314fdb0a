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

    /// The artifact that files are in, by its manifest's digest.
    package struct Outcome: Sendable, Hashable {
        package let digest: Digest
        /// Whether the same files were attached before, as the same type; then nothing was sent.
        package let wasThere: Bool
    }

    /// Attaches files as one artifact, unless they are attached already.
    ///
    /// - Throws: ``AttachError``, ``PushError``, ``RegistryError``, ``NetworkError``; `CancellationError`.
    package func attach(_ files: [File], as type: String) async throws -> Outcome {
        let layers = files.map { file in
            Descriptor(
                mediaType: file.mediaType, digest: BlobContent(file.content).digest,
                size: Int64(file.content.count),
                annotations: ["org.opencontainers.image.title": file.name])
        }
        if let earlier = try await earlier(layers, type) { return Outcome(digest: earlier, wasThere: true) }
        for file in files { _ = try await send(file.content, file.mediaType) }
        return Outcome(digest: try await add(layers, type), wasThere: false)
    }

    /// Artifacts that are looked at for being the same; each costs a request.
    private static let earlierLimit = 50

    /// The artifact of that type that has the same files, whenever it was made; `nil` also where nobody says what there is.
    private func earlier(_ layers: [Descriptor], _ type: String) async throws -> Digest? {
        do {
            let listed = try await client.referrers(of: subject.digest, in: reference).descriptors
            for other in listed.filter({ $0.artifactType == type }).prefix(Self.earlierLimit) {
                let manifest = try await client.manifest(
                    ImageReference(
                        registry: reference.registry, repository: reference.repository, digest: other.digest))
                let json = manifest.json
                guard json["subject"]?["digest"]?.text == subject.digest.description,
                    json["artifactType"]?.text == type,
                    json["layers"]?.elements?.map(Descriptor.init) == layers.map(Optional.some)
                else { continue }
                return other.digest
            }
        } catch is any Explained {
            // What is attached after all says what is wrong, if it matters.
        }
        return nil
    }

    private func add(_ layers: [Descriptor], _ type: String) async throws -> Digest {
        let config = try await send(Array("{}".utf8), MediaType.empty)
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

    private func send(_ bytes: [UInt8], _ type: String) async throws -> Descriptor {
        let content = BlobContent(bytes)
        let search = BlobSearch(client: client, reference: reference, digest: content.digest)
        if case .missing(let session) = try await search.run([]) {
            try await BlobUpload(client: client, reference: reference, content: content).send(session)
        }
        return Descriptor(mediaType: type, digest: content.digest, size: Int64(bytes.count))
    }
}
