// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareNetwork

/// What no decent registry gives.
@Suite struct HostileRegistryTests {
    private static let sample = SampleImage(noise: [1000, 2000], platform: .host)
    private static let indexType = "application/vnd.oci.image.index.v1+json"
    private static let manifestType = "application/vnd.oci.image.manifest.v1+json"

    /// The error that reading a made image ends with.
    private func failure(
        _ parts: [String: MadeRegistry.Part], cache: LayerCache? = nil
    ) async throws -> (any Explained)? {
        let registry = try await MadeRegistry(Self.sample, replacing: parts)
        do {
            try await withRegistries { client in
                _ = try await Seen(
                    registryImage(registry.reference, platform: nil, client: client), cache: cache)
            }
            return nil
        } catch let error as any Explained {
            return error
        }
    }

    private func manifest(_ changes: [String: Any]) throws -> [String: MadeRegistry.Part] {
        var all: [String: Any] = [
            "schemaVersion": 2, "mediaType": Self.manifestType, "config": Self.sample.config.described,
            "layers": Self.sample.layers.map(\.described),
        ]
        for (name, value) in changes { all[name] = value }
        return ["manifests/1": .init(try json(all), Self.manifestType)]
    }

    @Test func readsWhatIsRight() async throws {
        #expect(try await failure([:]) == nil)
        #expect(try await failure(manifest([:])) == nil)
    }

    @Test func believesNoDigest() async throws {
        let other = SampleImage(noise: [3])
        for blob in Self.sample.layers {
            let folder = try ScratchFolder(name: "pare-tests")
            let cache = LayerCache(folder: folder.path, version: "1")
            var bytes = blob.bytes
            bytes[bytes.count / 2] ^= 1
            let error = try await failure(["blobs/\(blob.digest)": .init(bytes)], cache: cache)
            guard case .digestLies(_, blob.digest, _) = error as? ImageError else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(try namesInFolder(folder.path).count <= 1, "at most the other layer is kept")
        }
        let config = Self.sample.config
        let wrong = [UInt8](repeating: 0x20, count: config.bytes.count)
        guard case .digestLies = try await failure(["blobs/\(config.digest)": .init(wrong)]) as? RegistryError
        else { Issue.record("a wrong configuration"); return }
        let said = other.manifest.digest.description
        let lying = MadeRegistry.Part(
            Self.sample.manifest.bytes, Self.manifestType, headers: ["Docker-Content-Digest": said])
        guard case .digestLies = try await failure(["manifests/1": lying]) as? RegistryError else {
            Issue.record("a manifest under another digest"); return
        }
    }

    @Test func believesNoSize() async throws {
        for change in [-1, 1, 1_000_000] {
            var layers = Self.sample.layers.map(\.described)
            layers[1]["size"] = Self.sample.layers[1].bytes.count + change
            let folder = try ScratchFolder(name: "pare-tests")
            let cache = LayerCache(folder: folder.path, version: "1")
            let error = try await failure(manifest(["layers": layers]), cache: cache)
            #expect(try namesInFolder(folder.path).count <= 1)
            guard case .sizeLies = error as? RegistryError else {
                Issue.record("\(change): \(String(describing: error))")
                continue
            }
        }
        for size in [-1, Int.max, "x", NSNull()] as [Any] {
            var layers = Self.sample.layers.map(\.described)
            layers[0]["size"] = size
            #expect(try await failure(manifest(["layers": layers])) is RegistryError)
        }
    }

    @Test func refusesWhatIsNoImage() async throws {
        func expect(_ changes: [String: Any], is kind: String) async throws {
            let error = try await failure(manifest(changes))
            guard case .artifact(_, kind) = error as? ImageError else {
                Issue.record("\(kind): \(String(describing: error))"); return
            }
        }
        func config(_ type: String) -> [String: Any] {
            ["mediaType": type, "digest": Self.sample.config.digest.description, "size": 2]
        }
        func layers(_ type: String) -> [[String: Any]] { [config(type)] }
        let empty = "application/vnd.oci.empty.v1+json"
        try await expect(["config": config("application/vnd.cncf.helm.config.v1+json")], is: "a Helm chart")
        try await expect(
            [
                "config": config("application/vnd.aquasec.trivy.config.v1+json"),
                "layers": layers("application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"),
            ], is: "a data base of Trivy")
        try await expect(
            ["layers": layers("application/vnd.dev.cosign.simplesigning.v1+json")],
            is: "a signature of cosign")
        try await expect(
            ["config": config(empty), "artifactType": "application/spdx+json"], is: "a bill of materials")
        try await expect(
            ["config": config(empty), "artifactType": "a/b"], is: "something of the type 'a/b'")
        try await expect(
            ["config": config(empty), "layers": layers("")], is: "something without a type")
    }

    @Test func refusesOldManifests() async throws {
        let old: [String: Any] = ["schemaVersion": 1, "name": "app", "fsLayers": [], "history": []]
        for type in ["application/vnd.docker.distribution.manifest.v1+prettyjws", "application/json"] {
            let error = try await failure(["manifests/1": .init(try json(old), type)])
            guard case .schema1 = error as? RegistryError else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func refusesWhatIsTooMuch() async throws {
        let many = [[String: Any]](repeating: Self.sample.layers[0].described, count: 1001)
        #expect(try await failure(manifest(["layers": many])) is ImageError)
        let long = MadeRegistry.Part(
            [UInt8](repeating: 0x20, count: Manifest.lengthLimit + 1), Self.manifestType)
        guard case .tooLong = try await failure(["manifests/1": long]) as? RegistryError else {
            Issue.record("a long manifest"); return
        }
        var config = Self.sample.config.described
        config["size"] = 9 << 20
        guard case .tooLong = try await failure(manifest(["config": config])) as? RegistryError else {
            Issue.record("a long configuration"); return
        }
    }

    @Test(arguments: [
        "", "null", "[]", "7", #"{"layers":"#, "{}", #"{"manifests":[]}"#, #"{"manifests":[{}]}"#,
    ])
    func refusesWhatIsNoManifest(_ text: String) async throws {
        #expect(try await failure(["manifests/1": .init(Array(text.utf8), Self.manifestType)]) != nil)
        #expect(try await failure(["manifests/1": .init(Array(text.utf8), Self.indexType)]) != nil)
        #expect(try await failure(["manifests/1": .init(Array(text.utf8))]) != nil)
    }

    @Test func refusesTwoThingsInOne() async throws {
        let error = try await failure(manifest(["manifests": [Self.sample.manifest.described]]))
        #expect(error?.problem.contains("an image and an index at once") == true)
        var layers = Self.sample.layers.map(\.described)
        layers[0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"
        guard case .unsupported = try await failure(manifest(["layers": layers])) as? ImageError else {
            Issue.record("an encrypted layer"); return
        }
        let broken = Array("not JSON".utf8)
        let digest = SHA256.digest(of: broken)
        let config: [String: Any] = ["digest": digest.description, "size": broken.count]
        var parts = try manifest(["config": config])
        parts["blobs/\(digest)"] = .init(broken)
        guard case .broken = try await failure(parts) as? ImageError else {
            Issue.record("a configuration that is not JSON"); return
        }
    }

    private func index(of descriptors: [[String: Any]]) throws -> (bytes: [UInt8], descriptor: [String: Any])
    {
        let bytes = try json(["schemaVersion": 2, "mediaType": Self.indexType, "manifests": descriptors])
        let digest = SHA256.digest(of: bytes).description
        return (bytes, ["mediaType": Self.indexType, "digest": digest, "size": bytes.count])
    }

    @Test(arguments: [1, 3, 4, 9]) func followsIndexesNotForEver(depth: Int) async throws {
        var parts = [
            "manifests/\(Self.sample.manifest.digest)": MadeRegistry.Part(
                Self.sample.manifest.bytes, Self.manifestType)
        ]
        var next = Self.sample.manifest.described
        for _ in 0..<depth {
            let index = try index(of: [next])
            next = index.descriptor
            parts["manifests/\(next["digest"] ?? "")"] = .init(index.bytes, Self.indexType)
            parts["manifests/1"] = .init(index.bytes, Self.indexType)
        }
        let error = try await failure(parts)
        #expect((error == nil) == (depth < 5), "\(error?.problem ?? "")")
    }

    @Test func refusesIndexesThatLie() async throws {
        var descriptor = Self.sample.manifest.described
        descriptor["size"] = 7
        let index = try index(of: [descriptor])
        let inner = "manifests/\(Self.sample.manifest.digest)"
        let right = MadeRegistry.Part(Self.sample.manifest.bytes, Self.manifestType)
        let made = MadeRegistry.Part(index.bytes, Self.indexType)
        guard case .sizeLies = try await failure(["manifests/1": made, inner: right]) as? RegistryError else {
            Issue.record("a wrong size"); return
        }
        let other = MadeRegistry.Part(SampleImage(noise: [3]).manifest.bytes, Self.manifestType)
        guard case .digestLies = try await failure(["manifests/1": made, inner: other]) as? RegistryError
        else {
            Issue.record("a wrong manifest"); return
        }
        // An index that lists itself cannot be made, but one that leads on and on can.
        let many = [[String: Any]](repeating: index.descriptor, count: 40)
        let wide = try self.index(of: many)
        let parts = [
            "manifests/1": MadeRegistry.Part(wide.bytes, Self.indexType), inner: right,
            "manifests/\(index.descriptor["digest"] ?? "")": made,
        ]
        guard case .tooMuch = try await failure(parts) as? ImageError else {
            Issue.record("many indexes"); return
        }
    }

    @Test func passesOverWhatLiesBesideAnImage() async throws {
        let (image, other) = (Self.sample.manifest.described, SampleImage(noise: [3]).manifest.described)
        var (attestation, artifact, foreign) = (other, other, other)
        attestation["annotations"] = ["vnd.docker.reference.type": "attestation-manifest"]
        artifact["artifactType"] = "application/spdx+json"
        foreign["platform"] = ["os": "unknown", "architecture": "unknown"]
        let index = try index(of: [attestation, artifact, foreign, image])
        let registry = try await MadeRegistry(
            Self.sample,
            replacing: [
                "manifests/1": .init(index.bytes, Self.indexType),
                "manifests/\(Self.sample.manifest.digest)": .init(
                    Self.sample.manifest.bytes, Self.manifestType),
            ])
        let found = try await withRegistries { client in
            try await registryImage(registry.reference, platform: nil, client: client)
        }
        #expect(found.manifestDigest == Self.sample.manifest.digest)
        #expect(found.diagnostics.isEmpty)
    }

    @Test func usesDataThatIsRight() async throws {
        let config = Self.sample.config
        for isRight in [true, false] {
            var described = config.described
            described["data"] = Data(isRight ? config.bytes : [1, 2, 3]).base64EncodedString()
            let registry = try await MadeRegistry(
                Self.sample, replacing: try manifest(["config": described]))
            try await withRegistries { client in
                _ = try await registryImage(registry.reference, platform: nil, client: client)
            }
            #expect(registry.asked.contains("blobs/\(config.digest)") == !isRight)
        }
    }

    @Test func verifiesOtherDigests() async throws {
        let blob = Self.sample.layers[0]
        let digest = RunningDigest.digest(of: blob.bytes, by: .sha512)
        #expect(digest.hex.count == 128)
        var layers = Self.sample.layers.map(\.described)
        layers[0]["digest"] = digest.description
        var parts = try manifest(["layers": layers])
        parts["blobs/\(digest)"] = .init(blob.bytes)
        #expect(try await failure(parts) == nil)
        parts["blobs/\(digest)"] = .init(blob.bytes.dropLast() + [7])
        guard case .digestLies(_, digest, _) = try await failure(parts) as? ImageError else {
            Issue.record("a wrong layer"); return
        }
    }

    @Test func findsForeignLayers() async throws {
        let blob = Self.sample.layers[1]
        let far = try await LoopbackServer { request in
            [request.path == "/layer" ? .answer(200, [:], blob.bytes) : .answer(410)]
        }
        func layers(
            _ urls: [String], type: String = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
        )
            throws -> [String: MadeRegistry.Part]
        {
            var layers = Self.sample.layers.map(\.described)
            layers[1]["urls"] = urls
            layers[1]["mediaType"] = type
            var parts = try manifest(["layers": layers])
            parts["blobs/\(blob.digest)"] = .init(status: 404)
            return parts
        }
        let there = "http://\(far.place)/layer"
        #expect(try await failure(layers([there])) == nil)
        #expect(try await failure(layers(["ftp://a/b", "http://\(far.place)/gone", there])) == nil)
        for urls in [[], ["http://\(far.place)/gone"], ["file:///etc/passwd"], ["not an address"]] {
            guard case .foreign = try await failure(layers(urls)) as? RegistryError else {
                Issue.record("\(urls)")
                continue
            }
        }
        let usual = try layers([there], type: "application/vnd.oci.image.layer.v1.tar+gzip")
        guard case .blobMissing = try await failure(usual) as? RegistryError else {
            Issue.record("only foreign layers are looked for elsewhere"); return
        }
    }

    @Test func tellsWhoHangsUpAtTLS() async throws {
        let server = try await LoopbackServer(isCurt: true) { _ in [.answer(200)] }
        let url = "https://\(server.place)/v2/"
        await #expect(throws: NetworkError.tls(url: url, .ended)) {
            _ = try await withTransport(.quick()) { try await $0.perform(HTTPRequest(.GET, url)) }
        }
        #expect(server.connections == 2, "it may have been the network")
    }

    @Test(arguments: [
        (401, #"{"errors":[{"message":"go away"}]}"#), (403, ""), (404, ""),
        (404, #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#), (418, "<html>"), (429, ""),
        (500, ""),
        (204, ""), (302, ""),
    ])
    func tellsStatusesApart(status: Int, body: String) async throws {
        let part = MadeRegistry.Part(Array(body.utf8), status: status, headers: ["Retry-After": "4000"])
        let registry = try await MadeRegistry(["manifests/1": part])
        let (image, place) = (registry.reference.familiar, registry.server.place)
        let expected: RegistryError =
            switch status {
            case 401:
                .unauthorised(image: image, registry: place, hasCredentials: false, message: "go away")
            case 403: .forbidden(image: image, registry: place, message: nil)
            case 404: .notFound(image: image, isRepositoryMissing: !body.isEmpty)
            case 429: .rateLimited(registry: place, retryAfter: "4000", message: nil)
            case 500: .server(registry: place, status: 500, message: nil)
            default: .refused(image: image, status: status, message: nil)
            }
        await #expect(throws: expected) {
            try await withRegistries {
                try await registryImage(registry.reference, platform: nil, client: $0)
            }
        }
        #expect(expected.problem.contains(status == 429 || status == 500 ? place : image))
    }
}
