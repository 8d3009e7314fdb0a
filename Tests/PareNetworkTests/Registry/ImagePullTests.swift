// SPDX-License-Identifier: Apache-2.0
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareNetwork

/// Images out of Debian's registry as layouts, which skopeo reads.
@Suite struct ImagePullTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder(name: "pare-tests") }

    private func pull(
        _ reference: ImageReference, _ name: String, platform: Platform? = nil, everything: Bool = false
    ) async throws -> (folder: String, outcome: ImagePull.Outcome) {
        let folder = "\(scratch.path)/\(name)"
        makeFolders(folder)
        let outcome = try await withRegistries { client in
            try await ImagePull(client, of: reference)
                .run(into: folder, platform: platform, everything: everything)
        }
        return (folder, outcome)
    }

    @Test(arguments: SampleImage.Form.allCases, SampleImage.Packing.allCases)
    func isByteByByteWhatTheRegistryHas(form: SampleImage.Form, packing: SampleImage.Packing) async throws {
        let sample = SampleImage(noise: [100, 300_000, 0, 0], form: form, packing: packing)
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(sample, "team/app", tag: "1")
        let (folder, outcome) = try await pull(try ImageReference("\(registry.place)/team/app:1"), "layout")
        let blobs = sample.layers + [sample.config, sample.manifest]
        for blob in blobs {
            #expect(try readFile("\(folder)/blobs/sha256/\(blob.digest.hex)") == blob.bytes)
        }
        #expect(outcome.digest == sample.manifest.digest)
        #expect(try await Seen(openImage(at: folder)) == sample.seen)
        #expect(try openImage(at: folder).tags == ["\(registry.place)/team/app:1"])
        // skopeo verifies all digests on the way; zstd in Docker's form it does not take.
        guard (form, packing) != (.docker, .zstd) else { return }
        try await runTool([
            "skopeo", "copy", "--quiet", "--insecure-policy", "oci:\(folder)", "dir:\(scratch.path)/copy",
        ])
        #expect(try readFile("\(scratch.path)/copy/manifest.json").isEmpty == false)
    }

    @Test func takesOnePlatformOrAll() async throws {
        let samples = ["amd64", "arm64", "arm/v7"].compactMap { Platform("linux/\($0)") }
            .enumerated().map { SampleImage(noise: [10, $0], platform: $1) }
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(samples, "many", tag: "1", form: .oci)
        let reference = try ImageReference("\(registry.place)/many:1")
        let (one, chosen) = try await pull(reference, "one", platform: samples[1].platform)
        #expect(chosen.digest == samples[1].manifest.digest)
        #expect(try openImage(at: one, platform: samples[1].platform).id == samples[1].config.digest)
        #expect(try namesInFolder(one + "/blobs/sha256").count == samples[1].layers.count + 2)

        let (all, outcome) = try await pull(reference, "all", everything: true)
        #expect(outcome.digest == SampleImage.index(of: samples).digest)
        for sample in samples {
            let found = try openImage(at: all, platform: sample.platform)
            #expect(found.manifestDigest == sample.manifest.digest)
        }
        let stored = try openStored(at: all, everything: true).stored
        #expect(stored?.documents.last?.digest == outcome.digest)
    }

    @Test func aLieLeavesNoLayout() async throws {
        let sample = SampleImage(noise: [100, 1000])
        let blob = sample.layers[1]
        let wrong = [UInt8](repeating: 0, count: blob.bytes.count)
        let registry = try await MadeRegistry(sample, replacing: ["blobs/\(blob.digest)": .init(wrong)])
        await #expect(throws: RegistryError.self) { try await pull(registry.reference, "lie") }
        #expect(try !namesInFolder("\(scratch.path)/lie").contains("oci-layout"))
        #expect(try !namesInFolder("\(scratch.path)/lie/blobs/sha256").contains(blob.digest.hex))
    }

    @Test func indexesThatHoldEachOtherEnd() async throws {
        // A digest cannot hold itself, so a chain stands for a loop.
        var blob = SampleImage.index(of: [])
        var parts = ["manifests/\(blob.digest)": MadeRegistry.Part(blob.bytes, blob.mediaType)]
        for _ in 0..<6 {
            let bytes = try json([
                "schemaVersion": 2, "mediaType": blob.mediaType, "manifests": [blob.described],
            ])
            blob = SampleImage.Blob(blob.mediaType, bytes)
            parts["manifests/\(blob.digest)"] = MadeRegistry.Part(blob.bytes, blob.mediaType)
        }
        parts["manifests/1"] = MadeRegistry.Part(blob.bytes, blob.mediaType)
        let registry = try await MadeRegistry(parts)
        await #expect(
            throws: RegistryError.broken(
                image: registry.reference.familiar, part: "the index", reason: "indexes hold each other")
        ) { try await pull(registry.reference, "loop", everything: true) }
    }
}
