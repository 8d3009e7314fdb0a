// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct FileTreeTests {
    private func image(_ packing: Packing?) -> TestImage {
        var files = entries([
            "usr/bin/tool", "bin -> usr/bin", "lib -> /usr/lib", "usr/lib/", "self -> self",
            "up -> ../../usr",
        ])
        files.append(.init(path: "pipe", kind: .other))
        files.append(.init(path: "etc", kind: .folder, mode: 0o700))
        return TestImage(
            [files, entries(["usr/bin/other", "usr/lib/lib.so -> lib.so.1", "usr/lib/lib.so.1"])],
            packing: packing)
    }

    @Test func looksUpAndResolves() async throws {
        try await image(nil).reading { reading in
            let tree = reading.tree
            #expect(tree.lookup("/usr/bin/tool")?.layer == 0)
            #expect(tree.lookup("usr/bin/other")?.layer == 1)
            #expect(tree.lookup("bin/tool") == nil)
            #expect(tree.lookup("bin")?.kind == .symbolicLink("usr/bin"))
            #expect(tree.lookup("pipe")?.kind == .other)
            #expect(tree.lookup("etc")?.mode == 0o700)
            #expect(tree.lookup("usr")?.layer == nil && tree.lookup("usr")?.kind == .folder)
            #expect(tree.lookup("")?.kind == .folder && tree.lookup("/")?.path == "")
            #expect(tree.lookup("none") == nil && tree.lookup("../usr") == nil)
            #expect(tree.resolve("bin/tool")?.path == "usr/bin/tool")
            #expect(tree.resolve("/lib/lib.so")?.path == "usr/lib/lib.so.1")
            #expect(tree.resolve("up/../bin/./other")?.path == "usr/bin/other")
            #expect(tree.resolve("up")?.path == "usr")
            #expect(tree.resolve("../../usr/bin/tool")?.path == "usr/bin/tool")
            #expect(tree.resolve("self") == nil && tree.resolve("usr/bin/tool/x") == nil)
            #expect(tree.resolve("")?.path == "" && tree.resolve("/usr/..")?.path == "")
            #expect(tree.children(of: "") == ["bin", "etc", "lib", "pipe", "self", "up", "usr"])
            #expect(tree.children(of: "/usr/lib/") == ["lib.so", "lib.so.1"])
            #expect(tree.children(of: "pipe").isEmpty && tree.children(of: "none").isEmpty)
            #expect(tree.size.bytes == 12 + 13 + 16)
        }
    }

    @Test(arguments: InterestTests.packings)
    func givesContents(_ packing: Packing?) async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = image(packing)
        let opened = try openImage(at: try image.write(.layout, in: scratch.path))
        let tree = try await opened.files()
        var contents: [String: String] = [:]
        let paths = ["usr/lib/lib.so.1", "/usr/bin/tool", "usr/bin/other"]
        try tree.forEachContent(of: paths, limit: 100) { contents[$0] = String(decoding: $1, as: UTF8.self) }
        #expect(
            contents == [
                "usr/lib/lib.so.1": "usr/lib/lib.so.1", "/usr/bin/tool": "usr/bin/tool",
                "usr/bin/other": "usr/bin/other",
            ])
        #expect(throws: ImageError.noFile(image: opened.name, path: "bin")) {
            try tree.content(of: "bin", limit: 9)
        }
        #expect(throws: ImageError.self) { try tree.content(of: "usr/bin/tool", limit: 5) }
    }

    @Test(arguments: InterestTests.packings)
    func weighsLayers(_ packing: Packing?) async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = image(packing)
        let opened = try openImage(at: try image.write(.layout, in: scratch.path))
        let expected = packing == nil ? image.layers.map { Packing.gzip(level: 6).pack($0) } : image.blobs
        let sizes = try await opened.compressedSizes()
        #expect(sizes == expected.map { ByteCount($0.count) })
    }
}
