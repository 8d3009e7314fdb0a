// SPDX-License-Identifier: Apache-2.0
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareNetwork

/// With Debian's registry and skopeo.
@Suite struct ImagePushTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder(name: "pare-tests") }

    @discardableResult
    private func push(
        _ path: String, _ name: String, memory: String? = nil, mountingFrom repositories: [String] = [],
        everything: Bool = false
    ) async throws -> ImagePush.Outcome {
        let (image, stored) = try openStored(at: path, everything: everything)
        var memory = PushMemory(file: memory)
        let reference = try ImageReference(name)
        let outcome = try await withClient { client in
            let folder = try ScratchFolder(in: scratch.path, name: "packing")
            let push = ImagePush(client, to: reference, mountingFrom: repositories, scratch: folder.path)
            let outcome = try await push.run(image, stored: stored, remembering: &memory)
            #expect(try namesInFolder(folder.path).isEmpty)
            return outcome
        }
        memory.save()
        return outcome
    }

    @Test(arguments: SampleImage.Packing.allCases)
    func layoutArrivesAsItIs(_ packing: SampleImage.Packing) async throws {
        let registry = try await DockerRegistry()
        let image = SampleImage(noise: [1000, 200_000, 0], packing: packing)
        let layout = try image.writeLayout(in: scratch.path + "/layout")
        let name = "\(registry.place)/team/app:1"
        let outcome = try await push(layout, name)
        #expect(outcome.digest == image.manifest.digest && outcome.sent == 4)
        #expect(try await skopeo("inspect", "--raw", "docker://" + name) == image.manifest.bytes)
        try await runTool([
            "skopeo", "copy", "--quiet", "--insecure-policy", "--src-tls-verify=false", "docker://" + name,
            "dir:\(scratch.path)/copy",
        ])
        for blob in image.layers + [image.config] {
            #expect(try readFile("\(scratch.path)/copy/\(blob.digest.hex)") == blob.bytes)
        }
        // What is there is not sent again, also under another tag.
        let posts = registry.count(of: "POST")
        let again = try await push(layout, "\(registry.place)/team/app:2")
        #expect(again.sent == 0 && again.wereThere == 4)
        #expect(registry.count(of: "POST") == posts)
        #expect(try registry.openUploads("team/app").isEmpty)
    }

    @Test func dockerArchiveKeepsItsConfiguration() async throws {
        let registry = try await DockerRegistry()
        let image = SampleImage(noise: [1000, 3_000_000, 10], packing: .gzip)
        let layout = try image.writeLayout(in: scratch.path + "/layout")
        let archive = scratch.path + "/image.tar"
        try await runTool([
            "skopeo", "copy", "--quiet", "--insecure-policy", "oci:\(layout)",
            "docker-archive:\(archive):a:b",
        ])
        let name = "\(registry.place)/team/app:1"
        let memory = scratch.path + "/memory"
        let outcome = try await push(archive, name, memory: memory)
        #expect(outcome.mediaType == "application/vnd.oci.image.manifest.v1+json")
        let config = try await skopeo("inspect", "--config", "--raw", "docker://" + name)
        #expect(SHA256.digest(of: config) == (try openImage(at: archive).id))
        // skopeo verifies digests and diffIDs on the way.
        try await runTool([
            "skopeo", "copy", "--quiet", "--insecure-policy", "--src-tls-verify=false", "docker://" + name,
            "docker-archive:\(scratch.path)/back.tar:a:b",
        ])
        let (before, after) = (try openImage(at: archive), try openImage(at: scratch.path + "/back.tar"))
        #expect(before.layers.map(\.diffID) == after.layers.map(\.diffID))
        // The same archive gives the same manifest, and is not packed again where its layers are.
        let again = try await push(archive, "\(registry.place)/team/app:2")
        #expect(again.digest == outcome.digest && again.sent == 0)
        let other = try await push(archive, "\(registry.place)/other:1", memory: memory)
        #expect(other.digest == outcome.digest && other.sent == 0 && other.mounted == 4)
    }

    @Test func refusesALayerThatIsNotWhatItsConfigurationSays() async throws {
        let registry = try await DockerRegistry()
        let image = SampleImage(noise: [1000], packing: .none)
        let layout = try image.writeLayout(in: scratch.path + "/layout")
        let archive = scratch.path + "/image.tar"
        try await runTool([
            "skopeo", "copy", "--quiet", "--insecure-policy", "oci:\(layout)",
            "docker-archive:\(archive):a:b",
        ])
        var bytes = try readFile(archive)
        let place = try #require(bytes.firstRange(of: Array("Debian GNU/Linux 12".utf8)))
        bytes[place.lowerBound] = UInt8(ascii: "d")
        try writeFile(bytes, to: archive, replacing: true)
        await #expect(throws: ImageError.self) { try await push(archive, "\(registry.place)/team/app:1") }
        #expect(registry.count(of: "PUT /v2/team/app/manifests") == 0)
    }

    @Test func mountsWhatAnotherRepositoryHas() async throws {
        let registry = try await DockerRegistry()
        let image = SampleImage(noise: [1000, 2000])
        let layout = try image.writeLayout(in: scratch.path + "/layout")
        try await push(layout, "\(registry.place)/base:1")
        let named = try await push(layout, "\(registry.place)/team/app:1", mountingFrom: ["nowhere", "base"])
        #expect(named.mounted == 3 && named.sent == 0)
        #expect(registry.count(of: "mount=") >= 3)
        // An earlier push remembers where it put what.
        let memory = scratch.path + "/cache/memory"
        try await push(layout, "\(registry.place)/first:1", memory: memory)
        let remembered = try await push(layout, "\(registry.place)/second:1", memory: memory)
        #expect(remembered.mounted == 3 && remembered.sent == 0)
        // Where the memory is wrong, all is sent.
        let other = try await DockerRegistry()
        let text = String(decoding: try readFile(memory), as: UTF8.self)
        try writeFile(
            Array(text.replacing(registry.place, with: other.place).utf8), to: memory, replacing: true)
        let wrong = try await push(layout, "\(other.place)/third:1", memory: memory)
        #expect(wrong.sent == 3 && wrong.mounted == 0)
        #expect(try other.openUploads("third").isEmpty)
    }

    @Test func indexArrivesWithAllThatItLists() async throws {
        let registry = try await DockerRegistry()
        let images = ["amd64", "s390x"].map { SampleImage(noise: [1000], platform: .init(architecture: $0)) }
        let folder = scratch.path + "/layout"
        for image in images { _ = try image.writeLayout(in: folder) }
        let index = SampleImage.index(of: images)
        try writeFile(index.bytes, to: folder + "/index.json", replacing: true)
        let outcome = try await push(folder, "\(registry.place)/both:1", everything: true)
        #expect(outcome.digest == index.digest)
        try await runTool([
            "skopeo", "copy", "--quiet", "--all", "--insecure-policy", "--src-tls-verify=false",
            "docker://\(registry.place)/both:1", "oci:\(scratch.path)/copy",
        ])
        #expect(try readFile("\(scratch.path)/copy/blobs/sha256/\(index.digest.hex)") == index.bytes)
    }

    @Test func aDigestMustBeTheImages() async throws {
        let registry = try await DockerRegistry()
        let image = SampleImage(noise: [1000])
        let layout = try image.writeLayout(in: scratch.path + "/layout")
        try await push(layout, "\(registry.place)/a@\(image.manifest.digest)")
        await #expect(throws: PushError.self) {
            try await push(layout, "\(registry.place)/a@\(image.config.digest)")
        }
    }

    /// Debian's registry forgets what was cut, so all of the blob goes again.
    @Test(arguments: [0, 300, 100_000])
    func survivesCutConnections(_ bytes: Int) async throws {
        let registry = try await DockerRegistry()
        let proxy = try await CuttingProxy(to: registry.port, cuttingAfter: bytes, times: 3)
        let image = SampleImage(noise: [300_000, 200_000])
        let layout = try image.writeLayout(in: scratch.path + "/layout")
        let outcome = try await push(layout, "127.0.0.1:\(proxy.port)/team/app:1")
        #expect(outcome.digest == image.manifest.digest)
        #expect(proxy.cuts == 3)
        await proxy.stop()
    }
}
