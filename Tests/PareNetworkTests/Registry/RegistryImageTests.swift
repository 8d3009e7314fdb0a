// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareNetwork

/// Images in Debian's registry.
@Suite struct RegistryImageTests {
    @Test(arguments: SampleImage.Form.allCases, SampleImage.Packing.allCases)
    func showsWhatAFileShows(form: SampleImage.Form, packing: SampleImage.Packing) async throws {
        let sample = SampleImage(noise: [100, 300_000, 0], form: form, packing: packing)
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(sample, "team/app", tag: "1")
        let reference = try ImageReference("\(registry.place)/team/app:1")
        let (seen, image, facts) = try await withRegistries { client in
            let image = try await registryImage(reference, platform: nil, client: client)
            let facts = try await image.read(taking: []).facts
            return (try await Seen(image, verifies: true), image, facts)
        }
        #expect(try await seen == sample.seen)
        #expect(image.name == "\(registry.place)/team/app:1")
        #expect(image.tags == [image.name])
        #expect(image.reference == reference)
        #expect(image.repositoryDigests == ["\(registry.place)/team/app@\(sample.manifest.digest)"])
        #expect(facts.repositoryDigests == image.repositoryDigests)
        #expect(facts.layers.map(\.compressedSize) == sample.layers.map { ByteCount($0.bytes.count) })
        #expect(image.diagnostics.isEmpty)
    }

    @Test func showsWhatSkopeoPushed() async throws {
        let sample = SampleImage(noise: [100, 5000], packing: .none)
        let folder = try ScratchFolder(name: "pare-tests")
        let registry = try await DockerRegistry()
        try await runTool([
            "skopeo", "copy", "--quiet", "--dest-tls-verify=false", "--dest-compress-format=zstd",
            "oci:\(try sample.writeLayout(in: folder.path))", "docker://\(registry.place)/by/skopeo:z",
        ])
        let reference = try ImageReference("\(registry.place)/by/skopeo:z")
        let seen = try await withRegistries {
            try await Seen(registryImage(reference, platform: nil, client: $0))
        }
        let known = try await sample.seen
        #expect(seen.files == known.files)
        #expect(seen.paths == known.paths)
        #expect(seen.sizes == known.sizes)
    }

    private static let platforms = ["amd64", "arm64", "arm/v7", "arm/v6"].compactMap {
        Platform("linux/\($0)")
    }

    @Test(arguments: SampleImage.Form.allCases) func choosesThePlatform(form: SampleImage.Form) async throws {
        let samples = Self.platforms.enumerated().map { index, platform in
            SampleImage(noise: [10, index], form: form, platform: platform)
        }
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(samples, "many", tag: "1", form: form)
        let reference = try ImageReference("\(registry.place)/many:1")
        try await withRegistries { client in
            let index = try await client.manifest(reference).descriptor.digest
            for (platform, sample) in zip(Self.platforms, samples) {
                let image = try await registryImage(reference, platform: platform, client: client)
                #expect(image.manifestDigest == sample.manifest.digest)
                #expect(image.repositoryDigests == ["\(reference.name)@\(index)"])
                #expect(try await Seen(image) == sample.seen)
            }
            let any = try await registryImage(reference, platform: nil, client: client)
            let host = samples.first { $0.platform.architecture == Platform.host.architecture }
            #expect(any.manifestDigest == host?.manifest.digest)
            let foreign = Platform(architecture: "s390x")
            await #expect(
                throws: ImageError.noPlatform(
                    image: reference.familiar, wanted: foreign, there: Self.platforms.map(\.description))
            ) { try await registryImage(reference, platform: foreign, client: client) }
            // One for one platform only, which its configuration says.
            let one = ImageReference(
                registry: registry.place, repository: "many", digest: samples[1].manifest.digest)
            #expect(
                try await registryImage(one, platform: nil, client: client).config.architecture == "arm64")
            await #expect(throws: ImageError.self) {
                try await registryImage(one, platform: Platform(architecture: "amd64"), client: client)
            }
        }
    }

    @Test func goesByDigests() async throws {
        let (old, new) = (SampleImage(noise: [1]), SampleImage(noise: [2]))
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(old, "app", tag: "1")
        try await Pushing(to: registry.place).push(new, "app", tag: "1")
        let place = registry.place
        try await withRegistries { client in
            for name in ["app@\(old.manifest.digest)", "app:1@\(old.manifest.digest)"] {
                let image = try await registryImage(
                    try ImageReference("\(place)/\(name)"), platform: nil, client: client)
                #expect(image.id == old.config.digest)
                #expect(image.name == "\(place)/\(name)")
                #expect(image.tags == (name.hasPrefix("app:") ? ["\(place)/app:1"] : []))
            }
            let head = try await client.descriptor(of: try ImageReference("\(place)/app:1"))
            #expect(head.digest == new.manifest.digest)
            #expect(head.size == Int64(new.manifest.bytes.count))
            #expect(head.mediaType == new.manifest.mediaType)
        }
    }

    @Test func saysWhatIsNotThere() async throws {
        let sample = SampleImage(noise: [1])
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(sample, "app", tag: "1")
        try await withRegistries { client in
            for name in ["nothing:1", "app:2", "app@\(SHA256.digest(of: [1]))"] {
                let reference = try ImageReference("\(registry.place)/\(name)")
                await #expect(
                    throws: RegistryError.notFound(image: reference.familiar, isRepositoryMissing: false)
                ) { try await registryImage(reference, platform: nil, client: client) }
            }
        }
    }

    /// An index of which only some images were copied.
    @Test func readsWhatASparseIndexHas() async throws {
        let samples = Self.platforms.prefix(2).map { SampleImage(noise: [10], platform: $0) }
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(samples, "sparse", tag: "1")
        let reference = try ImageReference("\(registry.place)/sparse:1")
        let gone = samples[1].manifest.digest
        try await withRegistries { client in
            _ = try await client.request(.DELETE, "manifests/\(gone)", of: reference, accepting: [202])
            let image = try await registryImage(reference, platform: Self.platforms[0], client: client)
            #expect(image.manifestDigest == samples[0].manifest.digest)
            await #expect(
                throws: RegistryError.sparse(
                    image: reference.familiar, digest: gone, platform: Self.platforms[1])
            ) { try await registryImage(reference, platform: Self.platforms[1], client: client) }
        }
    }

    @Test func pullsNoLayerThatIsKnown() async throws {
        let first = SampleImage(noise: [1000, 2000], application: "one")
        let second = SampleImage(noise: [1000, 3000], application: "two")
        let folder = try ScratchFolder(name: "pare-tests")
        let cache = LayerCache(folder: "\(folder.path)/cache", version: "1")
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(first, "one", tag: "1")
        try await Pushing(to: registry.place).push(second, "two", tag: "1")
        let names = { (try? namesInFolder("\(folder.path)/cache"))?.count ?? 0 }
        try await withRegistries { client in
            let one = try await registryImage(
                try ImageReference("\(registry.place)/one:1"), platform: nil, client: client)
            let two = try await registryImage(
                try ImageReference("\(registry.place)/two:1"), platform: nil, client: client)
            #expect(try await Seen(one, cache: cache) == first.seen)
            #expect(names() == 2)
            #expect(try await Seen(two, cache: cache) == second.seen)
            #expect(names() == 3, "the base is shared")
            registry.stop()
            #expect(try await Seen(one, cache: cache) == first.seen, "nothing is pulled again")
            #expect(try await Seen(two, cache: cache) == second.seen)
        }
        let layout = try openImage(at: try second.writeLayout(in: folder.path), platform: second.platform)
        #expect(try await Seen(layout, cache: cache) == second.seen)
        #expect(names() == 3, "files share what registries left")
    }

    @Test func readsContentsAgain() async throws {
        let sample = SampleImage(noise: [1000, 2000])
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(sample, "app", tag: "1")
        let reference = try ImageReference("\(registry.place)/app:1")
        try await withRegistries { client in
            let tree = try await registryImage(reference, platform: nil, client: client).files()
            let content = try await onOwnThread { _ in try tree.content(of: "etc/debian_version", limit: 100)
            }
            #expect(content == Array("12.9\n".utf8))
        }
    }
}
