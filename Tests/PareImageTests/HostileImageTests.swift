// SPDX-License-Identifier: Apache-2.0
import CZstd
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct HostileImageTests {
    private static let everything = [Interest("all", .suffix(""), take: .content(limit: 1 << 20))]

    /// What opening and reading a file says.
    private func problem(at path: String, verifiesDiffIDs: Bool = false) async throws -> String {
        do {
            _ = try await openImage(at: path).read(taking: Self.everything, verifiesDiffIDs: verifiesDiffIDs)
            return "nothing"
        } catch let error as any Explained {
            #expect(error.hint != nil)
            return error.problem
        }
    }

    /// What a changed set of files says: the same in a file and as an engine's export, of which more is verified.
    private func problem(
        _ files: [(String, [UInt8])], _ image: TestImage = TestImage([]), verifiesDiffIDs: Bool = false,
        exportedToo: Bool = true
    ) async throws -> String {
        let scratch = try ScratchFolder(name: "pare-tests")
        let path = try image.write(files, to: "\(scratch.path)/a.tar")
        let said = try await problem(at: path, verifiesDiffIDs: verifiesDiffIDs).replacing(
            path, with: "a.tar")
        if exportedToo {
            let tar = TestImage.tar(files.map { .init(path: $0.0, content: $0.1) })
            let exported = try await problem(exported: tar, verifiesDiffIDs: verifiesDiffIDs)
            #expect(exported == said, "'\(exported)' in place of '\(said)'")
        }
        return said
    }

    private func problem(exported tar: [UInt8], verifiesDiffIDs: Bool) async throws -> String {
        do {
            _ = try await MemoryStream(tar).image().read(
                taking: Self.everything, verifiesDiffIDs: verifiesDiffIDs)
            return "nothing"
        } catch let error as any Explained {
            return error.problem
        }
    }

    @Test func refusesManifestsThatSayNothing() async throws {
        let image = TestImage([entries(["a"])])
        let config = ("c.json", image.configJSON)
        func manifest(_ text: String) -> [(String, [UInt8])] {
            [config, ("manifest.json", Array(text.utf8))]
        }
        let cases: [(String, String)] = [
            ("", "cannot read manifest.json of 'a.tar': not JSON, at byte 0"),
            ("{}", "cannot read manifest.json of 'a.tar': it is not a list"),
            ("[]", "'a.tar' does not hold any image"),
            ("[{}]", "cannot read manifest.json of 'a.tar': it names no configuration and layers"),
            (#"[{"Config": "x", "Layers": []}]"#, "'a.tar' does not hold the configuration 'x'"),
            (#"[{"Config": "c.json", "Layers": ["x"]}]"#, "'a.tar' does not hold the layer 'x'"),
            (
                #"[{"Config": "c.json", "Layers": ["../../etc/passwd"]}]"#,
                "'a.tar' does not hold the layer '../../etc/passwd'"
            ),
            (#"[{"Config": "c.json", "Layers": [5]}]"#, "'a.tar' does not hold the layer ''"),
            (
                #"[{"Config": "manifest.json", "Layers": []}]"#,
                "cannot read the configuration of 'a.tar': it is not an object"
            ),
            (
                "[{\"Config\": \"c.json\", \"Layers\": ["
                    + Array(repeating: "\"c.json\"", count: 1001).joined(separator: ",") + "]}]",
                "'a.tar' has 1001 layers, more than any real image"
            ),
        ]
        for (text, words) in cases { #expect(try await problem(manifest(text)) == words) }
    }

    @Test func refusesConfigurationsThatAreNotJSON() async throws {
        let files = [
            ("c.json", Array("{".utf8)),
            ("manifest.json", Array(#"[{"Config": "c.json", "Layers": []}]"#.utf8)),
        ]
        #expect(try await problem(files) == "cannot read the configuration of 'a.tar': not JSON, at byte 1")
    }

    @Test func layersAreNumberedFromOne() async throws {
        var image = TestImage([entries(["a"]), entries(["b"])])
        image.layers[1] = Array(image.layers[1].prefix(700))
        let said = try await problem(image.dockerFiles(.podman), image)
        #expect(said == "cannot read layer 2 of 'a.tar': the tar archive ends too early, at byte 700")
    }

    @Test func noticesTruncatedAndChangedBlobs() async throws {
        let image = TestImage([entries(["a", "b", "c"])], packing: .gzip(level: 6))
        let path = TestImage.blobPath(image.blobs[0])
        func changed(_ change: ([UInt8]) -> [UInt8]) -> [(String, [UInt8])] {
            image.layoutFiles.map { ($0, $0 == path ? change($1) : $1) }
        }
        let cut = try await problem(changed { Array($0.dropLast(5)) })
        #expect(cut.contains("has \(image.blobs[0].count) bytes, but it has \(image.blobs[0].count - 5)"))
        let swapped = image.layoutFiles.map { name, content in
            // The size fits, so that only the digest tells.
            (
                name,
                name == path ? Array((content.dropLast(4) + [1, 2, 3, 4]).prefix(content.count)) : content
            )
        }
        #expect(try await problem(swapped).hasPrefix("layer digest lies in 'a.tar': what is named sha256:"))
    }

    @Test func noticesALyingDigestOfAGoodLayer() async throws {
        let image = TestImage([entries(["a"])], packing: .zstd(level: 3, hasChecksum: false))
        // A blob that unpacks well and is as long as the other.
        var lie = TestImage([entries(["b"])], packing: image.packing)
        lie.tag = "other"
        try #require(lie.blobs[0].count == image.blobs[0].count)
        let path = TestImage.blobPath(image.blobs[0])
        let files = image.layoutFiles.map { ($0, $0 == path ? lie.blobs[0] : $1) }
        let claimed = SHA256.digest(of: image.blobs[0])
        let actual = SHA256.digest(of: lie.blobs[0])
        #expect(
            try await problem(files) == "layer digest lies in 'a.tar': what is named \(claimed) is \(actual)")
    }

    @Test func verifiesDiffIDsWhenAsked() async throws {
        for packing in InterestTests.packings {
            var image = TestImage([entries(["a"])], packing: packing)
            let other = SHA256.digest(of: [1, 2, 3])
            image.config["rootfs"] = ["diff_ids": [other.description]]
            #expect(try await problem(image.layoutFiles, exportedToo: false) == "nothing")
            let said = try await problem(image.layoutFiles, verifiesDiffIDs: true)
            #expect(said.hasPrefix("layer digest lies in 'a.tar': what is named \(other)"))
            image.config["rootfs"] = nil
            #expect(try await problem(image.layoutFiles, verifiesDiffIDs: true) == "nothing")
        }
    }

    @Test func noticesTruncatedStreamsWithoutADigest() async throws {
        for packing in InterestTests.packings.compactMap(\.self) {
            let image = TestImage([entries(["a", "b", "c"])], packing: packing)
            let files = image.dockerFiles(.podman).enumerated().map { index, file in
                (file.0, index == 0 ? Array(file.1.dropLast(9)) : file.1)
            }
            let said = try await problem(files)
            #expect(said.hasPrefix("cannot read layer 1 of 'a.tar': the "))
            #expect(said.contains("stream ends too early"))
        }
    }

    @Test func stopsABomb() async throws {
        // 1.1 GiB of zeros in one file, which zstd writes in some kilobytes.
        var header = TarWriter()
        header.add("zeros", kind: .file)
        var packed: [UInt8] = []
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        var size = Array(header.bytes)
        size.replaceSubrange(124..<135, with: "17777777777".utf8)
        func feed(_ bytes: [UInt8], _ mode: ZSTD_EndDirective) {
            var room = [UInt8](repeating: 0, count: 1 << 17)
            bytes.withUnsafeBytes { bytes in
                var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                let capacity = room.count
                room.withUnsafeMutableBytes { room in
                    var output = ZSTD_outBuffer(dst: room.baseAddress, size: capacity, pos: 0)
                    _ = ZSTD_compressStream2(context, &output, &input, mode)
                    packed += room.prefix(output.pos)
                }
            }
        }
        feed(sealed(size), ZSTD_e_continue)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<1100 { feed(zeros, ZSTD_e_continue) }
        feed([], ZSTD_e_end)
        var image = TestImage([[]])
        image.layers = [packed]
        // As an export it comes in other pieces, so that more or less of it has passed.
        let said = try await problem(image.dockerFiles(.podman), exportedToo: false)
        #expect(said.hasSuffix("which looks like a decompression bomb"), "\(said)")
        let tar = TestImage.tar(image.dockerFiles(.podman).map { .init(path: $0.0, content: $0.1) })
        let exported = try await problem(exported: tar, verifiesDiffIDs: false)
        #expect(exported.hasSuffix("which looks like a decompression bomb"), "\(exported)")
    }

    @Test func believesNoSparseClaimOfALayer() async throws {
        var image = TestImage([entries(["a"])])
        var header = Array(image.layers[0].prefix(512))
        header[156] = UInt8(ascii: "S")
        header.replaceSubrange(124..<136, with: Array("00000000000\0".utf8))
        header.replaceSubrange(257..<265, with: Array("ustar  \0".utf8))
        header.replaceSubrange(386..<512, with: [UInt8](repeating: 0, count: 126))
        header.replaceSubrange(483..<495, with: [0x80, 0, 0, 0, 0, 0, 0, 2, 0x54, 0x0B, 0xE4, 0])
        image.layers[0] = sealed(header) + [UInt8](repeating: 0, count: 1024)
        for packing in InterestTests.packings {
            image.packing = packing
            try await image.reading(Self.everything) { reading in
                #expect(reading.view.files.isEmpty)
                #expect(reading.tree.lookup("a")?.size == 10_000_000_000)
                #expect(reading.diagnostics.map(\.location) == ["a"])
                #expect(throws: ImageError.self) { try reading.tree.content(of: "a", limit: .max) }
            }
        }
    }

    /// A tar header with the right checksum.
    private func sealed(_ header: [UInt8]) -> [UInt8] {
        var header = header
        header.replaceSubrange(148..<156, with: "        ".utf8)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        header.replaceSubrange(148..<148 + sum.utf8.count, with: sum.utf8)
        return header
    }

    @Test func absoluteLinksStayInTheImage() async throws {
        let layer = entries([
            "etc -> /etc", "p -> /etc/passwd", "q => /etc/passwd", "r -> ../../../../etc/passwd",
        ])
        let interests = ["etc/passwd", "p", "q", "r"].map {
            Interest($0, .path($0), take: .content(limit: 1 << 20))
        }
        try await TestImage([layer]).reading(interests) { reading in #expect(reading.view.files.isEmpty) }
    }

    @Test func everyPrefixOfAnArchiveThrowsOrStands() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        for form in [TestImage.Form.blobs, .ociArchive, .packedArchive] {
            let image = TestImage([entries(["a"])])
            let whole = try readFile(try image.write(form, in: scratch.path))
            let end = whole.count - (form == .packedArchive ? 0 : 1024)
            for count in stride(from: 0, to: end, by: form == .packedArchive ? 7 : 131) {
                try writeFile(Array(whole[..<count]), to: "\(scratch.path)/cut", replacing: true)
                #expect(try await problem(at: "\(scratch.path)/cut") != "nothing", "\(form), \(count) bytes")
            }
        }
    }
}
