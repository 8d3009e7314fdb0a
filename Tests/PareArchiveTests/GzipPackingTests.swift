// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareArchive
import PareBytes
import Samples
import Testing

@Suite struct GzipPackingTests {
    /// Words that repeat far apart and noise in between, so that blocks lean on what is before them.
    private func sample(_ count: Int) -> [UInt8] {
        var state: UInt64 = 7
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 64)
        while bytes.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let number = state >> 33
            bytes +=
                number % 3 == 0
                ? Array("the word number \(number % 50) stands here; ".utf8) : [UInt8(number & 0xFF)]
        }
        return Array(bytes.prefix(count))
    }

    @Test(arguments: [0, 1, 1000, 2 << 20, 2 << 20 + 1, 5 << 20 + 12345, 15 << 20])
    func isReadBackAndDependsOnTheContentOnly(_ count: Int) async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let content = sample(count)
        // What is packed begins and ends within the file.
        let (before, after) = ([UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 50))
        try writeFile(before + content + after, to: scratch.path + "/file")
        let file = try MappedFile(scratch.path + "/file")
        var results: [Packed] = []
        for threads in 1...3 {
            let path = "\(scratch.path)/packed-\(threads)"
            let packed = try await packGzip(file, in: 100..<100 + count, to: path, threads: threads)
            results.append(packed)
            let bytes = try readFile(path)
            #expect(packed.size == bytes.count)
            #expect(packed.digest == SHA256.digest(of: bytes))
        }
        #expect(Set(results).count == 1)
        #expect(results[0].contentDigest == SHA256.digest(of: content))
        for engine in GzipSource.Engine.allCases {
            let source = GzipSource(FileSource(try MappedFile(scratch.path + "/packed-1")), engine: engine)
            let unpacked = try source.collect(as: "packed", limit: 1 << 30)
            #expect(unpacked.withBytes { Array($0) } == content)
        }
        let path = scratch.path + "/packed-1"
        #expect(try run("gzip -dc packed-1", in: scratch.path) == content)
        // Little is lost to packing in blocks, and nothing written over.
        if count > 2 << 20 {
            #expect(results[0].size < Packing.gzip(level: 2).pack(content).count * 102 / 100)
        }
        await #expect(throws: FileError.exists(path)) { try await packGzip(file, in: 0..<1, to: path) }
    }

    @Test func saysThatAFileHasBecomeShorter() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        try writeFile(sample(5 << 20), to: scratch.path + "/file")
        let file = try MappedFile(scratch.path + "/file")
        #expect(truncate(scratch.path + "/file", 1000) == 0)
        await #expect(throws: FileError.changed(scratch.path + "/file")) {
            try await packGzip(file, in: 0..<file.count, to: scratch.path + "/packed")
        }
    }
}
