// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct ExportTests {
    private let scratch: ScratchFolder
    private let image = TestImage([
        entries(["etc/", "etc/a", "usr/b", "l -> etc/a", "h => etc/a", "gone"]),
        entries([".wh.gone", "usr/b", "usr/c", "../x"]),
        entries(["etc/.wh..wh..opq", "d"]),
    ])
    private static let all = [Interest("all", .suffix(""), take: .content(limit: 100))]

    init() throws { scratch = try ScratchFolder(name: "pare-tests") }

    private func expectSame(_ one: ImageReading, _ other: ImageReading, _ what: Comment) {
        #expect(one.view.files == other.view.files, what)
        #expect(one.view.isVisible == other.view.isVisible, what)
        #expect(one.facts.id == other.facts.id, what)
        #expect(one.facts.manifestDigest == other.facts.manifestDigest, what)
        #expect(one.facts.tags == other.facts.tags, what)
        #expect(one.facts.layers == other.facts.layers, what)
        #expect(one.facts.config == other.facts.config, what)
        #expect(one.facts.rawConfig == other.facts.rawConfig, what)
        #expect(one.tree.listing == other.tree.listing, what)
        #expect(one.gaps == other.gaps, what)
        #expect(one.diagnostics == other.diagnostics, what)
    }

    @Test(arguments: [TestImage.Form.legacy, .podman, .blobs, .ociArchive])
    func isTheSameAsAFileInWhateverOrderItComes(form: TestImage.Form) async throws {
        var image = image
        var lottery = SplitMix64(seed: 7)
        for packing in InterestTests.packings {
            image.packing = packing
            let file = try await openImage(at: try image.write(form, in: scratch.path)).read(taking: Self.all)
            let orders: [(String, (inout [(String, [UInt8])]) -> Void)] = [
                ("as written", { _ in }), ("backwards", { $0.reverse() }),
                ("in any order", { $0.shuffle(using: &lottery) }),
            ]
            for (name, order) in orders {
                let stream = image.exported(form, order: order)
                let reading = try await stream.image().read(taking: Self.all)
                expectSame(reading, file, "\(form) \(String(describing: packing)) \(name)")
                #expect(stream.opened == 1)
            }
        }
    }

    @Test func followsLinksBetweenEqualLayers() async throws {
        let twin = TestImage([entries(["a"]), entries(["a"])])
        let files = twin.dockerFiles(.legacy)
        var tar = TarWriter()
        tar.add("one/layer.tar", kind: .symbolicLink, link: "../two/layer.tar")
        tar.add("two/layer.tar", twin.layers[0])
        tar.add("two/VERSION", Array("1.0".utf8))
        tar.add(files[2].0, files[2].1)
        let manifest =
            #"[{"Config": "\#(files[2].0)", "RepoTags": null, "Layers": ["one/layer.tar", "two/layer.tar"]}]"#
        tar.add("manifest.json", Array(manifest.utf8))
        tar.finish()
        let reading = try await MemoryStream(tar.bytes).image().read(taking: Self.all)
        #expect(reading.view.files.map(\.layer) == [0, 1])
        #expect(reading.view.isVisible == [false, true])
        #expect(reading.facts.layers.map(\.diffID) == twin.layers.map { SHA256.digest(of: $0) })
    }

    @Test func anEntryWhoseFirstNameLooksLikeJSONIsALayer() async throws {
        for name in ["[", "{a"] {
            let odd = TestImage([entries([name])])
            let reading = try await odd.exported(.legacy).image().read(taking: [])
            #expect(reading.tree.listing == [name])
        }
    }

    @Test(arguments: [TestImage.Form.legacy, .podman, .blobs, .ociArchive])
    func givesContentsFromOneMoreExport(form: TestImage.Form) async throws {
        for packing in InterestTests.packings {
            var image = image
            image.packing = packing
            let stream = image.exported(form)
            let tree = try await stream.image().read(taking: []).tree
            var contents: [String: String] = [:]
            try tree.forEachContent(of: ["d", "usr/c", "h", "usr/b"], limit: 100) {
                contents[$0] = String(decoding: $1, as: UTF8.self)
            }
            #expect(contents == ["d": "d", "usr/c": "usr/c", "h": "etc/a", "usr/b": "usr/b"])
            #expect(stream.opened == 2)
        }
    }

    @Test func keepsWhatIsOnlyWantedUnderAHardLinksName() async throws {
        let linked = TestImage([
            entries(["a.bin", "etc/x => a.bin", "b.bin"]),
            entries(["etc/y => b.bin", "b.bin", "z => b.bin"]),
        ])
        let interests = [
            Interest("etc", .path("etc/x"), take: .content(limit: 10)),
            Interest("z", .path("z"), take: .content(limit: 10)),
        ]
        let cache = LayerCache(folder: scratch.path + "/cache", version: "1")
        let stream = linked.exported(.podman)
        let first = try await stream.image(id: linked.id).read(taking: interests, cache: cache)
        #expect(stream.opened == 2, "once more for both layers")
        #expect(first.view.files.map(\.path) == ["etc/x", "z"])
        #expect(first.view.files.map(\.content) == [Array("a.bin".utf8), Array("b.bin".utf8)])
        #expect(first.view.files.map(\.layer) == [0, 1])
        let again = try await stream.image(id: linked.id).read(taking: interests, cache: cache)
        #expect(stream.opened == 2, "what was found is cached with its layer")
        #expect(again.view.files == first.view.files)
    }

    @Test func keepsWhatIsWantedThroughALink() async throws {
        let linked = TestImage([entries(["usr/lib/os-release", "etc/os-release -> ../usr/lib/os-release"])])
        let interests = [Interest("os", .path("etc/os-release"), take: .content(limit: 100))]
        let reading = try await linked.exported(.blobs).image().read(taking: interests)
        #expect(reading.view.visible("os").map(\.content) == [Array("usr/lib/os-release".utf8)])
    }
}
