// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@Suite struct CompressionTests {
    /// Text and noise, so that both kinds of blocks come.
    private static let plain: [UInt8] = {
        var generator = SplitMix64(seed: 5)
        return (0..<40_000).flatMap { number in
            number % 100 < 20
                ? [UInt8.random(in: 0...255, using: &generator)] : Array("line \(number % 50)\n".utf8)
        }
    }()

    /// Each format with each of the engines that read it.
    static let ways: [(Packing, GzipSource.Engine)] = [
        (.gzip(level: 6), .fastest), (.gzip(level: 6), .zlib), (.zstd(level: 3, hasChecksum: true), .fastest),
    ]

    private func unpacking(
        _ packed: [UInt8], piece: Int = .max, engine: GzipSource.Engine = .fastest,
        limit: OutputLimit = .generous
    ) throws -> any ByteSource {
        let source = ArraySource(packed, piece: piece)
        switch try Compression(magic: packed) {
        case .gzip: return GzipSource(source, limit: limit, engine: engine)
        case let compression: return compression.unpacking(source, limit: limit)
        }
    }

    @Test(
        arguments: [
            .gzip(level: 0), .gzip(level: 1), .gzip(level: 9), .zstd(level: 1, hasChecksum: true),
            .zstd(level: 19, hasChecksum: false),
        ] as [Packing], [1, 511, .max])
    func unpacks(_ packing: Packing, piece: Int) throws {
        let packed = packing.pack(Self.plain)
        for engine in GzipSource.Engine.allCases {
            #expect(try unpacking(packed, piece: piece, engine: engine).readAll() == Self.plain)
        }
    }

    @Test func passesOnWhatIsNotCompressed() throws {
        #expect(try unpacking(Self.plain, piece: 100).readAll() == Self.plain)
    }

    @Test func readsWhatGzipItselfWrites() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        try writeFile(Self.plain, to: "\(scratch.path)/a")
        for number in 1...20 {
            let packed = try run("gzip -\(number % 9 + 1) -c a", in: scratch.path)
            #expect(try unpacking(packed, piece: 1).readAll() == Self.plain)
        }
    }

    /// All optional parts of a header, RFC 1952 §2.3: text, checksum, extra field, name, comment.
    @Test(arguments: 0...31 as ClosedRange<UInt8>)
    func readsHeaders(_ flags: UInt8) throws {
        let plain = Array("hello".utf8)
        let packed = Packing.gzip(level: 6).pack(plain)
        var header: [UInt8] = [0x1F, 0x8B, 8, flags, 1, 2, 3, 4, 0, 3]
        if flags & 4 != 0 { header += [5, 0, 0x41, 0x42, 1, 0, 0] }
        if flags & 8 != 0 { header += Array("name\0".utf8) }
        if flags & 16 != 0 { header += Array("comment\0".utf8) }
        if flags & 2 != 0 {
            // CRC-16 is the lower half of the CRC-32 of the header, which stands in the trailer of its gzip.
            header += Packing.gzip(level: 6).pack(header).suffix(8).prefix(2)
        }
        for engine in GzipSource.Engine.allCases {
            for piece in [1, 3, .max] {
                #expect(
                    try unpacking(header + packed.dropFirst(10), piece: piece, engine: engine).readAll()
                        == plain)
            }
        }
        for position in 0..<4 {
            var broken = header + packed.dropFirst(10)
            broken[position] = 0xE8
            let source = GzipSource(ArraySource(broken))
            #expect(throws: ArchiveError.self) { try source.drain() }
        }
    }

    @Test(arguments: ways)
    func unpacksSeveralMembers(_ packing: Packing, _ engine: GzipSource.Engine) throws {
        let parts = [Array("one ".utf8), [], Self.plain, Array("two".utf8)]
        let packed = parts.flatMap { packing.pack($0) }
        #expect(try unpacking(packed, piece: 100, engine: engine).readAll() == parts.flatMap(\.self))
    }

    @Test(arguments: ways)
    func everyPrefixThrows(_ packing: Packing, _ engine: GzipSource.Engine) throws {
        let packed = packing.pack(Array(Self.plain.prefix(3000)))
        for count in 8..<packed.count {
            #expect(throws: ArchiveError.self) {
                try unpacking(Array(packed[..<count]), engine: engine).drain()
            }
        }
    }

    @Test(arguments: ways)
    func noChangeGoesUnseen(_ packing: Packing, _ engine: GzipSource.Engine) throws {
        let packed = packing.pack(Array(Self.plain.prefix(2000)))
        // Names and times in front are not covered by a checksum.
        for position in packed.indices.dropFirst(30) {
            var bytes = packed
            bytes[position] ^= 0x41
            #expect(throws: ArchiveError.self, "byte \(position)") {
                try unpacking(bytes, engine: engine).drain()
            }
        }
    }

    @Test func paddingIsNoContentAndGarbageIsAnError() throws {
        let packed = Packing.gzip(level: 6).pack(Self.plain)
        let padded = packed + [UInt8](repeating: 0, count: 5000)
        #expect(try unpacking(padded, piece: 333).readAll() == Self.plain)
        for garbage in [[1], [0, 0x1F], [0x1F]] as [[UInt8]] {
            #expect(throws: ArchiveError.self) { try unpacking(packed + garbage).drain() }
        }
    }

    @Test(
        arguments: [
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz compression"), (Array("BZh9".utf8), "bzip2 compression"),
        ] as [([UInt8], String)])
    func namesWhatItDoesNotRead(_ magic: [UInt8], _ name: String) {
        #expect(throws: ArchiveError.unsupported(name)) { try Compression(magic: magic) }
    }

    @Test(arguments: ways)
    func stopsBombs(_ packing: Packing, _ engine: GzipSource.Engine) throws {
        let packed = packing.pack([UInt8](repeating: 0, count: 8 << 20))
        let limits: [(limit: OutputLimit, isBomb: Bool)] = [
            (.generous, false),
            (OutputLimit(total: 4 << 20, ratio: 5000, grace: 1 << 30), true),
            (OutputLimit(total: 1 << 40, ratio: 500, grace: 1 << 20), true),
            (OutputLimit(total: 1 << 40, ratio: 500, grace: 16 << 20), false),
        ]
        for (limit, isBomb) in limits {
            let result = Result { try unpacking(packed, engine: engine, limit: limit).drain() }
            #expect(isBomb == ((try? result.get()) == nil), "\(limit)")
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
        let real = Packing.gzip(level: 6).pack(Self.plain).count
        #expect(try GzipMeter.measure(ArraySource(Self.plain, piece: 4000)).bytes == Int64(real))
    }
}
