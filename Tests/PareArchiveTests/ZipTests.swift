// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import Testing

@Suite struct ZipTests {
    /// A stored, a deflated and an empty file, and a folder, made by Python's zipfile.
    private static let sample: [UInt8] = {
        let script = """
            import sys, zipfile
            z = zipfile.ZipFile('a.zip', 'w')
            z.writestr('META-INF/', '')
            z.writestr('META-INF/MANIFEST.MF', 'Version: 1\\\\n')
            z.writestr('deflated', 'abc' * 1000, zipfile.ZIP_DEFLATED)
            z.writestr('empty', '', zipfile.ZIP_DEFLATED)
            z.comment = b'PK with a comment'
            z.close()
            """
        return (try? make("python3 -c \"\(script)\"")) ?? []
    }()

    private static func make(_ command: String) throws -> [UInt8] {
        let scratch = try ScratchFolder(name: "pare-tests")
        try run(command, in: scratch.path)
        return try readFile("\(scratch.path)/a.zip")
    }

    private func contents(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [String: [UInt8]] {
        try bytes.withUnsafeBytes { bytes in
            let zip = try ZipArchive(bytes)
            return Dictionary(
                try zip.entries.map { ($0.path, try zip.content(of: $0, in: bytes, limit: limit)) },
                uniquingKeysWith: { $1 })
        }
    }

    private let expected: [String: [UInt8]] = [
        "META-INF/": [], "META-INF/MANIFEST.MF": Array("Version: 1\n".utf8), "empty": [],
        "deflated": Array(String(repeating: "abc", count: 1000).utf8),
    ]

    @Test func reads() throws { #expect(try contents(Self.sample) == expected) }

    @Test func readsBehindAScript() throws {
        #expect(try contents(Array("#!/bin/sh\nexec java -jar $0\n".utf8) + Self.sample) == expected)
    }

    @Test func readsLargeForm() throws {
        let script = """
            import zipfile
            z = zipfile.ZipFile('a.zip', 'w')
            with z.open('big', 'w', force_zip64=True) as f: f.write(b'hello')
            z.close()
            """
        #expect(try contents(Self.make("python3 -c \"\(script)\"")) == ["big": Array("hello".utf8)])
    }

    @Test func limitsAndVerifies() throws {
        #expect(throws: ArchiveError.tooLong("deflated", limit: 100)) {
            try contents(Self.sample, limit: 100)
        }
        var wrong = Self.sample
        let position = try #require(wrong.withUnsafeBytes { $0.offset(of: Array("Version".utf8)) })
        wrong[position] ^= 1
        #expect(throws: ArchiveError.self) { try contents(wrong) }
    }

    @Test func everyPrefixThrows() {
        let end = Self.sample.count - "PK with a comment".utf8.count
        for count in 0..<end {
            #expect(throws: ArchiveError.self) { try contents(Array(Self.sample[..<count])) }
        }
    }

    @Test func everyByteMayBeWrong() {
        for position in Self.sample.indices {
            for value in [0, 0x7F, 0xFF] as [UInt8] {
                var bytes = Self.sample
                bytes[position] = value
                do { _ = try contents(bytes) } catch is ArchiveError {} catch { Issue.record(error) }
            }
        }
    }
}
