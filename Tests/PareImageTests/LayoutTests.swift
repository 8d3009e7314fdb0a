// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Testing

@testable import PareImage

@Suite struct LayoutTests {
    /// A layout with an index of its own; blobs of all the images are there.
    private func layout(
        _ manifests: [[String: Any]], _ images: [TestImage], more: [[UInt8]] = [], in folder: String
    ) throws -> String {
        var files = [
            ("oci-layout", Array("{}".utf8)), ("index.json", TestImage.json(["manifests": manifests])),
        ]
        files += images.flatMap { $0.layoutFiles.filter { $0.0.hasPrefix("blobs") } }
        files += more.map { (TestImage.blobPath($0), $0) }
        return try TestImage([]).write(files, to: "\(folder)/layout.tar")
    }

    private func image(_ file: String) -> TestImage { TestImage([entries([file])]) }

    private func reference(_ image: TestImage, _ platform: String?, tag: String? = nil) -> [String: Any] {
        var reference = image.descriptor(
            image.layoutFiles[image.layoutFiles.count - 1].1, "application/vnd.oci.image.manifest.v1+json")
        if let platform = platform.flatMap({ Platform($0) }) {
            reference["platform"] = [
                "os": platform.os, "architecture": platform.architecture, "variant": platform.variant,
            ]
        }
        if let tag { reference["annotations"] = ["io.containerd.image.name": tag] }
        return reference
    }

    static let strange =
        "the image is for linux/mips64le, and not for \(Platform.host), which is this machine's platform"

    @Test func choosesThePlatform() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let images = ["amd", "arm6", "arm7", "windows", "bsd"].map(image)
        let platforms = ["linux/amd64", "linux/arm/v6", "linux/arm/v7", "windows/amd64", "freebsd/amd64"]
        let path = try layout(zip(images, platforms).map { reference($0, $1) }, images, in: scratch.path)
        for (wanted, file) in [
            ("linux/amd64", "amd"), ("linux/arm/v7", "arm7"), ("linux/arm", "arm6"),
            ("windows/amd64", "windows"),
        ] {
            let tree = try await openImage(at: path, platform: Platform(wanted)).files()
            #expect(tree.listing == [file])
        }
        let error = #expect(throws: ImageError.self) {
            try openImage(at: path, platform: Platform("linux/s390x"))
        }
        #expect(
            error?.problem
                == "'\(path)' has nothing for linux/s390x, only for \(platforms.joined(separator: ", "))")
        #expect(error?.hint == "choose one of them with --platform linux/amd64")
    }

    @Test func takesTheOnlyOneThoughItIsForAnother() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = image("a")
        let path = try layout([reference(image, "linux/mips64le")], [image], in: scratch.path)
        let opened = try openImage(at: path)
        #expect(try await opened.files().listing == ["a"])
        #expect(opened.diagnostics.map(\.message) == [Self.strange])
        #expect(throws: ImageError.self) { try openImage(at: path, platform: .host) }
        #expect(try openImage(at: path, platform: Platform("linux/mips64le")).diagnostics.isEmpty)
    }

    /// Only engines' exports name images that are not there.
    @Test func saysThatTheRightOneIsMissing() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let (own, other) = (image("own"), image("other"))
        let listed = [reference(own, Platform.host.description), reference(other, "linux/mips64le")]
        let path = try layout(listed, [other], in: scratch.path)
        for platform in [nil, Platform.host] {
            let error = #expect(throws: ImageError.self) { try openImage(at: path, platform: platform) }
            #expect(
                error?.problem.contains("does not hold the manifest sha256:") == true,
                "\(error?.problem ?? "")")
        }
        #expect(throws: Never.self) { try openImage(at: path, platform: Platform("linux/mips64le")) }
    }

    /// An engine's export is what it has; another platform's image is not taken unasked.
    @Test func anExportIsWhatAnEngineHas() async throws {
        let (own, other) = (image("own"), image("other"))
        let listed = [reference(own, Platform.host.description), reference(other, "linux/mips64le")]
        let index = TestImage.json(["manifests": listed])
        let stream = other.exported(.ociArchive) { files in
            files = files.map { ($0.0, $0.0 == "index.json" ? index : $0.1) }
        }
        func read(_ platform: Platform?) async throws -> [String] {
            let export = ImageExport(image: "a", platform: platform, id: nil, stream: stream)
            return try await Image(exported: export).files().listing
        }
        #expect(try await read(Platform("linux/mips64le")) == ["other"])
        for platform in [nil, Platform.host] {
            await #expect(
                throws: ImageError.noPlatform(image: "a", wanted: .host, there: ["linux/mips64le"])
            ) { try await read(platform) }
        }
    }

    /// As Docker saves an image of which it has another platform's only.
    @Test func saysThatAListForOlderEnginesNamesAnother() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        var other = image("other")
        other.config["architecture"] = "mips64le"
        let listed = [reference(image("own"), Platform.host.description), reference(other, "linux/mips64le")]
        let files =
            [("index.json", TestImage.json(["manifests": listed]))] + other.layoutFiles.dropFirst(2)
            + other.dockerFiles(.blobs).suffix(1)
        let path = try other.write(files, to: "\(scratch.path)/both.tar")
        let opened = try openImage(at: path)
        #expect(try await opened.files().listing == ["other"])
        #expect(opened.diagnostics.map(\.message) == [Self.strange])
        #expect(try openImage(at: path, platform: Platform("linux/mips64le")).diagnostics.isEmpty)
        #expect(throws: ImageError.self) { try openImage(at: path, platform: .host) }
    }

    @Test func readsIndexesWithinIndexes() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = image("a")
        var attestation = reference(self.image("b"), "unknown/unknown")
        attestation["annotations"] = ["vnd.docker.reference.type": "attestation-manifest"]
        let inner = TestImage.json(["manifests": [attestation, reference(image, Platform.host.description)]])
        var outer = image.descriptor(inner, "application/vnd.oci.image.index.v1+json")
        outer["annotations"] = ["org.opencontainers.image.ref.name": "demo"]
        let path = try layout([outer], [image], more: [inner], in: scratch.path)
        let opened = try openImage(at: path)
        #expect(opened.tags == ["demo"])
        #expect(opened.diagnostics.isEmpty)
        #expect(try await opened.files().listing == ["a"])
    }

    /// As Docker's store of containerd exports what it has of an index: the list for older engines names one image of it.
    @Test func choosesThePlatformBesideAListForOlderEngines() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        var images = ["amd", "arm", "gone"].map(image)
        let platforms = ["linux/amd64", "linux/arm64", "linux/s390x"]
        for (index, platform) in platforms.enumerated() {
            images[index].config["architecture"] = Platform(platform)?.architecture
        }
        let index = TestImage.json(["manifests": zip(images, platforms).map { reference($0, $1) }])
        let outer = image("").descriptor(index, "application/vnd.oci.image.index.v1+json")
        var files = [
            ("index.json", TestImage.json(["manifests": [outer]])), (TestImage.blobPath(index), index),
        ]
        for image in images.prefix(2) { files += image.layoutFiles.filter { $0.0.hasPrefix("blobs") } }
        files += images[0].dockerFiles(.blobs).suffix(1)
        let path = try images[0].write(files, to: "\(scratch.path)/both.tar")
        for (wanted, file) in [(nil, "amd"), ("linux/amd64", "amd"), ("linux/arm64", "arm")] {
            let opened = try openImage(at: path, platform: wanted.flatMap { Platform($0) })
            #expect(try await opened.files().listing == [file])
        }
        let error = #expect(throws: ImageError.self) {
            try openImage(at: path, platform: Platform("linux/s390x"))
        }
        #expect(
            error?.problem == "'\(path)' has nothing for linux/s390x, only for linux/amd64, linux/arm64")
    }

    @Test func takesTheFirstOfSeveralAndSaysSo() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let images = ["a", "b"].map(image)
        let path = try layout(images.map { reference($0, nil, tag: "t") }, images, in: scratch.path)
        let opened = try openImage(at: path)
        #expect(opened.diagnostics.map(\.message) == ["'\(path)' holds 2 images: only t was read"])
        #expect(try await opened.files().listing == ["a"])
    }

    @Test func refusesWhatDoesNotHoldTogether() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = image("a")
        let good = reference(image, nil)
        // Indexes cannot hold themselves, as a digest says what is in them; a tower of them is as bad.
        var tower: [[UInt8]] = []
        var top = good
        for _ in 0..<6 {
            tower.append(TestImage.json(["manifests": [top]]))
            top = image.descriptor(tower[tower.count - 1], "application/vnd.oci.image.index.v1+json")
        }
        var lie = good
        lie["digest"] = SHA256.digest(of: [1]).description
        let cases: [([[String: Any]], [[UInt8]], String)] = [
            ([], [], "does not hold any image"),
            ([[:]], [], "a manifest without a digest"),
            ([["digest": "sha256:../../etc/passwd"]], [], "a manifest without a digest"),
            ([lie], [], "does not hold the manifest sha256:"),
            ([top], tower, "indexes hold each other"),
            ([image.descriptor(Array("x".utf8), "")], [Array("x".utf8)], "not JSON, at byte 0"),
            (
                [image.descriptor(Array("{}".utf8), "")], [Array("{}".utf8)],
                "it names no configuration and layers"
            ),
            (Array(repeating: good, count: 10_001), [], "has 10001 manifests"),
        ]
        for (manifests, more, words) in cases {
            let path = try layout(manifests, [image], more: more, in: scratch.path)
            let error = #expect(throws: ImageError.self) { try openImage(at: path) }
            #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
        }
        let manifest = image.layoutFiles[image.layoutFiles.count - 1]
        let changed = image.layoutFiles.map { ($0, $0 == manifest.0 ? $1 + [0x20] : $1) }
        let path = try image.write(changed, to: "\(scratch.path)/changed.tar")
        let error = #expect(throws: ImageError.self) { try openImage(at: path) }
        #expect(error?.problem.contains("digest lies") == true)
    }

    @Test func refusesEncryptedLayersByName() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = image("a")
        let manifest = TestImage.json([
            "config": image.descriptor(image.configJSON, ""),
            "layers": [
                image.descriptor(image.blobs[0], "application/vnd.oci.image.layer.v1.tar+gzip+encrypted")
            ],
        ])
        let path = try layout([image.descriptor(manifest, "")], [image], more: [manifest], in: scratch.path)
        let error = #expect(throws: ImageError.self) { try openImage(at: path) }
        #expect(error?.problem == "'\(path)' has encrypted layers, which is not supported")
    }
}
