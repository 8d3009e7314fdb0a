// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Synchronization
import Testing

@testable import PareNetwork

/// Layers that are read while the configuration is on the way.
@Suite struct LayersAheadTests {
    private static let sample = SampleImage(noise: [1000, 300_000], platform: .host)

    private func seen(
        _ reference: ImageReference, _ client: RegistryClient, cache: LayerCache? = nil
    ) async throws -> Seen {
        let ahead = LayersAhead(taking: Seen.interests, cache: cache)
        do {
            let image = try await registryImage(reference, platform: nil, client: client, ahead: ahead)
            return try await Seen(image, cache: cache, ahead: ahead)
        } catch {
            await ahead.stop()
            throw error
        }
    }

    @Test func showTheSame() async throws {
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(Self.sample, "app", tag: "1")
        let proxy = try await FaultProxy(to: registry.place) { _ in .none }
        let reference = try ImageReference("\(proxy.place)/app:1")
        let folder = try ScratchFolder(name: "pare-tests")
        let cache = LayerCache(folder: folder.path + "/cache", version: "1")
        let known = try await Self.sample.seen
        let count = try await withRegistries { client in
            let fresh = try await seen(reference, client)
            let kept = try await seen(reference, client, cache: cache)
            let count = proxy.requests.count
            let again = try await seen(reference, client, cache: cache)
            #expect(fresh == known && kept == known && again == known)
            return proxy.requests.count - count
        }
        #expect(count == 2, "a manifest and a configuration")
        let layers = proxy.requests.filter { $0.path.contains("\(Self.sample.layers[0].digest)") }
        #expect(layers.count == 2, "once each time")
        await proxy.stop()
    }

    /// The beginning of the answer that a registry owes for one of these layers, if one is asked for; it never ends.
    private static func endless(_ layers: [SampleImage.Blob], _ request: ServedRequest) -> [WireStep]? {
        guard let layer = layers.first(where: { request.path.hasSuffix("\($0.digest)") }) else { return nil }
        return [.send(WireStep.head(200, [:], length: layer.bytes.count)), .hold]
    }

    /// Whoever has no configuration is not waited for, and what was begun is given up.
    @Test func areAskedForBeforeTheConfigurationComes() async throws {
        let made = try await MadeRegistry(Self.sample)
        let asked = Mutex(0)
        let server = try await LoopbackServer { request in
            if let layer = Self.endless(Self.sample.layers, request) {
                asked.withLock { $0 += 1 }
                return layer
            }
            guard request.path.hasSuffix("\(Self.sample.config.digest)") else { return made.answer(request) }
            _ = await eventually { asked.withLock { $0 } == Self.sample.layers.count }
            return [.answer(404)]
        }
        let reference = ImageReference(registry: server.place, repository: "demo/app", tag: "1")
        await #expect(throws: RegistryError.self) {
            try await withRegistries { client in try await seen(reference, client) }
        }
        #expect(asked.withLock { $0 } == Self.sample.layers.count)
    }

    @Test func failAsTheyDoOtherwise() async throws {
        let broken = Self.sample.layers[1]
        var bytes = broken.bytes
        bytes[bytes.count / 2] ^= 1
        let registry = try await MadeRegistry(
            Self.sample, replacing: ["blobs/\(broken.digest)": .init(bytes)])
        await #expect {
            try await withRegistries { client in try await seen(registry.reference, client) }
        } throws: { error in
            if case .digestLies(_, broken.digest, _) = error as? ImageError { true } else { false }
        }
    }

    @Test func endWithTheirTask() async throws {
        let made = try await MadeRegistry(Self.sample)
        let server = try await LoopbackServer { request in
            Self.endless([Self.sample.layers[1]], request) ?? made.answer(request)
        }
        let reference = ImageReference(registry: server.place, repository: "demo/app", tag: "1")
        try await withRegistries { client in
            let task = Task { try await seen(reference, client) }
            #expect(await eventually { server.requests.contains { $0.path.contains("/blobs/") } })
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    /// Other layers than those that an image turns out to have are of no use, and are given up.
    @Test func areReadAnewWhereTheyAreOthers() async throws {
        let registry = try await MadeRegistry(Self.sample)
        let unwanted = SampleImage(noise: [7], application: "other", platform: .host)
        let made = try await MadeRegistry(unwanted)
        let server = try await LoopbackServer { request in
            Self.endless(unwanted.layers, request) ?? made.answer(request)
        }
        let other = ImageReference(registry: server.place, repository: "demo/app", tag: "1")
        try await withRegistries { client in
            let ahead = LayersAhead(taking: Seen.interests, cache: nil)
            let image = try await registryImage(registry.reference, platform: nil, client: client)
            _ = try await registryImage(other, platform: nil, client: client, ahead: ahead)
            let found = try await Seen(image, ahead: ahead)
            #expect(try await found == Self.sample.seen)
        }
    }
}
