// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareModel
import Testing

@testable import PareNetwork

/// Whom a registry, or a manifest, leads to.
@Suite struct StrangersTests {
    private static let sample = SampleImage(noise: [1000, 2000], platform: .host)

    /// Neither sockets nor, for registries elsewhere, what listens on this machine.
    @Test func leadsToNothingThatIsOnlyForThisMachine() async throws {
        func may(_ url: String, _ registry: String, insecure: Bool = false) async throws -> Bool {
            let address = try #require(WebAddress(url))
            return try await withRegistries(.quick { $0.isInsecure = insecure }) {
                $0.mayLeadTo(address, registry)
            }
        }
        for isInsecure in [false, true] {
            for socket in [
                "http+unix://localhost/x", "http+unix://%2Frun%2Fdocker.sock/x", "https+unix://a/x",
            ] {
                #expect(try await !may(socket, "127.0.0.1:5000", insecure: isInsecure))
            }
            for near in ["http://127.0.0.1:1/x", "https://localhost/x", "http://[::1]/x"] {
                #expect(try await !may(near, "registry.example", insecure: isInsecure))
                #expect(try await may(near, "localhost:5000", insecure: isInsecure))
            }
            #expect(
                try await may("http://store.example/x", "registry.example", insecure: isInsecure)
                    == isInsecure)
            #expect(try await may("https://store.example/x", "registry.example", insecure: isInsecure))
            #expect(try await may("http://a.localhost/x", "127.0.0.1", insecure: isInsecure) == isInsecure)
        }
    }

    /// The user's certificate is for the registry: not for where layers, uploads and tokens are besides.
    @Test func showsTheUsersCertificateToTheRegistryOnly() async throws {
        let made = try await Certificates()
        let blob = Self.sample.layers[1]
        let store = try HTTPServer { request, line in
            if request.target.hasPrefix("/token") { return line.answer(200, [:], #"{"token":"t"}"#) }
            line.answer(request.method == "GET" ? 200 : 201, [:], "x")
        }
        let front = try await TLSFront(store, made.server, clients: made.authority)
        let elsewhere = front.url("localhost")
        var layers = Self.sample.layers.map(\.described)
        layers[1]["urls"] = [elsewhere + "/layer"]
        layers[1]["mediaType"] = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
        let manifest = try json([
            "schemaVersion": 2, "mediaType": Self.sample.manifest.mediaType,
            "config": Self.sample.config.described, "layers": layers,
        ])
        let registry = try await MadeRegistry(
            Self.sample,
            replacing: [
                "manifests/1": .init(manifest, Self.sample.manifest.mediaType),
                "blobs/\(blob.digest)": .init(status: 404),
                "manifests/2": .init(
                    status: 401, headers: ["WWW-Authenticate": "Bearer realm=\"\(elsewhere)/token\""]),
            ])
        let options = NetworkOptions.quick {
            $0.authorities = [made.authority]
            $0.clientCertificate = (made.client.certificate, made.client.key)
        }
        try await withRegistries(options) { client in
            await #expect(throws: (any Error).self) {
                try await Seen(registryImage(registry.reference, platform: nil, client: client))
            }
            _ = try await client.request(
                .PUT, elsewhere + "/up", of: registry.reference, pushing: true, accepting: [201])
            let closed = ImageReference(registry: registry.server.place, repository: "demo/app", tag: "2")
            await #expect(throws: RegistryError.self) { try await client.manifest(closed) }
        }
        let targets = Set(store.requests.map { String($0.target.prefix { $0 != "?" }) })
        #expect(targets == ["/layer", "/up", "/token"])
        #expect(Set(front.clients) == ["-"])
    }
}
