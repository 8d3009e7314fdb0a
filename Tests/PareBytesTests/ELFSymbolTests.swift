// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Samples
import Testing

/// The dynamic symbols of real files, beside what `nm -D` says of them.
@Suite struct ELFSymbolTests {
    private static let files = [
        "/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/aarch64-linux-gnu/libc.so.6", "/bin/ls",
        "/proc/self/exe",
    ].filter { FileManager.default.fileExists(atPath: $0) }

    @Test(arguments: files)
    func agreesWithNM(_ path: String) throws {
        let file = try MappedFile(path)
        let found = try file.withBytes { try Self.symbols(of: ELFFile($0), in: $0) }
        let expected = try Self.nm(path)
        #expect(!expected.isEmpty)
        #expect(found == expected)
    }

    @Test func theFilesAreThere() { #expect(Self.files.count >= 3) }

    /// `strip` leaves section headers; a loader needs none.
    @Test func needsNoSections() throws {
        var bytes = try readFile("/bin/ls", limit: 1 << 20)
        let before = try bytes.withUnsafeBytes { try Self.symbols(of: ELFFile($0), in: $0) }
        for offset in Array(40..<48) + Array(58..<64) { bytes[offset] = 0 }
        let after = try bytes.withUnsafeBytes { bytes in
            let elf = try ELFFile(bytes)
            #expect(elf.sections.isEmpty && !elf.isStaticallyLinked)
            return try Self.symbols(of: elf, in: bytes)
        }
        #expect(before == after && before.contains("U malloc"))
    }

    /// GNU ld hashes only what is exported: with nothing exported, the hash table counts no import.
    @Test(arguments: ["gnu", "sysv", "both"], ["-no-pie", "-pie", "-shared"])
    func importsAreSeenWhereNothingIsExported(_ style: String, _ kind: String) throws {
        let start =
            kind == "-shared" ? "__attribute__((constructor)) static void begin(void)" : "int main(void)"
        let bytes = try Self.compiled(
            "extern int wordexp(); \(start) { wordexp(); }",
            "-fuse-ld=bfd -fPIC -s \(kind) -Wl,--hash-style=\(style)")
        for hidesSections in [false, true] {
            var bytes = bytes
            if hidesSections { for offset in Array(40..<48) + Array(58..<64) { bytes[offset] = 0 } }
            let names = try bytes.withUnsafeBytes { try Self.symbols(of: ELFFile($0), in: $0) }
            #expect(names.contains("U wordexp"))
        }
    }

    /// A loader does not ask the hash table how many symbols there are.
    @Test func aHashTableThatTellsOfTooFewHidesNothing() throws {
        var bytes = try Self.compiled(
            "int main(void) { return wordexp(); }", "-fuse-ld=bfd -s -Wl,--hash-style=sysv")
        let table = try #require(bytes.withUnsafeBytes { try ELFFile($0).section(".hash") })
        bytes[Int(table.offset) + 4] = 1
        for offset in Array(40..<48) + Array(58..<64) { bytes[offset] = 0 }
        let names = try bytes.withUnsafeBytes { try Self.symbols(of: ELFFile($0), in: $0) }
        #expect(names.contains("U wordexp"))
    }

    @Test func everyPrefixThrowsOrStands() throws {
        let bytes = try Self.smallLibrary()
        var whole = 0
        for count in 0...bytes.count {
            bytes.withUnsafeBytes { bytes in
                let prefix = UnsafeRawBufferPointer(rebasing: bytes[..<count])
                guard let elf = try? ELFFile(prefix), (try? Self.symbols(of: elf, in: prefix)) != nil else {
                    return
                }
                whole += 1
            }
        }
        #expect(whole >= 1 && whole < bytes.count)
    }

    @Test func survivesAnyChange() throws {
        let original = try Self.smallLibrary()
        var generator = SplitMix64(seed: 5)
        for position in original.indices.prefix(0x1000) {
            for value in [0, 0xFF, UInt8.random(in: 1...254, using: &generator)] {
                var bytes = original
                bytes[position] = value
                bytes.withUnsafeBytes { bytes in
                    guard let elf = try? ELFFile(bytes) else { return }
                    _ = try? Self.symbols(of: elf, in: bytes)
                    let ranges = elf.loadedRanges(ofFileWith: bytes.count)
                    #expect(ranges.map(\.count).reduce(0, +) <= bytes.count)
                    _ = elf.overlayLength(ofFileWith: bytes.count)
                }
            }
        }
    }

    @Test func whatIsLoadedIsNeitherCommentsNorSectionNames() throws {
        let bytes = try Self.smallLibrary()
        try bytes.withUnsafeBytes { bytes in
            let elf = try ELFFile(bytes)
            let loaded = elf.loadedRanges(ofFileWith: bytes.count)
            let names = try #require(elf.section(".shstrtab"))
            #expect(!loaded.contains { $0.contains(Int(names.offset)) })
            let strings = try #require(elf.section(".dynstr"))
            let own = try #require(try elf.symbolNames(in: bytes))
            #expect(own.lowerBound == Int(strings.offset) && own.count <= Int(strings.size))
            #expect(
                bytes[own.upperBound - 1] == 0 && bytes[own].dropFirst().count >= "mine wordexp ".utf8.count)
            #expect(loaded.contains { $0.contains(Int(strings.offset)) })
        }
    }

    /// A table of names that is said to be longer hides nothing behind the last name.
    @Test func namesEndWhereTheLastOneEnds() throws {
        let original = try Self.smallLibrary()
        let own = try original.withUnsafeBytes { try ELFFile($0).symbolNames(in: $0) }
        let table = try #require(original.withUnsafeBytes { try ELFFile($0).section(".dynamic") })
        var changed = original
        for row in stride(from: Int(table.offset), to: Int(table.offset + table.size), by: 16)
        where original[row] == 10 { changed[row + 9] = 0xFF }
        #expect(changed != original)
        #expect(try changed.withUnsafeBytes { try ELFFile($0).symbolNames(in: $0) } == own)
    }

    /// Where the dynamic table is found in two ways, the loader may read another one than is read here.
    @Test func aSecondDynamicTableIsMalformed() throws {
        let original = try Self.smallLibrary()
        let headers = (0..<Int(original[56])).map { 64 + 56 * $0 }
        let table = try #require(headers.first { original[$0] == 2 })
        let stack = try #require(headers.first { original[$0] == 0x51 && original[$0 + 3] == 0x64 })
        var twice = original
        twice.replaceSubrange(stack..<stack + 4, with: [2, 0, 0, 0])
        var elsewhere = original
        elsewhere[table + 8] ^= 0x10
        for bytes in [twice, elsewhere] {
            #expect(throws: ELFFile.Malformed.outOfBounds) { try bytes.withUnsafeBytes { try ELFFile($0) } }
        }
    }

    @Test func dataBehindTheEndIsSeen() throws {
        let bytes = try Self.smallLibrary()
        for length in [0, 1, 5000] {
            let longer = bytes + [UInt8](repeating: 7, count: length)
            let elf = try longer.withUnsafeBytes { try ELFFile($0) }
            #expect(elf.overlayLength(ofFileWith: longer.count) == length)
        }
    }

    /// `U name` for what is imported, `T name` for what is exported.
    private static func symbols(of elf: ELFFile, in bytes: UnsafeRawBufferPointer) throws -> Set<String> {
        var names: Set<String> = []
        try elf.forEachDynamicSymbol(in: bytes) { symbol in
            names.insert((symbol.isDefined ? "T " : "U ") + String(decoding: symbol.name, as: UTF8.self))
        }
        return names
    }

    private static func nm(_ path: String) throws -> Set<String> {
        let rows = String(
            decoding: try run("nm -D '\(path == "/proc/self/exe" ? Self.program : path)'"), as: UTF8.self)
        return Set(
            rows.split(separator: "\n").compactMap { row in
                let words = row.split(separator: " ").suffix(2)
                guard let kind = words.first, let name = words.last?.split(separator: "@").first else {
                    return nil
                }
                return (["U", "w", "v"].contains(kind) ? "U " : "T ") + name
            })
    }

    private static let program =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""

    private static func smallLibrary() throws -> [UInt8] {
        try compiled(
            "extern int wordexp(const char *); int mine(const char *text) { return wordexp(text); }",
            "-shared -fPIC -s -nostdlib")
    }

    private static func compiled(_ source: String, _ flags: String) throws -> [UInt8] {
        let folder = NSTemporaryDirectory() + "pare-elf-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try run("echo '\(source)' | clang -w -std=gnu89 \(flags) -x c -o '\(folder)/file' -")
        return try readFile(folder + "/file", limit: 1 << 20)
    }

    private static func run(_ command: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", command]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command)")
        return output
    }
}
