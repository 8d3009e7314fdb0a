// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Synchronization
import Testing

@testable import PareNetwork

/// Pulls that are cut, and go on.
@Suite struct BlobPullTests {
    private static let sample = SampleImage(noise: [2_500_000])
    private static var blob: SampleImage.Blob { sample.layers[0] }

    /// What comes of pulling the layer through a proxy that spoils what is asked for it the first times.
    private func pull(_ faults: [Fault], toFile: Bool = false) async throws -> (
        bytes: [UInt8], ranges: [String?]
    ) {
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(Self.sample, "app", tag: "1")
        let proxy = try await FaultProxy(to: registry.place) { request in
            request.path.contains("/blobs/") && request.turn < faults.count ? faults[request.turn] : .none
        }
        let reference = try ImageReference("\(proxy.place)/app:1")
        let descriptor = Descriptor(
            mediaType: Self.blob.mediaType, digest: Self.blob.digest, size: Int64(Self.blob.bytes.count))
        let folder = try ScratchFolder(name: "pare-tests")
        let path = "\(folder.path)/blob"
        let bytes: [UInt8]
        do {
            bytes = try await withRegistries { client in
                guard toFile else { return try await client.blob(descriptor, of: reference, limit: 1 << 30) }
                try await client.download(descriptor, of: reference, to: path)
                return try readFile(path)
            }
        } catch {
            await proxy.stop()
            #expect(try namesInFolder(folder.path).isEmpty)
            throw error
        }
        await proxy.stop()
        #expect(try namesInFolder(folder.path) == (toFile ? ["blob"] : []))
        return (
            bytes,
            proxy.requests.filter { $0.path.contains("/blobs/") }.map { $0.headers.first(name: "Range") }
        )
    }

    @Test(arguments: [false, true]) func takesIt(toFile: Bool) async throws {
        let (bytes, ranges) = try await pull([], toFile: toFile)
        #expect(bytes == Self.blob.bytes)
        #expect(ranges == [nil])
    }

    @Test(
        arguments: [
            [.cut(after: 1_000_000)], [.reset(after: 700_000)], [.cut(after: 300_000), .cut(after: 400_000)],
            [.shortened(by: 5000, .length)], [.shortened(by: 5000, .chunks)],
            [.shortened(by: 5000, .openChunks)],
            [Fault](repeating: .cut(after: 1_200_000), count: 2),
        ] as [[Fault]])
    func goesOnWhereItWasCut(faults: [Fault]) async throws {
        let (bytes, ranges) = try await pull(faults)
        #expect(bytes == Self.blob.bytes)
        #expect(ranges.count == faults.count + 1)
        #expect(ranges.first == .some(nil))
        #expect(
            ranges.dropFirst().allSatisfy { $0?.hasPrefix("bytes=") == true && $0?.hasSuffix("-") == true })
    }

    @Test(
        arguments: [
            [.cut(after: 1_000_000), .ignoredRange], [.cut(after: 1_000_000), .status(416)],
            [.cut(after: 1_000_000), .lyingRange(by: 5)],
            [.cut(after: 1_000_000), .lyingRange(by: -5), .cut(after: 9)],
            [.cut(after: 1_000_000), .status(503), .status(500)],
        ] as [[Fault]])
    func bearsServersThatKnowNoRanges(faults: [Fault]) async throws {
        let (bytes, ranges) = try await pull(faults, toFile: true)
        #expect(bytes == Self.blob.bytes)
        #expect(ranges.count >= faults.count)
    }

    @Test(arguments: [[.wrongByte(at: 5)], [.cut(after: 1_000_000), .wrongByte(at: 77)]] as [[Fault]])
    func verifiesTheWhole(faults: [Fault]) async throws {
        for toFile in [false, true] {
            await #expect {
                try await pull(faults, toFile: toFile)
            } throws: { error in
                if case .digestLies = error as? RegistryError { true } else { false }
            }
        }
    }

    @Test(arguments: [.longer(by: 1), .endless, .shortened(by: 1, .shortLength)] as [Fault])
    func takesNoOtherLength(fault: Fault) async throws {
        await #expect {
            try await pull([fault], toFile: true)
        } throws: { error in
            if case .sizeLies = error as? RegistryError { true } else { false }
        }
    }

    @Test func givesUp() async throws {
        await #expect {
            try await pull([Fault](repeating: .cut(after: 2000), count: 100), toFile: true)
        } throws: { error in
            if case .cut = error as? NetworkError { true } else { false }
        }
    }
}

/// Places that are asked before the registry itself.
@Suite struct MirrorPullTests {
    private static let sample = SampleImage(noise: [1000, 2000])

    @Test func asksInOrder() async throws {
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(Self.sample, "app", tag: "1")
        try await Pushing(to: registry.place).push(Self.sample, "copies/app", tag: "1")
        let empty = try await DockerRegistry()
        let reference = ImageReference(registry: "original.invalid", repository: "app", tag: "1")
        let gone = try await DockerRegistry()
        gone.stop()
        @Sendable func places(_ reference: ImageReference) -> [Endpoint] {
            func at(_ place: String, _ repository: String) -> Endpoint {
                Endpoint(
                    ImageReference(
                        registry: place, repository: repository, tag: reference.tag, digest: reference.digest)
                )
            }
            return [
                at(gone.place, "app"), at(empty.place, "app"), at(registry.place, "copies/app"),
                Endpoint(reference),
            ]
        }
        let image = try await withRegistries(endpoints: { places($0) }) { client in
            let image = try await registryImage(reference, platform: nil, client: client)
            #expect(try await Seen(image) == Self.sample.seen)
            return image
        }
        #expect(image.name == "original.invalid/app:1")
        #expect(!registry.log.contains("/v2/app/blobs/sha256:\(Self.sample.layers[0].digest.hex)\" GET"))
    }

    /// A page for people, and manifests that are not what they should be, are no reason to end.
    @Test(arguments: ["<html>log in</html>", "[]", ""])
    func asksOnWhereAMirrorGivesRubbish(_ text: String) async throws {
        let original = try await MadeRegistry(Self.sample)
        let mirror = try await LoopbackServer { _ in [.answer(200, [:], Array(text.utf8))] }
        let copy = Endpoint(
            ImageReference(registry: mirror.place, repository: "app", tag: "1"), file: "my.json")
        let seen = try await withRegistries(endpoints: { [copy, Endpoint($0)] }) { client in
            let image = try await registryImage(original.reference, platform: nil, client: client)
            #expect(image.diagnostics.isEmpty)
            return try await Seen(image)
        }
        #expect(try await seen == Self.sample.seen)
        #expect(mirror.requests.count { $0.path.contains("/manifests/") } == 1)
        #expect(!mirror.requests.contains { $0.path.contains("/blobs/") })
    }

    @Test(arguments: [false, true])
    func tellsWhereAnImageCameFrom(_ isOfFolder: Bool) async throws {
        let mirror = try await MadeRegistry(Self.sample)
        let reference = ImageReference(registry: "original.invalid", repository: "app", tag: "1")
        let there = mirror.reference
        let told = Counter()
        let image = try await withTransport { transport in
            let client = RegistryClient(
                transport, credentials: NoCredentials(),
                endpoints: { _ in [Endpoint(there, file: "my.json", isOfFolder: isOfFolder)] },
                tell: { _ in told.add() })
            let image = try await registryImage(reference, platform: nil, client: client)
            _ = try await Seen(image)
            return image
        }
        #expect(
            image.diagnostics == [
                Diagnostic(
                    isOfFolder ? .warning : .note,
                    "'original.invalid/app:1' was taken from '\(there.familiar)', as 'my.json' says")
            ])
        #expect(told.count == 1)
    }

    /// What was found out where plain HTTP may be spoken is nothing for where it may not.
    @Test func speaksInTheClearOnlyWhereItMay() async throws {
        let server = try await MadeRegistry(Self.sample)
        let reference = ImageReference(
            registry: "0.0.0.0:\(server.server.port)", repository: "demo/app", tag: "1")
        try await withRegistries(endpoints: { [Endpoint($0, isInsecure: $0.digest == nil)] }) { client in
            let manifest = try await client.manifest(reference)
            let digest = ImageReference(
                registry: reference.registry, repository: reference.repository,
                digest: manifest.descriptor.digest)
            await #expect {
                try await client.manifest(digest)
            } throws: { error in
                if case .tls = error as? NetworkError { true } else { false }
            }
        }
        #expect(server.asked == ["manifests/1"])
    }

    @Test func saysWhatTheOriginalSays() async throws {
        let original = try await DockerRegistry()
        let mirror = try await MadeRegistry(["manifests/1": .init(status: 403)])
        let reference = try ImageReference("\(original.place)/app:1")
        let copy = Endpoint(ImageReference(registry: mirror.server.place, repository: "app", tag: "1"))
        await #expect(throws: RegistryError.notFound(image: reference.familiar, isRepositoryMissing: false)) {
            try await withRegistries(endpoints: { [copy, Endpoint($0)] }) { client in
                try await registryImage(reference, platform: nil, client: client)
            }
        }
        #expect(mirror.asked == ["manifests/1"])
    }

    /// A certificate that nobody knows will do for a place that was said to be insecure, and for no other.
    @Test func takesAnyCertificateWhereThatWasSaid() async throws {
        let authority = try await TestAuthority()
        let registry = try await DockerRegistry(tls: .init(try await authority.issue(.server)))
        try await Pushing(to: registry.place, authority: authority.files.certificate).push(
            Self.sample, "app", tag: "1")
        let reference = try ImageReference("\(registry.place)/app:1")
        let seen = try await withRegistries(endpoints: { [Endpoint($0, isInsecure: true)] }) { client in
            try await Seen(registryImage(reference, platform: nil, client: client))
        }
        #expect(try await seen == Self.sample.seen)
        await #expect {
            try await withRegistries { try await registryImage(reference, platform: nil, client: $0) }
        } throws: { error in
            if case .tls(_, .unknownAuthority) = error as? NetworkError { true } else { false }
        }
        let trusting = NetworkOptions.quick { $0.authorities = [authority.files.certificate] }
        #expect(
            try await withRegistries(trusting) { client in
                try await Seen(registryImage(reference, platform: nil, client: client))
            } == Self.sample.seen)
    }
}

private final class Counter: Sendable {
    private let value = Atomic(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.add(1, ordering: .relaxed) }
}
