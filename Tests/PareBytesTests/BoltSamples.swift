// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes

/// Files to read back, and ways to look at all that is in one.
enum BoltSample {
    /// A little of everything: an empty bucket, buckets in place and on pages of their own, a value longer than a page.
    static func mixed(pageSize: Int = 4096) throws -> [UInt8] {
        var writer = BoltWriter(pageSize: pageSize)
        try writer.put(text("{}"), for: "CVE-2024-1", in: ["debian 12", "zlib"])
        try writer.put(text("{\"Status\":2}"), for: "CVE-2024-2", in: ["debian 12", "zlib"])
        try writer.openBucket(["empty"])
        for number in 0..<60 {
            let value = [UInt8](repeating: UInt8(ascii: "x"), count: number * 23)
            try writer.put(value, for: "key", in: ["nested", "b\(number + 100)"])
        }
        try writer.put([UInt8](repeating: 7, count: 20_000), for: "long", in: ["nested", "big"])
        try writer.put([], for: "nothing", in: ["nested", "big"])
        try writer.put(text("deep down"), for: "k", in: ["nested", "deep", "er", "est"])
        try writer.put(text("one"), for: "k", in: ["npm::A"])
        try writer.put(text("two"), for: "k", in: ["npm::B"])
        try writer.put(text("three"), for: "k", in: ["npmx"])
        return try writer.finish()
    }

    /// As many keys in one bucket.
    static func flat(_ count: Int, pageSize: Int = 4096) throws -> [UInt8] {
        var writer = BoltWriter(pageSize: pageSize)
        for number in 0..<count {
            try writer.put(text("value \(number)"), for: key(number), in: ["many"])
        }
        return try writer.finish()
    }

    static func key(_ number: Int) -> String { "key\(1_000_000 + number)" }

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func file(_ bytes: [UInt8]) -> MappedFile {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 8)
        block.copyBytes(from: bytes)
        return MappedFile(
            name: "sample.db", adopting: UnsafeMutableRawBufferPointer(rebasing: block[..<bytes.count]))
    }

    static func open(_ bytes: [UInt8]) throws -> BoltFile { try BoltFile(file(bytes)) }

    /// Every key with its path, as `a/b/key=length`; stops at a depth that the samples do not reach.
    static func listing(_ bucket: BoltBucket, path: String = "", depth: Int = 0) throws -> [String] {
        guard depth < 5 else { return [] }
        return try bucket.entries().flatMap { entry in
            guard let inner = try entry.bucket else { return ["\(path)\(entry.key)=\(entry.value.count)"] }
            return try listing(inner, path: "\(path)\(entry.key)/", depth: depth + 1)
        }
    }
}
