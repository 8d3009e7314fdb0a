// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct ExportCacheTests {
    private let scratch: ScratchFolder
    private let cache: LayerCache
    private var id: Digest { image.id }
    private let all = [Interest("all", .suffix(""), take: .content(limit: 100))]
    private let image = TestImage([entries(["a", "b"]), entries(["c", ".wh.a"])])

    init() throws {
        scratch = try ScratchFolder(name: "pare-tests")
        cache = LayerCache(folder: scratch.path + "/cache", version: "1")
    }

    @Test(arguments: [TestImage.Form.legacy, .podman, .blobs, .ociArchive])
    func anImageThatIsKnownIsNotExported(form: TestImage.Form) async throws {
        let stream = image.exported(form)
        let first = try await stream.image(id: id, tags: ["demo:1"]).read(taking: all, cache: cache)
        let second = try await stream.image(id: id, tags: ["demo:2"]).read(taking: all, cache: cache)
        #expect(stream.opened == 1)
        #expect(second.view.files == first.view.files)
        #expect(second.view.isVisible == first.view.isVisible)
        #expect(second.facts.layers == first.facts.layers)
        #expect(second.facts.rawConfig == first.facts.rawConfig)
        #expect(second.facts.manifestDigest == first.facts.manifestDigest)
        #expect(second.facts.id == first.facts.id)
        #expect(second.facts.tags == ["demo:2"], "names are the engine's of today")
        #expect(second.tree.listing == ["b", "c"])
        // Contents are not in the cache.
        #expect(try second.tree.content(of: "b", limit: 10) == Array("b".utf8))
        #expect(stream.opened == 2)
    }

    @Test func anotherImageWithoutAnIDIsExported() async throws {
        let stream = image.exported(.podman)
        for count in 1...2 {
            _ = try await stream.image().read(taking: all, cache: cache)
            #expect(stream.opened == count)
        }
        _ = try await stream.image(id: id).read(taking: all, cache: cache)
        let other = [Interest("all", .suffix("b"), take: .content(limit: 100))]
        let reading = try await stream.image(id: id).read(taking: other, cache: cache)
        #expect(stream.opened == 4, "what was not wanted before is not known")
        #expect(reading.view.files.map(\.path) == ["b"])
    }

    @Test(
        arguments: [TestImage.Form.podman, .blobs, .ociArchive], [nil, Packing.gzip(level: 6)])
    func layersOfAKnownBaseAreNotReadAgain(form: TestImage.Form, packing: Packing?) async throws {
        var (image, younger) = (image, TestImage([entries(["a", "b"]), entries(["e"])]))
        (image.packing, younger.packing) = (packing, packing)
        _ = try await image.exported(form).image().read(taking: all, cache: cache)
        // Bytes that could not be read, in the place of the base's.
        let blob = younger.blobs[0]
        let stream = younger.exported(form) { files in
            let index = files.firstIndex { $0.1 == blob }
            if let index { files[index].1 = Array(repeating: 0x55, count: files[index].1.count) }
        }
        let reading = try await stream.image().read(taking: all, cache: cache)
        #expect(reading.tree.listing == ["a", "b", "e"])
        #expect(reading.view.files.map(\.layer) == [0, 0, 1])
        await #expect(throws: ImageError.self) { try await stream.image().read(taking: all) }
    }

    @Test func nothingIsKeptOfWhatFails() async throws {
        var broken = image
        broken.config["rootfs"] = ["diff_ids": [id.description, id.description]]
        await #expect(throws: ImageError.self) {
            try await broken.exported(.podman).image(id: id).read(taking: all, cache: cache)
        }
        #expect(((try? namesInFolder(scratch.path + "/cache")) ?? []).isEmpty)
    }

    @Test func aRecordThatIsDamagedIsNotBelieved() async throws {
        let stream = image.exported(.podman)
        _ = try await stream.image(id: id).read(taking: all, cache: cache)
        for name in try namesInFolder(scratch.path + "/cache") {
            let path = "\(scratch.path)/cache/\(name)"
            var bytes = try readFile(path)
            bytes[bytes.count - 2] ^= 1
            try writeFile(bytes, to: path, replacing: true)
        }
        let reading = try await stream.image(id: id).read(taking: all, cache: cache)
        #expect(stream.opened == 2)
        #expect(reading.tree.listing == ["b", "c"])
    }
}
