// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct CacheTests {
    private let scratch: ScratchFolder
    private let image = TestImage(
        [entries(["a", "b/c", "l -> a", "h => a"]), entries([".wh.a", "../x", "b/d"])],
        packing: .gzip(level: 6))
    private let interests = [Interest("all", .suffix(""), take: .content(limit: 100))]

    init() throws { scratch = try ScratchFolder(name: "pare-tests") }

    private var folder: String { "\(scratch.path)/deep/cache" }

    private func read(_ interests: [Interest]? = nil, version: String = "1", limit: Int = 1 << 20)
        async throws -> ImageReading
    {
        let path = try image.write(.layout, in: scratch.path)
        let cache = LayerCache(folder: folder, version: version, limit: limit)
        return try await openImage(at: path).read(taking: interests ?? self.interests, cache: cache)
    }

    private func names() -> [String] { (try? namesInFolder(folder)) ?? [] }

    private func expectSame(_ one: ImageReading, _ other: ImageReading) {
        #expect(one.view.files == other.view.files)
        #expect(one.view.isVisible == other.view.isVisible)
        #expect(one.facts.layers == other.facts.layers)
        #expect(one.tree.listing == other.tree.listing)
        #expect(one.tree.lookup("h") == other.tree.lookup("h"))
        #expect(one.diagnostics == other.diagnostics)
    }

    @Test func givesBackWhatWasRead() async throws {
        let first = try await read()
        #expect(names().count == 2)
        // Something that only the cache can know.
        let mark =
            try FileManager.default.attributesOfItem(atPath: "\(folder)/\(names()[0])")[.modificationDate]
            as? Date
        let second = try await read()
        expectSame(first, second)
        let now =
            try FileManager.default.attributesOfItem(atPath: "\(folder)/\(names()[0])")[.modificationDate]
            as? Date
        #expect(mark == now, "nothing was written again")
        #expect(first.view.visible("all").map(\.path) == ["b/c", "h", "b/d"])
    }

    @Test func removesWhatKilledWritersLeft() async throws {
        makeFolders(folder)
        for (name, age) in [(".pare-1-2", 7200.0), (".pare-3-4", 60), ("mine", 7200)] {
            let path = "\(folder)/\(name)"
            try writeFile([1], to: path)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
        }
        _ = try await read()
        #expect(names().filter { !$0.hasSuffix(".layer") } == [".pare-3-4", "mine"])
    }

    @Test func knowsWhatWasWanted() async throws {
        _ = try await read()
        let other = try await read([Interest("all", .name("d"), take: .content(limit: 100))])
        #expect(other.view.files.map(\.path) == ["b/d"])
        #expect(names().count == 4)
        _ = try await read(version: "2")
        #expect(names().count == 6)
    }

    @Test func believesNothingThatIsDamaged() async throws {
        let first = try await read()
        let path = "\(folder)/\(names()[0])"
        let good = try readFile(path)
        let damages: [[UInt8]] = [
            [], Array(good.prefix(70)), Array(good.dropLast()), good + [0], Array("hello".utf8),
            good.enumerated().map { $0 == 100 ? $1 ^ 1 : $1 },
            good.enumerated().map { $0 == 3 ? $1 ^ 1 : $1 },
        ]
        for damage in damages {
            try writeFile(damage, to: path, replacing: true)
            expectSame(first, try await read())
            #expect(try readFile(path) == good, "written anew")
        }
    }

    @Test func everyPrefixIsNothing() throws {
        var reading = LayerReading()
        _ = reading.index.add(path: Array("a".utf8), hash: 1, kind: .file)
        reading.keep([1], interest: interests[0], path: "a", layer: 0, mode: 0, size: 1, entry: 0)
        let bytes = reading.cached()
        for count in 0..<bytes.count {
            let read = bytes[..<count].withUnsafeBytes { LayerReading(cached: $0, layer: 0) }
            #expect(read == nil)
        }
        // Rightly summed, and still nonsense.
        for position in 8..<bytes.count {
            var content = Array(bytes[8...])
            content[position - 8] = 0xFF
            let sum = content.withUnsafeBytes { checksum(of: $0) }
            let summed = withUnsafeBytes(of: sum.littleEndian) { Array($0) } + content
            _ = summed.withUnsafeBytes { LayerReading(cached: $0, layer: 0) }
        }
    }

    @Test func keepsWithinItsLimit() async throws {
        _ = try await read()
        let size = try names().reduce(0) { try $0 + readFile("\(folder)/\($1)").count }
        try writeFile([1], to: "\(folder)/foreign.txt")
        for version in 2..<8 { _ = try await read(version: "\(version)", limit: size * 5 / 2) }
        #expect(names().count <= 6 && names().count >= 4)
        #expect(names().contains("foreign.txt"))
    }

    @Test func isNotNeeded() async throws {
        try writeFile([1], to: "\(scratch.path)/deep")
        expectSame(try await read(), try await read())
    }
}
