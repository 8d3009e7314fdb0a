// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct LinkTests {
    @Test(arguments: InterestTests.packings)
    func hardLinksAreFiles(_ packing: Packing?) async throws {
        let interests = [
            Interest("wanted", .name("wanted"), take: .content(limit: 100)),
            Interest("exe", .executable(minimumSize: 0), take: .windows(marker: [0x46], length: 1)),
        ]
        var layer = entries([
            "store/1", "a/wanted => store/1", "b/wanted => /store/1", "c/wanted => a/wanted",
            "d/wanted => none",
            "e/wanted => ../../x", "f/wanted => g/wanted", "g/wanted => f/wanted", "h/link -> ../store/1",
            "i/wanted => h/link", "early/wanted => late", "late", "first/wanted",
            "second/wanted => first/wanted",
        ])
        layer.append(.init(path: "bin/x", content: [0x7F, 0x45, 0x4C, 0x46], mode: 0o755))
        layer.append(.init(path: "bin/y", kind: .hardLink, link: "bin/x", mode: 0o755))
        try await TestImage([layer], packing: packing).reading(interests) { reading in
            let kept = reading.view.visible("wanted")
            #expect(
                Dictionary(
                    uniqueKeysWithValues: kept.map { ($0.path, String(decoding: $0.content, as: UTF8.self)) })
                    == [
                        "a/wanted": "store/1", "b/wanted": "store/1", "c/wanted": "store/1",
                        "early/wanted": "late",
                        "first/wanted": "first/wanted", "second/wanted": "first/wanted",
                    ])
            #expect(reading.view.visible("exe").map(\.path) == ["bin/x"])
            #expect(
                reading.diagnostics.map(\.message) == [
                    "layer 1: hard link to something that is not in its layer (and 3 more)",
                    "layer 1: hard link that comes before what it names",
                ])
            #expect(reading.tree.lookup("a/wanted")?.isHardLink == true)
            #expect(reading.tree.lookup("a/wanted")?.size == 7)
            let content = try reading.tree.content(of: "c/wanted", limit: 10)
            #expect(content == Array("store/1".utf8))
            #expect(reading.tree.resolve("i/wanted")?.path == "store/1")
            #expect(reading.tree.size.bytes == 7 + 4 + 12 + 4)
        }
    }

    @Test func aSecondNameCountsWhenTheFirstIsGone() async throws {
        let exe = Interest("exe", .executable(minimumSize: 0), take: .windows(marker: [0x46], length: 1))
        let layer: [TestImage.Entry] = [
            .init(path: "x", content: [0x7F, 0x45, 0x4C, 0x46], mode: 0o755),
            .init(path: "y", kind: .hardLink, link: "x", mode: 0o755),
        ]
        try await TestImage([layer, entries([".wh.x"])]).reading([exe]) { reading in
            #expect(reading.view.visible("exe").map(\.path) == ["y"])
        }
    }

    @Test func aLinkIsANameOfWhatWasThereBefore() async throws {
        var layer = entries(["x", "y => x", "z => y"])
        layer.append(.init(path: "x", content: Array("another".utf8)))
        layer.append(.init(path: "last", kind: .hardLink, link: "x"))
        try await TestImage([layer]).reading([]) { reading in
            let contents = try ["x", "y", "z", "last"].map { path in
                String(decoding: try reading.tree.content(of: path, limit: 10), as: UTF8.self)
            }
            #expect(contents == ["another", "x", "x", "another"])
        }
    }

    struct Linked: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layers: [[String]]
        /// Content of what is kept; `nil` for nothing.
        let content: String?
    }

    static let linked: [Linked] = [
        Linked(
            testDescription: "to a file", layers: [["usr/lib/os", "etc/os -> ../usr/lib/os"]],
            content: "usr/lib/os"),
        Linked(
            testDescription: "absolute", layers: [["usr/lib/os", "etc/os -> /usr/lib/os"]],
            content: "usr/lib/os"),
        Linked(testDescription: "folder", layers: [["conf/os", "etc -> conf"]], content: "conf/os"),
        Linked(
            testDescription: "of another layer", layers: [["conf/os"], ["etc -> conf"]], content: "conf/os"),
        Linked(
            testDescription: "changed later",
            layers: [["conf/os", "x/y", "etc -> conf"], [".wh.etc", "etc -> x"]], content: nil),
        Linked(
            testDescription: "out of the root", layers: [["os", "etc/os -> ../../../../os"]], content: "os"),
        Linked(testDescription: "round", layers: [["etc -> lib", "lib -> etc"]], content: nil),
        Linked(testDescription: "to itself", layers: [["etc/os -> os"]], content: nil),
        Linked(testDescription: "to nothing", layers: [["etc/os -> /proc/os"]], content: nil),
        Linked(testDescription: "to a folder", layers: [["x/y", "etc/os -> ../x"]], content: nil),
        Linked(testDescription: "through a file", layers: [["x", "etc/os -> ../x/y"]], content: nil),
        Linked(
            testDescription: "chain", layers: [["a/b", "etc/os -> /c/d", "c -> e", "e/d -> ../a/./b"]],
            content: "a/b"),
    ]

    @Test(arguments: linked, InterestTests.packings)
    func wantedPathsAreFoundBehindLinks(_ example: Linked, _ packing: Packing?) async throws {
        let interest = Interest("os", .path("etc/os"), take: .content(limit: 100))
        try await TestImage(example.layers.map(entries), packing: packing).reading([interest]) { reading in
            let kept = reading.view.visible("os")
            #expect(
                kept.map { String(decoding: $0.content, as: UTF8.self) }
                    == (example.content.map { [$0] } ?? []))
            #expect(kept.allSatisfy { $0.path == "etc/os" })
        }
    }

    @Test func takesNothingTwice() async throws {
        let image = TestImage([entries(["usr/lib/os", "etc/os -> ../usr/lib/os"])])
        func interests(_ names: [String]) -> [Interest] {
            zip(names, ["etc/os", "usr/lib/os"]).map { Interest($0, .path($1), take: .content(limit: 100)) }
        }
        try await image.reading(interests(["os", "os"])) { reading in
            #expect(reading.view.visible("os").map(\.path) == ["usr/lib/os"])
        }
        try await image.reading(interests(["one", "two"])) { reading in
            #expect(reading.view.visible("one").map(\.path) == ["etc/os"])
            #expect(reading.view.visible("two").map(\.path) == ["usr/lib/os"])
        }
    }
}
