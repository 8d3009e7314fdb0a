// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct StoredImageTests {
    private let image = TestImage([entries(["a"]), entries(["b"])], packing: .gzip(level: 6))

    @Test(arguments: [TestImage.Form.layout, .ociArchive])
    func isTheLayoutByteByByte(_ form: TestImage.Form) throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let (_, stored) = try openStored(at: try image.write(form, in: scratch.path))
        let manifest = image.layoutFiles[image.layoutFiles.count - 1].1
        let document = try #require(stored?.documents.last)
        #expect(stored?.documents.count == 1)
        #expect(document.bytes == manifest && document.digest == SHA256.digest(of: manifest))
        #expect(document.mediaType == "application/vnd.oci.image.manifest.v1+json")
        let parts = try #require(stored?.parts)
        #expect(parts.map(\.digest) == ([image.configJSON] + image.blobs).map { SHA256.digest(of: $0) })
        for (part, bytes) in zip(parts, [image.configJSON] + image.blobs) {
            let (file, range) = try part.content.open()
            #expect(file.withBytes(in: range) { Array($0) } == bytes)
            #expect(part.size == bytes.count)
        }
    }

    @Test(arguments: [TestImage.Form.legacy, .podman, .blobs])
    func isNotThereForDockerArchives(_ form: TestImage.Form) throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let (opened, stored) = try openStored(at: try image.write(form, in: scratch.path))
        #expect(stored == nil)
        #expect(try opened.configBytes() == image.configJSON)
    }

    /// Newer Dockers save an archive that is both.
    @Test(arguments: [true, false])
    func leavesAnArchiveThatIsBothAsItIsWhereItsLayersArePacked(_ isPacked: Bool) throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = TestImage([entries(["a"])], packing: isPacked ? .gzip(level: 6) : nil)
        var files = image.layoutFiles
        if isPacked {
            files = files.map { name, bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                let isManifest = text.contains("image.layer.v1.tar")
                return (
                    name,
                    isManifest ? Array(text.replacing("layer.v1.tar", with: "layer.v1.tar+gzip").utf8) : bytes
                )
            }
            let manifest = files[files.count - 1].1
            files[files.count - 1].0 = TestImage.blobPath(manifest)
            let reference = image.descriptor(manifest, "application/vnd.oci.image.manifest.v1+json")
            files[1].1 = TestImage.json(["manifests": [reference]])
        }
        let path = try image.write(
            files + image.dockerFiles(.blobs).suffix(1), to: scratch.path + "/both.tar")
        #expect((try openStored(at: path).stored != nil) == isPacked)
    }

    @Test func takesTheIndexWithAllThatItLists() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let images = [
            TestImage([entries(["a"]), entries(["same"])]), TestImage([entries(["b"]), entries(["same"])]),
        ]
        let manifests = images.map { $0.layoutFiles[$0.layoutFiles.count - 1].1 }
        let index = TestImage.json([
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": zip(manifests, ["arm64", "s390x"]).map { bytes, architecture in
                let platform = ["os": "linux", "architecture": architecture]
                return images[0].descriptor(bytes, "application/vnd.oci.image.manifest.v1+json")
                    .merging(["platform": platform]) { $1 }
            },
        ])
        let blobs = images.flatMap { $0.layoutFiles.dropFirst(2) }
        let root = TestImage.json([
            "manifests": [images[0].descriptor(index, "application/vnd.oci.image.index.v1+json")]
        ])
        func layout(_ root: [UInt8]) throws -> String {
            let files = [("index.json", root), (TestImage.blobPath(index), index)] + blobs
            return try images[0].write(files, to: scratch.path + "/all.tar")
        }
        let platform = Platform(architecture: "s390x")
        let whole = try openStored(at: try layout(root), platform: platform, everything: true).stored
        #expect(whole?.documents.map(\.bytes) == manifests + [index])
        #expect(whole?.parts.count == 5)
        let one = try openStored(at: try layout(root), platform: platform).stored
        #expect(one?.documents.map(\.bytes) == [manifests[1]])
        // An index.json that lists several things is what is taken.
        let flat = try openStored(at: try layout(index), platform: platform, everything: true).stored
        #expect(flat?.documents.map(\.bytes) == manifests + [index])
    }

    @Test func aDockerArchiveHasNoIndex() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let path = try image.write(.podman, in: scratch.path)
        let error = #expect(throws: ImageError.noIndex(image: path)) {
            _ = try openStored(at: path, everything: true)
        }
        #expect(error?.hint?.contains("--all-platforms") == true)
    }

    @Test func refusesWhatIsNotWholeOrLies() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        func open(_ name: String, changing change: (inout [(String, [UInt8])]) -> Void) throws {
            var files = image.layoutFiles
            change(&files)
            _ = try openStored(at: try image.write(files, to: "\(scratch.path)/\(name).tar"))
        }
        #expect(throws: ImageError.self) { try open("gone") { $0.remove(at: 2) } }
        #expect(throws: ImageError.self) { try open("lies") { $0[$0.count - 1].1 += [0x20] } }
        #expect(throws: ImageError.self) { try open("longer") { $0[2].1 += [0] } }
    }
}
