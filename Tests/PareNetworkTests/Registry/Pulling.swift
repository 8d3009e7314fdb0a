// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareNetwork

/// Runs a test with a client, and closes its connections.
func withRegistries<Value>(
    _ options: NetworkOptions = .quick(), _ credentials: [Credential] = [],
    endpoints: @escaping @Sendable (ImageReference) throws -> [Endpoint] = { [Endpoint($0)] },
    _ body: (RegistryClient) async throws -> Value
) async throws -> Value {
    try await withTransport(options) { transport in
        try await body(
            RegistryClient(transport, credentials: KnownCredentials(list: credentials), endpoints: endpoints))
    }
}

/// The same for every registry.
private struct KnownCredentials: CredentialSource {
    let list: [Credential]

    func credential(forRegistry registry: String, repository: String) -> Credential? { list.first }
    func credentials(forRegistry registry: String, repository: String) -> [Credential] { list }
}

/// What reading an image shows, without the names it goes by.
struct Seen: Equatable {
    let files: [KeptFile]
    let isVisible: [Bool]
    let paths: [FileTree.Item]
    let digests: [Digest?]
    let sizes: [ByteCount]
    let id: Digest?
    let manifestDigest: Digest?
    let config: String

    static let interests = [
        Interest("status", .path("var/lib/dpkg/status"), take: .content(limit: 1 << 20)),
        Interest("package", .name("package.json"), take: .content(limit: 1 << 20)),
        Interest("noise", .name("0"), take: .content(limit: 8 << 20)),
    ]

    init(
        _ image: Image, cache: LayerCache? = nil, verifies: Bool = false, ahead: LayersAhead? = nil
    ) async throws {
        let reading = try await image.read(
            taking: Self.interests, cache: cache, verifiesDiffIDs: verifies, ahead: ahead)
        var paths: [FileTree.Item] = []
        reading.tree.forEach { paths.append($0) }
        self.paths = paths
        files = reading.view.files
        isVisible = reading.view.isVisible
        digests = reading.facts.layers.flatMap { [$0.digest, $0.diffID] }
        sizes = reading.facts.layers.map(\.size)
        id = reading.facts.id
        manifestDigest = reading.facts.manifestDigest
        config = reading.facts.rawConfig
    }
}

extension SampleImage {
    /// What is to be seen of it, by way of a layout on disk.
    var seen: Seen {
        get async throws {
            let folder = try ScratchFolder(name: "pare-tests")
            let path = try writeLayout(in: folder.path)
            return try await Seen(try openImage(at: path, platform: platform))
        }
    }
}

/// A registry that gives exactly what a test puts in, however wrong that is.
final class MadeRegistry: Sendable {
    struct Part: Sendable {
        var status = 200
        var headers: HTTPHeaders = [:]
        var body: [UInt8] = []

        init(_ body: [UInt8] = [], _ type: String? = nil, status: Int = 200, headers: HTTPHeaders = [:]) {
            self.status = status
            self.headers = headers
            self.body = body
            if let type { self.headers.add(name: "Content-Type", value: type) }
        }
    }

    let server: LoopbackServer
    private let parts: [String: Part]

    /// Parts go by what follows the repository's name: `manifests/1`, `blobs/sha256:…`.
    init(_ parts: [String: Part]) async throws {
        self.parts = parts
        server = try await LoopbackServer { Self.answer($0, from: parts) }
    }

    func answer(_ request: ServedRequest) -> [WireStep] { Self.answer(request, from: parts) }

    private static func answer(_ request: ServedRequest, from parts: [String: Part]) -> [WireStep] {
        let name = request.path.split(separator: "/").suffix(2).joined(separator: "/")
        guard let part = parts[name] else {
            return [.answer(404, [:], Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#.utf8))]
        }
        let head = WireStep.head(
            part.status, part.headers, length: part.status == 204 ? nil : part.body.count)
        return [.send(head + (request.method == .HEAD ? [] : part.body))]
    }

    /// With the parts of an image, as tag `1`, and what replaces some of them.
    convenience init(_ image: SampleImage, replacing parts: [String: Part] = [:]) async throws {
        var all = ["manifests/1": Part(image.manifest.bytes, image.manifest.mediaType)]
        for blob in image.layers + [image.config] { all["blobs/\(blob.digest)"] = Part(blob.bytes) }
        try await self.init(all.merging(parts) { $1 })
    }

    var reference: ImageReference { ImageReference(registry: server.place, repository: "demo/app", tag: "1") }

    /// What was asked for, by what follows the repository's name; but for whether TLS is spoken.
    var asked: [String] {
        server.requests.filter { $0.path != "/v2/" }.map {
            $0.path.split(separator: "/").suffix(2).joined(separator: "/")
        }
    }
}

/// JSON of what `JSONSerialization` takes.
func json(_ value: Any) throws -> [UInt8] {
    Array(try JSONSerialization.data(withJSONObject: value, options: .sortedKeys))
}

extension SampleImage.Blob {
    /// As manifests name it.
    var described: [String: Any] {
        ["mediaType": mediaType, "digest": digest.description, "size": bytes.count]
    }
}
