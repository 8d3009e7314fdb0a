// SPDX-License-Identifier: Apache-2.0
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct InterestTests {
    static let packings: [Packing?] = [nil, .gzip(level: 6), .zstd(level: 3, hasChecksum: true)]
    private static let elf: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    private static let patterns: [(PathPattern, [String])] = [
        (.path("etc/a"), ["etc/a"]),
        (.path("etc"), []),
        (.name("a"), ["a", "deep/er/a", "etc/a"]),
        (.suffix(".jar"), [".jar", "deep/x.jar"]),
        (.suffix("er/a"), ["deep/er/a"]),
        (.suffix(""), [".jar", "a", "deep/er/a", "deep/x.jar", "etc/a", "etc/ab", "run"]),
        (.folder("etc", suffix: "b"), ["etc/ab"]),
        (.folder("etc", suffix: ""), ["etc/a", "etc/ab"]),
        (.folder("deep", suffix: "a"), []),
        (.executable(minimumSize: 0), ["run"]),
        (.executable(minimumSize: 4), []),
    ]

    @Test(arguments: patterns)
    func selects(_ pattern: PathPattern, _ paths: [String]) async throws {
        var files = entries([
            "a", "etc/", "etc/a", "etc/ab", "deep/er/a", "deep/x.jar", ".jar", "l/a -> ../a",
        ])
        files.append(.init(path: "run", content: [1, 2, 3], mode: 0o755))
        let interest = Interest("it", pattern, take: .content(limit: 100))
        try await TestImage([files]).reading([interest]) { reading in
            #expect(reading.view.visible("it").map(\.path).sorted() == paths)
        }
    }

    @Test(arguments: packings)
    func keepsWhatIsWithinTheLimit(_ packing: Packing?) async throws {
        let files: [TestImage.Entry] = [
            .init(path: "short", content: [1, 2, 3]),
            .init(path: "long", content: Array(repeating: 7, count: 2000)),
            .init(path: "empty"),
        ]
        let interests = [
            Interest("small", .suffix(""), take: .content(limit: 3)),
            Interest("large", .suffix("g"), take: .content(limit: 2000)),
        ]
        try await TestImage([files], packing: packing).reading(interests) { reading in
            #expect(reading.view.visible("small").map(\.path) == ["short", "empty"])
            #expect(reading.view.visible("small").map(\.content) == [[1, 2, 3], []])
            #expect(reading.view.visible("large").map(\.size) == [2000])
            #expect(reading.view.visible("large").map(\.content) == [files[1].content])
            #expect(reading.diagnostics.map(\.location) == ["long"])
        }
    }

    @Test(arguments: packings)
    func keepsWindowsOfExecutables(_ packing: Packing?) async throws {
        let marker = Array("marker".utf8)
        var long = Self.elf + [UInt8](repeating: 1, count: 700_000)
        // At the start, across the buffers of a stream, and cut by the file's end.
        for position in [4, 262_142, 262_144 + 131_070, long.count - 8] {
            long.replaceSubrange(position..<position + marker.count, with: marker)
        }
        let files: [TestImage.Entry] = [
            .init(path: "bin/long", content: long, mode: 0o755),
            .init(path: "bin/none", content: Self.elf + [1, 2, 3], mode: 0o755),
            .init(path: "bin/text", content: Array("marker marker".utf8), mode: 0o755),
            .init(path: "bin/tiny", content: [0x7F], mode: 0o755),
            .init(path: "bin/many", content: Self.elf + (0..<40).flatMap { _ in marker }, mode: 0o755),
        ]
        let interest = Interest(
            "node", .executable(minimumSize: 0), take: .windows(marker: marker, length: 10))
        try await TestImage([files], packing: packing).reading([interest]) { reading in
            let kept = reading.view.visible("node")
            #expect(kept.map(\.path) == ["bin/long", "bin/many"])
            let window = marker + [1, 1, 1, 1]
            #expect(kept[0].content == window + window + window + marker + [1, 1, 0, 0])
            #expect(kept[1].content.count == 160)
            #expect(kept[1].content.prefix(12) == ArraySlice(marker + Array("mark".utf8) + marker.prefix(2)))
        }
    }

    @Test(arguments: packings)
    func keepsWhatAFunctionMakes(_ packing: Packing?) async throws {
        let files: [TestImage.Entry] = [
            .init(path: "a", content: Self.elf + [1, 2], mode: 0o755),
            .init(path: "b", content: Self.elf + [9, 2], mode: 0o755),
            .init(path: "c", content: Array("text".utf8), mode: 0o755),
            .init(path: "d", content: Self.elf + [1, 2, 3, 4, 5], mode: 0o755),
        ]
        let last = Interest(
            "last", .executable(minimumSize: 0),
            take: .extract(limit: 8) { bytes in bytes[4] == 9 ? nil : bytes.last.map { [$0] } })
        try await TestImage([files], packing: packing).reading([last]) { reading in
            #expect(reading.view.visible("last").map(\.path) == ["a"])
            #expect(reading.view.visible("last").map(\.content) == [[2]])
        }
    }

    @Test(arguments: packings)
    func servesSeveralInterestsInOneFile(_ packing: Packing?) async throws {
        let content = Self.elf + Array("xxmarkeryy".utf8)
        let interests = [
            Interest("whole", .name("a"), take: .content(limit: 100)),
            Interest("window", .name("a"), take: .windows(marker: Array("marker".utf8), length: 7)),
            Interest("last", .name("a"), take: .extract(limit: 100) { $0.last.map { [$0] } }),
            Interest("too short", .name("a"), take: .extract(limit: 5) { _ in [1] }),
        ]
        let image = TestImage([[.init(path: "a", content: content, mode: 0o755)]], packing: packing)
        try await image.reading(interests) { reading in
            #expect(reading.view.visible("whole").map(\.content) == [content])
            #expect(reading.view.visible("window").map(\.content) == [Array("markery".utf8)])
            #expect(reading.view.visible("last").map(\.content) == [Array("y".utf8)])
            #expect(reading.view.visible("too short").isEmpty)
        }
    }

    /// Files are looked at in the same memory, one after the other: none sees the rest of a longer one.
    @Test func keepsLongAndShortFilesApart() async throws {
        let sizes = [17 << 20, 10, 5 << 20, 4, 18 << 20, (17 << 20) + 1, 3 << 20, 100]
        let files = sizes.enumerated().map { index, size in
            TestImage.Entry(
                path: "\(index)", content: Self.elf + [UInt8](repeating: UInt8(index), count: size),
                mode: 0o755)
        }
        let sum = Interest(
            "sum", .executable(minimumSize: 0),
            take: .extract(limit: 64 << 20) { bytes in
                Array("\(bytes.count) \(bytes[4]) \(bytes[bytes.count - 1])".utf8)
            })
        let layers = [files, files.reversed()]
        try await TestImage(layers, packing: .zstd(level: 1, hasChecksum: false)).reading([sum]) { reading in
            for file in reading.view.files {
                let index = try #require(Int(file.path))
                #expect(
                    String(decoding: file.content, as: UTF8.self) == "\(sizes[index] + 4) \(index) \(index)")
            }
            #expect(reading.view.files.count == 2 * sizes.count)
        }
    }

    @Test func keepsNoMoreThanMemoryBears() async throws {
        // 70 files of 4 MiB, which unpack from nearly nothing.
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        let files = (0..<70).map { TestImage.Entry(path: "\($0)/package.json", content: zeros) }
        let interest = Interest("npm", .name("package.json"), take: .content(limit: 4 << 20))
        try await TestImage([files], packing: .zstd(level: 1, hasChecksum: false)).reading([interest]) {
            reading in
            #expect(reading.view.files.count == 64)
            #expect(reading.diagnostics.map(\.location) == ["64/package.json"])
        }
    }
}
