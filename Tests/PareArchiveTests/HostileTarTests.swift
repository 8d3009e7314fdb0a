// SPDX-License-Identifier: Apache-2.0
import PareArchive
import Testing

@Suite struct HostileTarTests {
    @Test func everyPrefixThrowsOrEndsBetweenEntries() throws {
        let whole = TarTests.sample
        let all = try entries(of: whole)
        for count in stride(from: 0, to: whole.count, by: 1) {
            let prefix = Array(whole[..<count])
            guard let read = try? entries(of: prefix) else { continue }
            let isBetween = count % 512 == 0 && read == Array(all.prefix(read.count))
            #expect(isBetween || read == all, "\(count) bytes")
        }
    }

    @Test func everyByteMayBeWrong() throws {
        let whole = Array(TarTests.sample.prefix(4096))
        for position in stride(from: 0, to: whole.count, by: 3) {
            var bytes = whole
            bytes[position] ^= 0x9B
            // Whatever comes, both readers agree on it.
            do { _ = try entries(of: bytes) } catch is ArchiveError {}
        }
    }

    /// The field of the size, and whether it is understood.
    private static let sizes: [(name: String, field: [UInt8], size: Int64?)] = [
        ("octal", Array("00000000005\0".utf8), 5),
        ("octal after spaces", Array("         5 \0".utf8), 5),
        ("empty", Array(repeating: 0, count: 12), 0),
        ("base 256", [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], 5),
        ("negative base 256", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFB], nil),
        ("more than 63 bits", [0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 5], nil),
        ("all of 63 bits", [0x80, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], nil),
        ("8 GiB", Array("77777777777\0".utf8), nil),
        ("a minus", Array("-0000000005\0".utf8), nil),
        ("not octal", Array("00000000009\0".utf8), nil),
        ("two numbers", Array("0000 0000005".utf8), nil),
    ]

    @Test(arguments: sizes)
    func readsSizes(_ name: String, _ field: [UInt8], _ size: Int64?) throws {
        var tar = TarTestWriter()
        tar.add(content: Array(repeating: 1, count: size.map { Int($0) } ?? 5), size: field)
        if let size {
            #expect(try entries(of: tar.bytes).map(\.size) == [size])
        } else {
            #expect(throws: ArchiveError.self) { try entries(of: tar.bytes) }
        }
    }

    @Test func verifiesChecksums() throws {
        var wrong = TarTestWriter()
        wrong.add(checksum: 1234)
        #expect(throws: ArchiveError.malformed("tar header", "wrong checksum", offset: 0)) {
            try entries(of: wrong.bytes)
        }
        var signed = TarTestWriter()
        signed.add(name: "übung", signedSum: true)
        #expect(try entries(of: signed.bytes).map(\.path) == ["übung"])
    }

    /// Records of a PAX header that are refused.
    @Test(arguments: [
        "x path=a\n", "99 path=a\n", "-9 path=a\n", "0 path=a\n", "1 path=a\n",
        "9999999999999999999999 path=a\n",
        "9 path=ab\n", "10 pathab\n", "12 size=-10\n", "11 size=x1\n", "26 size=9223372036854775808\n",
        "11 path=a\0b\n", "24 GNU.sparse.major=abc\n",
    ])
    func refusesRecords(_ record: String) {
        var tar = TarTestWriter()
        tar.add(type: "x", content: Array(record.utf8))
        tar.add()
        #expect(throws: ArchiveError.self) { try entries(of: tar.bytes) }
    }

    @Test func believesNoSparseClaim() throws {
        // 10 GB in a header that has no content: it is a number, and nothing is made for it.
        var tar = TarTestWriter()
        tar.add(name: "huge", type: "S", magic: "ustar  \0") { header in
            header.replaceSubrange(386..<398, with: Array("00000000000\0".utf8))
            header.replaceSubrange(483..<495, with: [0x80, 0, 0, 0, 0, 0, 0, 2, 0x54, 0x0B, 0xE4, 0])
        }
        try tar.bytes.withUnsafeBytes { (bytes) throws -> Void in
            var reader = TarReader(bytes)
            let entry = try #require(try reader.next())
            #expect(entry.size == 10_000_000_000 && entry.storedSize == 0 && entry.isSparse)
            #expect(try reader.content(of: entry, limit: 1 << 20) == nil)
        }
    }

    /// Maps in front of the content (PAX 1.0) that do not fit it.
    @Test(arguments: ["", "x\n", "1\n0\n", "99999999\n", "1\n-5\n3\n", "1\n0\n99999999999\n", "1\n600\n3\n"])
    func refusesSparseMaps(_ map: String) throws {
        var content = Array(map.utf8)
        content += [UInt8](repeating: 0, count: 512 - content.count) + Array("abc".utf8)
        var tar = TarTestWriter()
        tar.add(type: "x", content: Array("22 GNU.sparse.major=1\n27 GNU.sparse.realsize=600\n".utf8))
        tar.add(content: content)
        #expect(throws: ArchiveError.self) { try entries(of: tar.bytes) }
    }

    @Test func refusesEndlessExtendedHeaders() {
        var tar = TarTestWriter()
        tar.add(type: "L", size: Array("00777777777\0".utf8))
        #expect(throws: ArchiveError.self) { try entries(of: tar.bytes) }
    }

    @Test func linksAndDevicesHaveNoContent() throws {
        var tar = TarTestWriter()
        for type in "12346" { tar.add(type: type, size: Array("00000010000\0".utf8)) }
        tar.add(name: "last", content: [1])
        #expect(try entries(of: tar.bytes).last?.path == "last")
    }
}
