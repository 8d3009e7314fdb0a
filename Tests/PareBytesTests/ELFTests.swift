// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Samples
import Testing

@Suite struct ELFTests {
    /// A file with an interpreter, a dynamic section and named sections, in either width.
    static func sample(is64Bit: Bool) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 0x600)
        func put(_ value: UInt64, at offset: Int, width: Int) {
            for index in 0..<width { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
        }
        func put(_ text: String, at offset: Int) {
            bytes.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        let word = is64Bit ? 8 : 4
        put("\u{7F}ELF", at: 0)
        put(is64Bit ? 2 : 1, at: 4, width: 1)
        put(1, at: 5, width: 1)
        put(3, at: 16, width: 2)
        put(62, at: 18, width: 2)
        put(0x80, at: is64Bit ? 32 : 28, width: word)
        put(0x200, at: is64Bit ? 40 : 32, width: word)
        let counts = is64Bit ? 54 : 42
        for (index, value) in [is64Bit ? 56 : 32, 3, is64Bit ? 64 : 40, 3, 2].enumerated() {
            put(UInt64(value), at: counts + 2 * index, width: 2)
        }
        // Type, offset in the file, address, size.
        let segments: [[UInt64]] = [[3, 0x400, 0, 20], [1, 0, 0x1000, 0x600], [2, 0x500, 0x1500, 0x80]]
        for (index, segment) in segments.enumerated() {
            let row = 0x80 + index * (is64Bit ? 56 : 32)
            put(segment[0], at: row, width: 4)
            put(segment[1], at: row + (is64Bit ? 8 : 4), width: word)
            put(segment[2], at: row + (is64Bit ? 16 : 8), width: word)
            put(segment[3], at: row + (is64Bit ? 32 : 16), width: word)
        }
        // Name, type, offset, size.
        let sections: [[UInt64]] = [[0, 0, 0, 0], [1, 1, 0x480, 4], [7, 3, 0x420, 0x20]]
        for (index, section) in sections.enumerated() {
            let row = 0x200 + index * (is64Bit ? 64 : 40)
            put(section[0], at: row, width: 4)
            put(section[1], at: row + 4, width: 4)
            put(section[2], at: row + (is64Bit ? 24 : 16), width: word)
            put(section[3], at: row + (is64Bit ? 32 : 20), width: word)
        }
        put("/lib/ld.so\0", at: 0x400)
        put("\0.note\0.names\0", at: 0x420)
        put("abcd", at: 0x480)
        put("\0libc.so.6\0libm.so.6\0me.so\0$ORIGIN:/x\0/y\0", at: 0x4A0)
        let entries: [(UInt64, UInt64)] = [
            (1, 1), (1, 11), (14, 21), (15, 27), (29, 38), (5, 0x14A0), (0, 0),
        ]
        for (index, entry) in entries.enumerated() {
            put(entry.0, at: 0x500 + index * 2 * word, width: word)
            put(entry.1, at: 0x500 + (index * 2 + 1) * word, width: word)
        }
        return bytes
    }

    private func parse(_ bytes: some Sequence<UInt8>) throws -> ELFFile {
        try Array(bytes).withUnsafeBytes { try ELFFile($0) }
    }

    @Test(arguments: [true, false])
    func readsHeaders(is64Bit: Bool) throws {
        try Self.sample(is64Bit: is64Bit).withUnsafeBytes { bytes in
            let file = try ELFFile(bytes)
            #expect(file.is64Bit == is64Bit)
            #expect((file.type, file.machine) == (3, 62))
            #expect(file.interpreter == "/lib/ld.so")
            #expect(file.needed == ["libc.so.6", "libm.so.6"])
            #expect(file.soname == "me.so")
            #expect(file.rpath == ["$ORIGIN", "/x"])
            #expect(file.runpath == ["/y"])
            let section = try #require(file.section(".note"))
            #expect(try Array(file.bytes(of: section, in: bytes)) == Array("abcd".utf8))
            #expect(file.section(".text") == nil)
            #expect(file.fileOffset(ofAddress: 0x1010) == 0x10)
            #expect(file.fileOffset(ofAddress: 0x9000) == nil)
        }
    }

    @Test func readsThisProgram() throws {
        let program = try MappedFile("/proc/self/exe")
        let file = try program.withBytes { try ELFFile($0) }
        #expect(file.needed.contains("libc.so.6"))
        #expect(file.interpreter?.contains("ld-linux") == true)
        #expect(file.section(".text") != nil)
    }

    @Test(arguments: [true, false])
    func everyPrefixThrowsOrStands(is64Bit: Bool) {
        let bytes = Self.sample(is64Bit: is64Bit)
        // What is read lies below this; the last bytes are padding.
        let end = 0x500 + 7 * 2 * (is64Bit ? 8 : 4)
        for count in 0..<end {
            #expect(throws: ELFFile.Malformed.self) { try parse(bytes[..<count]) }
        }
    }

    @Test(arguments: [true, false])
    func survivesAnyChange(is64Bit: Bool) {
        let original = Self.sample(is64Bit: is64Bit)
        var generator = SplitMix64(seed: 3)
        for position in original.indices {
            for value in [0, 0x7F, 0xFF, UInt8.random(in: 1...254, using: &generator)] {
                var bytes = original
                bytes[position] = value
                bytes[(position + 1) % bytes.count] = value
                bytes.withUnsafeBytes { bytes in
                    guard let file = try? ELFFile(bytes) else { return }
                    for section in file.sections { _ = try? file.bytes(of: section, in: bytes) }
                }
            }
        }
    }

    @Test func refusesOthersPolitely() {
        var bytes = Self.sample(is64Bit: true)
        bytes[5] = 2
        #expect(throws: ELFFile.Malformed.bigEndian) { try parse(bytes) }
        #expect(throws: ELFFile.Malformed.notELF) { try parse(Array("#!/bin/sh".utf8)) }
    }
}
