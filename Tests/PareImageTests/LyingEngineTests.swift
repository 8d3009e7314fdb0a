// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

/// What an engine that lies says is told apart, and what honest engines say later is not changed by it.
@Suite struct LyingEngineTests {
    private let scratch: ScratchFolder
    private let cache: LayerCache
    private let all = [Interest("all", .suffix(""), take: .content(limit: 100))]
    private let image = TestImage([entries(["a", "b"])])
    private let other = TestImage([entries(["c"])])

    init() throws {
        scratch = try ScratchFolder(name: "pare-tests")
        cache = LayerCache(folder: scratch.path + "/cache", version: "1")
    }

    /// Scans what a liar exports as the image, then what an honest engine does; gives the problem of the first.
    private func problem(
        _ liar: MemoryStream, _ form: TestImage.Form = .blobs, id: Digest? = nil
    ) async throws -> String {
        let id = id ?? image.id
        var problem = "nothing"
        do {
            _ = try await liar.image(id: id).read(taking: all, cache: cache)
        } catch let error as any Explained {
            #expect(error.hint != nil)
            problem = error.problem
        }
        let honest = try await image.exported(form).image(id: image.id).read(taking: all, cache: cache)
        #expect(honest.tree.listing == ["a", "b"])
        let again = try await liar.image(id: image.id).read(taking: all, cache: cache)
        #expect(again.tree.listing == ["a", "b"], "from the cache")
        return problem
    }

    @Test(arguments: [TestImage.Form.legacy, .podman, .blobs, .ociArchive])
    func anotherImageIsToldApart(form: TestImage.Form) async throws {
        let said = try await problem(other.exported(form), form)
        #expect(said.contains("exports another image: \(other.id)"), "\(said)")
    }

    /// Its configuration is the image's own, and the layer is not; uncompressed it was always told apart.
    @Test(arguments: [TestImage.Form.legacy, .podman], [nil, Packing.gzip(level: 6)])
    func anotherLayerIsToldApart(form: TestImage.Form, packing: Packing?) async throws {
        var lie = other
        lie.packing = packing
        let (blob, place) = (lie.blobs[0], image.dockerFiles(form)[0].0)
        let liar = image.exported(form) { files in
            files = files.map { ($0.0, $0.0 == place ? blob : $0.1) }
        }
        let said = try await problem(liar, form)
        #expect(said.hasPrefix("layer digest lies in 'a.tar'"), "\(said)")
    }

    /// A name by an algorithm that configurations do not use hides nothing.
    @Test func aNameByAnotherAlgorithmIsToldApart() async throws {
        let layer = other.layers[0]
        let name = "blobs/sha512/" + RunningDigest.digest(of: layer, by: .sha512).hex
        let liar = image.exported(.blobs) { files in
            let old = files[0].0
            files[0] = (name, layer)
            for index in files.indices where files[index].0 == "manifest.json" {
                let text = String(decoding: files[index].1, as: UTF8.self)
                files[index].1 = Array(
                    text.replacing(old.replacing("/", with: "\\/"), with: name).replacing(old, with: name)
                        .utf8)
            }
        }
        let said = try await problem(liar)
        #expect(said.hasPrefix("layer digest lies in 'a.tar'"), "\(said)")
    }

    /// Layers that the configuration does not count cannot be verified, so nothing is remembered of the image.
    @Test func oneMoreLayerIsNotRemembered() async throws {
        var long = TestImage([entries(["a", "b"]), entries([".wh.a"])])
        let config = image.configJSON
        long.config["rootfs"] = [
            "type": "layers", "diff_ids": [SHA256.digest(of: image.layers[0]).description],
        ]
        #expect(long.configJSON == config)
        #expect(try await problem(long.exported(.blobs)) == "nothing")
    }

    /// A registry may have packed a layer that the configuration does not name; it does not become another image's.
    @Test func whatARegistryGaveIsVerifiedHere() async throws {
        var lie = image
        lie.packing = .gzip(level: 6)
        lie.layers = other.layers
        lie.config["rootfs"] = [
            "type": "layers", "diff_ids": [SHA256.digest(of: image.layers[0]).description],
        ]
        #expect(lie.configJSON == image.configJSON)
        let path = try lie.write(.ociArchive, in: scratch.path)
        _ = try await openImage(at: path).read(taking: all, cache: cache)
        let said = try await problem(lie.exported(.blobs))
        #expect(said.hasPrefix("layer digest lies in 'a.tar'"), "\(said)")
    }

    // MARK: names that are no configuration's

    /// An index of manifests in a layout, beside which another may stand that the layout's own index lists too.
    private func layout(_ image: TestImage, listing indexes: [[UInt8]], with more: [[UInt8]]) -> MemoryStream
    {
        let type = "application/vnd.oci.image.index.v1+json"
        let root = TestImage.json([
            "schemaVersion": 2, "manifests": indexes.map { image.descriptor($0, type) },
        ])
        return image.exported(.ociArchive) { files in
            files = files.map { ($0.0, $0.0 == "index.json" ? root : $0.1) }
            files += more.map { (TestImage.blobPath($0), $0) }
        }
    }

    private func index(of image: TestImage, architecture: String = Platform.host.architecture) -> [UInt8] {
        let manifest = image.layoutFiles[image.layoutFiles.count - 1].1
        var descriptor = image.descriptor(manifest, "application/vnd.oci.image.manifest.v1+json")
        descriptor["platform"] = ["os": "linux", "architecture": architecture]
        return TestImage.json(["schemaVersion": 2, "manifests": [descriptor]])
    }

    @Test func aManifestAndAnIndexNameAnImageToo() async throws {
        let index = index(of: image)
        let stream = layout(image, listing: [index], with: [index])
        let manifest = image.layoutFiles[image.layoutFiles.count - 1].1
        for name in [index, manifest] {
            let id = SHA256.digest(of: name)
            let opened = stream.opened
            for _ in 0..<2 {
                let reading = try await stream.image(id: id).read(taking: all, cache: cache)
                #expect(reading.facts.id == image.id)
            }
            #expect(stream.opened == opened + 1)
        }
    }

    /// The index that is named is there or only listed, and the image is one that it does not list.
    @Test(arguments: [false, true])
    func anIndexOfAnotherImageIsToldApart(isThere: Bool) async throws {
        let (named, listed) = (index(of: image), index(of: other))
        let stream = layout(other, listing: [listed], with: [listed] + (isThere ? [named] : []))
        let said = try await problem(stream, id: SHA256.digest(of: named))
        #expect(said.contains("exports another image: \(other.id)"), "\(said)")
    }

    /// What an index lists for another platform is read where nothing else is there, and not remembered for this one.
    @Test func anotherPlatformsImageIsNotRemembered() async throws {
        var foreign = image
        foreign.config["architecture"] = "s390x"
        let index = index(of: foreign, architecture: "s390x")
        let stream = layout(foreign, listing: [index], with: [index])
        for count in 1...2 {
            _ = try await stream.image(id: SHA256.digest(of: index)).read(taking: all, cache: cache)
            #expect(stream.opened == count)
        }
    }
}
