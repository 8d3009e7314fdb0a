// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Testing

@Suite struct CompressionTests {
    /// Text and noise, so that both kinds of blocks come.
    private static let plain: [UInt8] = {
        var generator = Lottery(seed: 5)
        return (0..<40_000).flatMap { number in
            number % 100 < 20
                ? [UInt8.random(in: 0...255, using: &generator)] : Array("line \(number % 50)\n".utf8)
        }
    }()

    private static func compress(_ bytes: [UInt8], _ tool: String) throws -> [UInt8] {
        let scratch = try ScratchFolder(name: "pare-tests")
        try writeFile(bytes, to: "\(scratch.path)/a")
        return try run("\(tool) < a", in: scratch.path)
    }

    private func unpack(_ bytes: [UInt8], piece: Int = .max, engine: GzipSource.Engine = .fastest) throws
        -> [UInt8]
    {
        let source = ArraySource(bytes, piece: piece)
        switch try Compression(magic: bytes) {
        case .gzip: return try GzipSource(source, engine: engine).readAll()
        case let compression: return try compression.unpacking(source).readAll()
        }
    }

    @Test(
        arguments: ["gzip -1", "gzip -9", "zstd -q -1", "zstd -q -19", "zstd -q --no-check", "cat"],
        [1, 511, .max])
    func unpacks(_ tool: String, piece: Int) throws {
        #expect(try unpack(try Self.compress(Self.plain, tool), piece: piece) == Self.plain)
    }

    @Test(arguments: ["gzip", "zstd -q"], GzipSource.Engine.allCases)
    func unpacksSeveralMembers(_ tool: String, _ engine: GzipSource.Engine) throws {
        let parts = [Array("one ".utf8), [], Self.plain, Array("two".utf8)]
        let packed = try parts.flatMap { try Self.compress($0, tool) }
        #expect(try unpack(packed, piece: 100, engine: engine) == parts.flatMap(\.self))
    }

    @Test(arguments: ["gzip", "zstd -q"], GzipSource.Engine.allCases)
    func everyPrefixThrows(_ tool: String, _ engine: GzipSource.Engine) throws {
        let packed = try Self.compress(Array(Self.plain.prefix(3000)), tool)
        for count in 8..<packed.count {
            #expect(throws: ArchiveError.self) { try unpack(Array(packed[..<count]), engine: engine) }
        }
    }

    @Test(arguments: ["gzip", "zstd -q --check"], GzipSource.Engine.allCases)
    func noChangeGoesUnseen(_ tool: String, _ engine: GzipSource.Engine) throws {
        let packed = try Self.compress(Array(Self.plain.prefix(2000)), tool)
        // Names and times in front are not covered by a checksum.
        for position in packed.indices.dropFirst(30) {
            var bytes = packed
            bytes[position] ^= 0x41
            #expect(throws: ArchiveError.self, "byte \(position)") { try unpack(bytes, engine: engine) }
        }
    }

    @Test func paddingIsNoContentAndGarbageIsAnError() throws {
        let packed = try Self.compress(Self.plain, "gzip")
        #expect(try unpack(packed + [UInt8](repeating: 0, count: 5000), piece: 333) == Self.plain)
        #expect(throws: ArchiveError.self) { try unpack(packed + [1]) }
        #expect(throws: ArchiveError.self) { try unpack(packed + [0, 0x1F]) }
        #expect(throws: ArchiveError.self) { try unpack(packed + [0x1F]) }
    }

    @Test(
        arguments: [
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz compression"), (Array("BZh9".utf8), "bzip2 compression"),
        ] as [([UInt8], String)])
    func namesWhatItDoesNotRead(_ magic: [UInt8], _ name: String) {
        #expect(throws: ArchiveError.unsupported(name)) { try Compression(magic: magic) }
    }

    @Test(arguments: ["gzip", "zstd -q"], GzipSource.Engine.allCases)
    func stopsBombs(_ tool: String, _ engine: GzipSource.Engine) throws {
        let packed = try Self.compress([UInt8](repeating: 0, count: 8 << 20), tool)
        func unpack(_ limit: OutputLimit) throws {
            let source = ArraySource(packed)
            let unpacked: any ByteSource =
                tool == "gzip"
                ? GzipSource(source, limit: limit, engine: engine) : ZstdSource(source, limit: limit)
            try unpacked.drain()
        }
        #expect(throws: Never.self) { try unpack(.generous) }
        #expect(throws: ArchiveError.self) {
            try unpack(OutputLimit(total: 8 << 19, ratio: 5000, grace: 1 << 30))
        }
        #expect(throws: ArchiveError.self) {
            try unpack(OutputLimit(total: 1 << 40, ratio: 500, grace: 1 << 20))
        }
    }

    @Test func collectsWithinALimit() throws {
        let source = { ArraySource(Self.plain, piece: 1000) }
        let file = try source().collect(as: "name", limit: Self.plain.count)
        #expect(file.withBytes { Array($0) } == Self.plain)
        #expect(throws: ArchiveError.tooLong("name", limit: 99)) {
            try source().collect(as: "name", limit: 99)
        }
        #expect(try ArraySource([]).collect(as: "name", limit: 0).count == 0)
    }

    @Test func hashesWhatPasses() throws {
        let source = HashingSource(ArraySource(Self.plain, piece: 999))
        var buffer = [UInt8](repeating: 0, count: 10)
        _ = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
        #expect(try source.finish() == SHA256.digest(of: Self.plain))
        #expect(source.count == Int64(Self.plain.count))
    }

    @Test func measuresWhatGzipMakes() throws {
        let script =
            "import sys, gzip; sys.stdout.buffer.write(gzip.compress(sys.stdin.buffer.read(), 6, mtime=0))"
        let real = try Self.compress(Self.plain, "python3 -c '\(script)'").count
        #expect(try GzipMeter.measure(ArraySource(Self.plain, piece: 4000)).bytes == Int64(real))
    }
}
