// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import PareModel

/// Puts blobs and manifests into a registry with the fewest requests, so that tests of reading do not rest on our own client.
package struct Pushing: Sendable {
    let place: String
    let authorization: String?
    let authority: String?
    let clientCertificate: CertificateFiles?

    /// - Parameters:
    ///   - place: The registry's, `127.0.0.1:PORT`.
    ///   - authorization: The value of the header, `Basic …` or `Bearer …`.
    ///   - authority: The file of the authority to trust; given, TLS is spoken.
    ///   - clientCertificate: What is shown to the registry.
    package init(
        to place: String, authorization: String? = nil, authority: String? = nil,
        clientCertificate: CertificateFiles? = nil
    ) {
        self.place = place
        self.authorization = authorization
        self.authority = authority
        self.clientCertificate = clientCertificate
    }

    /// Pushes an image under a tag.
    package func push(_ image: SampleImage, _ repository: String, tag: String) async throws {
        try await push(image.layers + [image.config], [(image.manifest, tag)], repository)
    }

    /// Pushes images for several platforms under one tag.
    package func push(
        _ images: [SampleImage], _ repository: String, tag: String, form: SampleImage.Form = .oci
    ) async throws {
        try await push(
            images.flatMap { $0.layers + [$0.config] },
            images.map { ($0.manifest, $0.manifest.digest.description) }
                + [(SampleImage.index(of: images, form: form), tag)], repository)
    }

    /// Pushes blobs, and then manifests under tags or digests.
    package func push(
        _ blobs: [SampleImage.Blob], _ manifests: [(SampleImage.Blob, name: String)], _ repository: String
    ) async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try configuration)
        do {
            var seen: Set<Digest> = []
            for blob in blobs where seen.insert(blob.digest).inserted {
                let begun = try await send(
                    client, .POST, "\(base)/\(repository)/blobs/uploads/", [:], [], 202)
                guard let location = begun.headers.first(name: "Location") else {
                    throw ServerFailure("the registry begins an upload without saying where")
                }
                let absolute = location.hasPrefix("/") ? origin + location : location
                let mark = absolute.contains("?") ? "&" : "?"
                _ = try await send(
                    client, .PUT, "\(absolute)\(mark)digest=\(blob.digest)", [:], blob.bytes, 201)
            }
            for (manifest, name) in manifests {
                _ = try await send(
                    client, .PUT, "\(base)/\(repository)/manifests/\(name)",
                    ["Content-Type": manifest.mediaType],
                    manifest.bytes, 201)
            }
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private var origin: String { "\(authority == nil ? "http" : "https")://\(place)" }
    private var base: String { origin + "/v2" }

    private var configuration: HTTPClient.Configuration {
        get throws {
            var configuration = HTTPClient.Configuration()
            guard let authority else { return configuration }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authority)
            if let files = clientCertificate {
                tls.certificateChain = try NIOSSLCertificate.fromPEMFile(files.certificate).map {
                    .certificate($0)
                }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
            }
            configuration.tlsConfiguration = tls
            return configuration
        }
    }

    private func send(
        _ client: HTTPClient, _ method: HTTPMethod, _ url: String, _ headers: HTTPHeaders, _ body: [UInt8],
        _ status: Int
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        request.body = .bytes(body)
        let answer = try await client.execute(request, timeout: .seconds(60))
        let text = try await answer.body.collect(upTo: 1 << 20)
        guard answer.status.code == status else {
            throw ServerFailure("\(method) \(url) gave \(answer.status): \(String(buffer: text))")
        }
        return answer
    }
}
