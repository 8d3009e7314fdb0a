// SPDX-License-Identifier: Apache-2.0
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct LayeringTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [[String]]
        let seen: [String]
        init(_ description: String, _ layers: [[String]], _ seen: [String]) {
            testDescription = description
            self.layers = layers
            self.seen = seen
        }
    }

    /// OCI image specification, layer.md; where engines and scanners differ, what a container sees.
    static let cases: [Case] = [
        Case("files of all layers", [["a/", "a/x"], ["a/y"]], ["a/", "a/x", "a/y"]),
        Case(
            "outer and doubled slashes", [["./a/", "/a//x", "a/./y", "a/b/../z"]],
            ["a/", "a/x", "a/y", "a/z"]),
        Case("a removed file", [["a/x", "a/y"], ["a/.wh.x"]], ["a/", "a/y"]),
        Case("a removed folder", [["a/b/x", "c"], [".wh.a"]], ["c"]),
        Case("removed and added, mark first", [["a/x", "a/y"], [".wh.a", "a/x"]], ["a/", "a/x"]),
        Case("removed and added, mark last", [["a/x", "a/y"], ["a/x", ".wh.a"]], ["a/", "a/x"]),
        Case("a file and its own mark", [["a"], ["a", ".wh.a"]], ["a"]),
        Case("opaque, mark first", [["a/x"], ["a/.wh..wh..opq", "a/y"]], ["a/", "a/y"]),
        Case("opaque, mark last", [["a/x"], ["a/y", "a/.wh..wh..opq"]], ["a/", "a/y"]),
        Case("opaque hides deeper ones", [["a/b/c/x"], ["a/.wh..wh..opq"]], ["a/"]),
        Case("opaque root", [["a/x", "b"], [".wh..wh..opq", "c"]], ["c"]),
        Case(
            "opaque below a removed folder", [["a/b/x"], [".wh.a", "a/b/.wh..wh..opq", "a/b/y"]],
            ["a/", "a/b/", "a/b/y"]),
        Case("a mark of something that is not there", [["a"], [".wh.b", "c/.wh.d"]], ["a"]),
        Case("a mark that is a folder", [["a/x"], [".wh.a/"]], []),
        Case("marks of older layers only", [[".wh.a"], ["a"]], ["a"]),
        Case("removed, then there again", [["a/x"], [".wh.a"], ["a/y"]], ["a/", "a/y"]),
        Case("aufs's own names", [["plnk"], [".wh..wh.plnk/", ".wh..wh.aufs"]], ["plnk"]),
        Case("a mark without a name", [["a"], [".wh."]], ["a"]),
        Case("a mark of the folder above", [["a/x"], ["a/.wh..."]], ["a/", "a/x"]),
        Case("a folder replaced by a file", [["a/x", "a/b/y"], ["a"]], ["a"]),
        Case("a folder replaced by a link", [["a/x", "b/y"], ["a -> b"]], ["a -> b", "b/", "b/y"]),
        Case("a file replaced by a folder", [["a"], ["a/", "a/x"]], ["a/", "a/x"]),
        Case("a file replaced by a folder without an entry", [["a"], ["a/x"]], ["a/", "a/x"]),
        Case("a folder again", [["a/", "a/x"], ["a/"]], ["a/", "a/x"]),
        Case("replaced twice", [["a/x"], ["a"], ["a/y"]], ["a/", "a/y"]),
        Case("the same path twice in a layer", [["a", "a -> b"]], ["a -> b"]),
        Case("paths that leave the root", [["../x", "/../y", "a/../../z", "b"]], ["b"]),
        Case("nothing but the root", [["./", "/"]], []),
    ]

    /// eStargz puts files into layers that only those look at who fetch them in parts.
    @Test func filesForReadersOfPartsAreNoneOfTheImage() async throws {
        let names = [".no.prefetch.landmark", "a/stargz.index.json", "b", "stargz.index.json"]
        let everything = Interest("all", .suffix(""), take: .content(limit: 1000))
        try await TestImage([entries(names)]).reading([everything]) { reading in
            #expect(reading.tree.listing == ["a/", "a/stargz.index.json", "b"])
            #expect(reading.view.files.map(\.path).sorted() == ["a/stargz.index.json", "b"])
        }
    }

    @Test(arguments: cases, [nil, .gzip(level: 1)] as [Packing?])
    func showsWhatAContainerSees(_ example: Case, _ packing: Packing?) async throws {
        let everything = Interest("all", .suffix(""), take: .content(limit: 1000))
        try await TestImage(example.layers.map(entries), packing: packing).reading([everything]) { reading in
            #expect(reading.tree.listing == example.seen)
            let files = example.seen.filter { !$0.hasSuffix("/") && !$0.contains(" -> ") }
            #expect(reading.view.visible("all").map(\.path).sorted() == files)
        }
    }

    @Test func notesWhatLeavesTheRoot() async throws {
        try await TestImage([entries(["../x", "../y", "a"])]).reading { reading in
            #expect(reading.diagnostics.count == 1)
            #expect(
                reading.diagnostics[0].message == "layer 1: path that leaves the root, ignored (and 1 more)")
            #expect(reading.diagnostics[0].location == "../x")
        }
    }

    /// Random layers against a slow model that keeps a dictionary of paths.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func agreesWithASimpleModel(seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        var model: [String: Bool] = [:]
        var layers: [[String]] = []
        for _ in 0..<6 {
            var lines: [String] = []
            for _ in 0..<Int.random(in: 0...25, using: &generator) {
                var parts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    ["a", "b", "c"].randomElement(using: &generator) ?? "a"
                }
                switch Int.random(in: 0..<10, using: &generator) {
                case 0: parts[parts.count - 1] = ".wh." + parts[parts.count - 1]
                case 1: parts[parts.count - 1] = ".wh..wh..opq"
                case 2...4: parts.append("")
                default: break
                }
                lines.append(parts.joined(separator: "/"))
            }
            layers.append(lines)
            Self.apply(lines, to: &model)
        }
        try await TestImage(layers.map(entries)).reading { reading in
            #expect(
                reading.tree.listing == model.map { $0.key + ($0.value ? "/" : "") }.sorted(), "\(layers)")
        }
    }

    /// Lays a layer over a dictionary of paths that says which are folders.
    private static func apply(_ lines: [String], to model: inout [String: Bool]) {
        func remove(below path: String) { model = model.filter { !$0.key.hasPrefix(path + "/") } }
        for line in lines where line.hasSuffix(".wh..wh..opq") {
            let folder = line.dropLast(".wh..wh..opq".count + 1)
            if folder.isEmpty { model = [:] } else { remove(below: String(folder)) }
        }
        for line in lines where line.contains(".wh.") && !line.hasSuffix(".wh..wh..opq") {
            let path = line.replacing(".wh.", with: "")
            model[path] = nil
            remove(below: path)
        }
        for line in lines where !line.contains(".wh.") {
            let parts = line.split(separator: "/").map(String.init)
            for count in 1..<parts.count { model[parts.prefix(count).joined(separator: "/")] = true }
            let path = parts.joined(separator: "/")
            model[path] = line.hasSuffix("/")
            if model[path] == false { remove(below: path) }
        }
    }
}
