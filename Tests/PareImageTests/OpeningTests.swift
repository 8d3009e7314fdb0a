// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct OpeningTests {
    private static let interests = [Interest("all", .suffix(""), take: .content(limit: 1000))]

    @Test(
        arguments: TestImage.Form.allCases,
        [nil, .gzip(level: 6), .zstd(level: 3, hasChecksum: true)] as [Packing?])
    func opensEveryForm(_ form: TestImage.Form, _ packing: Packing?) async throws {
        var image = TestImage(
            [entries(["etc/", "etc/a", "usr/b"]), entries(["etc/.wh.a", "etc/c"])], packing: packing)
        image.config["config"] = [
            "User": "1000", "ExposedPorts": ["80/tcp": [:], "443/tcp": [:]], "Env": ["A=1"],
            "Entrypoint": ["/b"],
            "Cmd": ["c", "d"], "WorkingDir": "/app", "Labels": ["x": "y"],
        ]
        try await image.reading(Self.interests, form: form) { reading in
            #expect(reading.tree.listing == ["etc/", "etc/c", "usr/", "usr/b"])
            #expect(reading.view.visible("all").map(\.path) == ["usr/b", "etc/c"])
            #expect(reading.view.all("all").map(\.layer) == [0, 0, 1])
            #expect(reading.view.visible("all").map(\.content) == [Array("usr/b".utf8), Array("etc/c".utf8)])
            #expect(reading.facts.tags == ["demo:1"])
            #expect(reading.facts.id == SHA256.digest(of: image.configJSON))
            #expect(reading.facts.layers.map(\.size) == image.layers.map { ByteCount($0.count) })
            #expect(reading.facts.layers.map(\.diffID) == image.layers.map { SHA256.digest(of: $0) })
            let stored = packing == nil ? [nil, nil] : image.blobs.map { ByteCount($0.count) }
            #expect(reading.facts.layers.map(\.compressedSize) == stored)
            #expect(reading.facts.config.exposedPorts == ["443/tcp", "80/tcp"])
            #expect(reading.facts.config.command == ["c", "d"])
            #expect(reading.facts.config.labels == ["x": "y"])
            #expect(reading.diagnostics.isEmpty)
        }
    }

    @Test func followsLinksBetweenLayersOfOldEngines() async throws {
        var image = TestImage([entries(["a"]), entries(["b"])])
        image.config["rootfs"] = [
            "diff_ids": (image.layers + [image.layers[0]]).map { SHA256.digest(of: $0).description }
        ]
        let files: [TestImage.Entry] = [
            .init(path: "one/layer.tar", content: image.layers[0]),
            .init(path: "two/layer.tar", content: image.layers[1]),
            .init(path: "three/layer.tar", kind: .symbolicLink, link: "../one/layer.tar"),
            .init(path: "config.json", content: image.configJSON),
            .init(
                path: "manifest.json",
                content: TestImage.json([
                    [
                        "Config": "config.json",
                        "Layers": ["one/layer.tar", "two/layer.tar", "three/layer.tar"],
                    ]
                ])),
        ]
        let scratch = try ScratchFolder(name: "pare-tests")
        try writeFile(TestImage.tar(files), to: "\(scratch.path)/a.tar")
        let tree = try await openImage(at: "\(scratch.path)/a.tar").files()
        #expect(tree.listing == ["a", "b"])
        #expect(tree.lookup("a")?.layer == 2)
    }

    @Test func takesTheFirstOfSeveralAndSaysSo() throws {
        let image = TestImage([entries(["a"])])
        var files = image.dockerFiles(.podman)
        let manifest = String(decoding: files.removeLast().1, as: UTF8.self).dropFirst().dropLast()
        files.append(("manifest.json", Array("[\(manifest),\(manifest)]".utf8)))
        let scratch = try ScratchFolder(name: "pare-tests")
        let opened = try openImage(at: try image.write(files, to: "\(scratch.path)/a.tar"))
        #expect(opened.diagnostics.map(\.severity) == [.warning])
        #expect(opened.diagnostics[0].message.contains("2 images: only demo:1 was read"))
    }

    @Test func opensNoOtherThings() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        func path(_ name: String, _ content: [UInt8]) throws -> String {
            try writeFile(content, to: "\(scratch.path)/\(name)", replacing: true)
            return "\(scratch.path)/\(name)"
        }
        let tar = TestImage.tar(entries(["a/b", "c"]))
        makeFolders("\(scratch.path)/empty")
        let cases: [(String, String)] = [
            ("\(scratch.path)/none", "no file or folder"),
            ("\(scratch.path)/empty", "it is an empty folder"),
            (try path("nothing", []), "it is an empty tar"),
            (try path("text", Array("hello".utf8)), "cannot read the archive"),
            (
                try path("noise", (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 2) }),
                "a file of another kind"
            ),
            (try path("a.tar", tar), "a tar without a manifest.json"),
            (try path("cut.tar", Array(tar.prefix(700))), "ends too early"),
            (try path("a.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 0]), "xz compression"),
            (try path("cut.gz", Array(Packing.gzip(level: 6).pack(tar).dropLast(20))), "ends too early"),
        ]
        for (path, words) in cases {
            let error = #expect(throws: (any Error).self, "\(path)") { try openImage(at: path) }
            let problem = try #require(error as? any Explained).problem
            #expect(problem.contains(words), "\(problem)")
            #expect(problem.contains("'\(path)'"))
        }
    }

    @Test func readsAFolderAsItLies() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let root = "\(scratch.path)/root"
        makeFolders("\(root)/etc/deep")
        try writeFile(Array("deb".utf8), to: "\(root)/etc/deep/a", mode: 0o600)
        try writeFile([], to: "\(root)/etc/.wh.b")
        try run("ln -s /etc/passwd out; ln -s etc/deep in; ln etc/deep/a etc/hard; mkfifo etc/pipe", in: root)
        // Deeper than a path can name, which is as good as unreadable, whoever looks.
        let name = String(repeating: "d", count: 200)
        try run("python3 -c 'import os; [(os.mkdir(n), os.chdir(n)) for n in [\"\(name)\"] * 25]'", in: root)
        let image = try openImage(at: root)
        #expect(image.kind == .folder && image.id == nil)
        let interests = [
            Interest("a", .name("a"), take: .content(limit: 10)),
            Interest("out", .path("out"), take: .content(limit: 10)),
            Interest("in", .path("in/a"), take: .content(limit: 10)),
        ]
        let reading = try await image.read(taking: interests)
        #expect(reading.view.visible("a").map(\.path) == ["etc/deep/a"])
        #expect(reading.view.visible("a").map(\.mode) == [0o600])
        #expect(reading.view.visible("out").isEmpty)
        #expect(reading.view.visible("in").map(\.path) == ["in/a"])
        #expect(reading.tree.lookup("etc/.wh.b")?.isFile == true)
        #expect(reading.tree.lookup("out")?.kind == .symbolicLink("/etc/passwd"))
        #expect(try reading.tree.content(of: "etc/hard", limit: 10) == Array("deb".utf8))
        #expect(reading.tree.size.bytes == 3)
        #expect(reading.diagnostics.count == 1)
        #expect(reading.diagnostics[0].message.contains("cannot be read"))
        try run("rm -rf \(name)", in: root)
    }
}
