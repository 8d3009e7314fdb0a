// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Testing

@Suite struct BoltFileTests {
    @Test(arguments: [1024, 4096, 16384, 65536])
    func readsEmptyAndSmallFiles(pageSize: Int) throws {
        let empty = try BoltFile(bytes: BoltWriter.file([:], pageSize: pageSize))
        #expect(try empty.valueCount(in: empty.root) == 0)
        #expect(try empty.bucket("a", in: empty.root) == nil)
        let file = try BoltFile(bytes: BoltWriter.file(Self.small, pageSize: pageSize))
        #expect(try file.content(of: file.root) == Self.small.flat)
    }

    @Test(arguments: 0..<24 as Range<UInt64>)
    func readsBackWhatWasWritten(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let tree = Self.randomTree(&random, depth: 0)
        var writer = BoltWriter(pageSize: [1024, 4096].randomElement(using: &random) ?? 1024)
        let root = writer.tree(tree)
        let file = try BoltFile(bytes: writer.file(metas: [(root, 1), (root, 2)]))
        #expect(try file.content(of: file.root) == tree.flat)
        #expect(try file.valueCount(in: file.root) == tree.flat.count)
        for (key, item) in tree {
            switch item {
            case .value(let value): #expect(try file.value(key, in: file.root) == value)
            case .bucket: #expect(try file.bucket(key, in: file.root) != nil)
            }
            #expect(try file.value(key + "\u{1}", in: file.root) == nil)
        }
    }

    @Test func branchAndOverflowPagesOccur() throws {
        var writer = BoltWriter(pageSize: 1024)
        let keys = (0..<3000).map { "key \($0)" }
        var tree = Dictionary(uniqueKeysWithValues: keys.map { ($0, BoltWriter.Item.text("of \($0)")) })
        tree["large"] = .value([UInt8](repeating: 7, count: 100_000))
        let root = writer.tree(tree)
        #expect(writer.branchCount > 3 && writer.overflowCount > 90)
        let file = try BoltFile(bytes: writer.file(metas: [(root, 1), (root, 2)]))
        for key in keys { #expect(try file.value(key, in: file.root) == Array("of \(key)".utf8)) }
        #expect(try file.value("large", in: file.root)?.count == 100_000)
        #expect(try file.content(of: file.root) == tree.flat)
    }

    @Test(arguments: ["", "a", "key 1", "key 2999", "key 5", "zz", "\u{10FFFF}"])
    func beginsWhereItIsTold(start: String) throws {
        let keys = (0..<3000).map { "key \($0)" }
        let tree = Dictionary(uniqueKeysWithValues: keys.map { ($0, BoltWriter.Item.text("")) })
        let file = try BoltFile(bytes: BoltWriter.file(tree, pageSize: 1024))
        var seen: [String] = []
        try file.forEach(in: file.root, from: start) { key, _ in
            seen.append(key)
            return seen.count < 50
        }
        #expect(seen == Array(keys.sorted().filter { $0 >= start }.prefix(50)))
    }

    @Test(arguments: [
        ([1, 2], [] as [Int], "new" as String?), ([2, 1], [], "old"), ([1, 2], [1], "old"),
        ([2, 1], [0], "new"), ([1, 2], [0], "new"), ([1, 2], [0, 1], nil),
    ])
    func theYoungerValidMetaCounts(transactions: [UInt64], damaged: [Int], which: String?) throws {
        var writer = BoltWriter()
        let old = writer.tree(["which": .text("old")])
        let new = writer.tree(["which": .text("new")])
        var bytes = writer.file(metas: [(old, transactions[0]), (new, transactions[1])])
        for meta in damaged { bytes[meta * 4096 + 16 + 20] ^= 1 }
        guard let which else {
            #expect(throws: BoltFile.Malformed.self) { try BoltFile(bytes: bytes) }
            return
        }
        let file = try BoltFile(bytes: bytes)
        #expect(try file.value("which", in: file.root) == Array(which.utf8))
    }

    @Test func everyPrefixThrowsOrFindsNothing() {
        let whole = BoltWriter.file(Self.small, pageSize: 1024)
        for length in 0..<whole.count { Self.visit(Array(whole[..<length])) }
        for length in 0..<1024 {
            #expect(throws: BoltFile.Malformed.self) { try BoltFile(bytes: Array(whole[..<length])) }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func damageNeverTraps(seed: UInt64) {
        var random = SeededGenerator(seed)
        let whole = BoltWriter.file(Self.randomTree(&random, depth: 1), pageSize: 1024)
        for _ in 0..<250 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                // Behind the metas, which a checksum guards; often in a header or an element's fields.
                let page = Int.random(in: 2..<bytes.count / 1024, using: &random) * 1024
                let offset = Int.random(in: 0..<(Bool.random(using: &random) ? 96 : 1024), using: &random)
                bytes[page + offset] = [0, 1, 255, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random)!
            }
            Self.visit(bytes)
        }
    }

    /// A bucket that holds itself many times over, and a branch page whose children are itself.
    @Test(arguments: [2, 1] as [UInt16])
    func circlesEnd(flags: UInt16) throws {
        var writer = BoltWriter(pageSize: 4096)
        let keys = (0..<60).map { "k\(100 + $0)" }
        let tree = Dictionary(
            uniqueKeysWithValues: keys.map { ($0, BoltWriter.Item.text("0123456789abcdef")) })
        let root = writer.tree(tree)
        var bytes = writer.file(metas: [(root, 1), (root, 2)])
        let page = Int(root) * 4096
        bytes.replaceSubrange(page + 8..<page + 10, with: BoltWriter.little(flags))
        for index in 0..<60 {
            let element = page + 16 + index * 16
            if flags == 2 {
                let value = page + 16 + 960 + index * 20 + 4
                bytes.replaceSubrange(element..<element + 4, with: BoltWriter.little(UInt32(1)))
                bytes.replaceSubrange(value..<value + 8, with: BoltWriter.little(root))
            } else {
                let fields = BoltWriter.little(UInt32(960 - index * 16)) + BoltWriter.little(UInt32(4))
                bytes.replaceSubrange(element..<element + 16, with: fields + BoltWriter.little(root))
            }
        }
        let file = try BoltFile(bytes: bytes)
        #expect(throws: BoltFile.Malformed.self) { try file.valueCount(in: file.root) }
        Self.visit(bytes)
    }

    private static let small: [String: BoltWriter.Item] = [
        "empty": .bucket([:]), "value": .text("a value"), "none": .value([]),
        "inline": .bucket(["a": .text("1"), "b": .text("2")]),
        "nested": .bucket(["deeper": .bucket(["deepest": .bucket(["x": .text("y")])]), "é": .text("ü")]),
        "long": .bucket(["v": .value([UInt8](repeating: 65, count: 1500))]),
    ]

    private static func randomTree(
        _ random: inout SeededGenerator, depth: Int
    ) -> [String: BoltWriter.Item] {
        var tree: [String: BoltWriter.Item] = [:]
        for _ in 0..<Int.random(in: 0...[120, 30, 8][depth], using: &random) {
            let key = String(UInt64.random(in: 0...UInt64.max, using: &random), radix: 36).prefix(
                Int.random(in: 1...13, using: &random))
            if depth < 2, Int.random(in: 0..<4, using: &random) == 0 {
                tree[String(key)] = .bucket(randomTree(&random, depth: depth + 1))
            } else {
                let length = Int.random(
                    in: 0...(Int.random(in: 0..<20, using: &random) == 0 ? 9000 : 40), using: &random)
                tree[String(key)] = .value(
                    (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
            }
        }
        return tree
    }

    /// Reads all there is of a file that may be damaged; what it throws does not matter.
    private static func visit(_ bytes: [UInt8]) {
        guard let file = try? BoltFile(bytes: bytes) else { return }
        _ = try? file.valueCount(in: file.root)
        _ = try? file.value("value", in: file.root)
        _ = try? file.bucket("nested", in: file.root)
        var visits = 0
        _ = try? file.content(of: file.root) {
            visits += 1
            return visits < 2000
        }
    }
}

extension BoltFile {
    init(bytes: [UInt8]) throws {
        let block = UnsafeMutableRawBufferPointer(
            start: malloc(max(1, bytes.count)), count: bytes.count)
        block.copyBytes(from: bytes)
        try self.init(MappedFile(name: "a test's", adopting: block))
    }

    /// All values by their paths.
    fileprivate func content(
        of bucket: Bucket, named path: String = "", while goesOn: () -> Bool = { true }
    ) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        var buckets: [(String, Bucket)] = []
        try forEach(in: bucket) { key, item in
            switch item {
            case .value(let range): found[path + "/" + key] = bytes(range)
            case .bucket(let inner): buckets.append((path + "/" + key, inner))
            }
            return goesOn()
        }
        for (name, inner) in buckets where goesOn() {
            found.merge(try content(of: inner, named: name, while: goesOn)) { $1 }
        }
        return found
    }
}

extension [String: BoltWriter.Item] {
    /// All values by their paths.
    fileprivate var flat: [String: [UInt8]] {
        reduce(into: [:]) { found, member in
            switch member.value {
            case .value(let value): found["/" + member.key] = value
            case .bucket(let bucket):
                for (key, value) in bucket.flat { found["/" + member.key + key] = value }
            }
        }
    }
}
