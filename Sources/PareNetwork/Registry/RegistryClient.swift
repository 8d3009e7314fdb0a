// SPDX-License-Identifier: Apache-2.0
import NIOCore
package import NIOHTTP1
package import PareBytes
package import PareModel

/// What names a blob or manifest in a registry.
///
/// - SeeAlso: OCI image specification, descriptor.md.
package struct Descriptor: Sendable, Hashable {
    package var mediaType: String
    package var digest: Digest
    package var size: Int64
    package var annotations: [String: String]
    package var artifactType: String?
    package var platform: Platform?

    package init(
        mediaType: String, digest: Digest, size: Int64, annotations: [String: String] = [:],
        artifactType: String? = nil, platform: Platform? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.annotations = annotations
        self.artifactType = artifactType
        self.platform = platform
    }
}

/// A manifest or index as a registry gives it.
package struct Manifest: Sendable {
    package let descriptor: Descriptor
    package let bytes: [UInt8]
    package let json: JSONValue

    package init(descriptor: Descriptor, bytes: [UInt8], json: JSONValue) {
        self.descriptor = descriptor
        self.bytes = bytes
        self.json = json
    }
}

/// Speaks with registries.
///
/// - SeeAlso: OCI distribution specification 1.1.
package actor RegistryClient {
    let transport: Transport
    let credentials: any CredentialSource

    package init(_ transport: Transport, credentials: any CredentialSource) {
        self.transport = transport
        self.credentials = credentials
    }

    /// Sends a request to a repository, convincing the registry when it asks for that: `path` follows
    /// `https://REGISTRY/v2/REPOSITORY/`, or is a whole address that the registry has given.  Tries again as often as that may help; any other status is an error.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    package func request(
        _ method: HTTPMethod, _ path: String, of reference: ImageReference, headers: HTTPHeaders = [:],
        body: HTTPRequest.Body = .empty, pushing: Bool = false, accepting: Set<Int> = [200]
    ) async throws -> HTTPAnswer {
        let url =
            path.contains("://") ? path : "http://\(reference.registry)/v2/\(reference.repository)/\(path)"
        let answer = try await transport.send(HTTPRequest(method, url, headers: headers, body: body))
        guard accepting.contains(answer.status) else {
            throw NetworkError.unreachable(url: url, reason: "status \(answer.status)")
        }
        return answer
    }

    /// The manifest or index that a reference names, verified where it names a digest.
    package func manifest(_ reference: ImageReference) async throws -> Manifest {
        let answer = try await request(
            .GET, "manifests/\(reference.manifestName)", of: reference,
            headers: [
                "Accept":
                    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json"
            ])
        let bytes = try await answer.body.collect(limit: 4 << 20, from: answer.url)
        let descriptor = Descriptor(
            mediaType: answer.headers.first(name: "Content-Type") ?? "", digest: SHA256.digest(of: bytes),
            size: Int64(bytes.count))
        return Manifest(descriptor: descriptor, bytes: bytes, json: try JSONValue(bytes))
    }

    /// The whole of a short blob, verified.
    package func blob(_ descriptor: Descriptor, of reference: ImageReference, limit: Int) async throws
        -> [UInt8]
    {
        let answer = try await request(.GET, "blobs/\(descriptor.digest)", of: reference)
        return try await answer.body.collect(limit: limit, from: answer.url)
    }
}
