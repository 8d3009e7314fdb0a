// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareArchive
import PareBytes
import Samples
import Testing

@Suite struct TarTests {
    static let sample: [UInt8] = {
        var tar = TarWriter()
        tar.add("folder", kind: .folder, mode: 0o755)
        tar.add("folder/file", Array("hello".utf8), mode: 0o4755)
        tar.add("folder/empty")
        tar.add(String(repeating: "long/", count: 40) + "name", Array(repeating: 7, count: 513))
        tar.add("link", kind: .symbolicLink, link: String(repeating: "t", count: 150))
        tar.add("hard", kind: .hardLink, link: "folder/file")
        tar.add("pipe", kind: .other)
        tar.finish()
        return tar.bytes
    }()

    @Test func readsWhatItWrites() throws {
        let read = try entries(of: Self.sample)
        #expect(read.map(\.path).prefix(3) == ["folder/", "folder/file", "folder/empty"])
        #expect(read.map(\.kind) == [.folder, .file, .file, .file, .symbolicLink, .hardLink, .other])
        #expect(read[1].content == Array("hello".utf8) && read[1].mode == 0o4755)
        #expect(read[3].path.hasSuffix("long/name") && read[3].size == 513)
        #expect(read[4].link.count == 150)
        #expect(read[5].link == "folder/file")
    }

    @Test func systemTarReadsWhatIsWritten() throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        try writeFile(Self.sample, to: "\(scratch.path)/a.tar")
        let names = String(decoding: try run("tar -tf a.tar", in: scratch.path), as: UTF8.self)
        #expect(names.split(separator: "\n").map(String.init) == (try entries(of: Self.sample)).map(\.path))
        try run("tar -xf a.tar && test \"$(cat folder/file)\" = hello", in: scratch.path)
    }

    /// Trees of random names, lengths and kinds, written by the system's tar in all its formats.
    @Test(arguments: ["v7", "ustar", "gnu", "oldgnu", "pax"], [1, 2])
    func readsWhatSystemTarWrites(_ format: String, seed: UInt64) throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        var generator = SplitMix64(seed: seed)
        let longest = ["v7": 20, "ustar": 40][format] ?? 120
        var expected: [String: ReadEntry] = [:]
        for number in 0..<60 {
            let folder = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                String(repeating: "d", count: Int.random(in: 1...longest, using: &generator))
            }
            let name =
                "n\(number)"
                + String(repeating: "ü", count: Int.random(in: 0...longest / 4, using: &generator))
            let path = (["t"] + folder + [name]).joined(separator: "/")
            guard format != "v7" || path.utf8.count < 98 else { continue }
            makeFolders("\(scratch.path)/" + (["t"] + folder).joined(separator: "/"))
            if number % 7 == 3 {
                let link = String(repeating: "l", count: Int.random(in: 1...(longest * 2), using: &generator))
                guard link.count < 98 || longest > 40 else { continue }
                try FileManager.default.createSymbolicLink(
                    atPath: "\(scratch.path)/\(path)", withDestinationPath: link)
                expected[path] = ReadEntry(
                    path: path, kind: .symbolicLink, size: 0, mode: 0o777, link: link, content: [])
            } else {
                let length = [0, 1, 511, 512, 513, 5000][Int.random(in: 0..<6, using: &generator)]
                let content = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
                try writeFile(content, to: "\(scratch.path)/\(path)", mode: 0o640)
                expected[path] = ReadEntry(
                    path: path, kind: .file, size: Int64(length), mode: 0o640, link: "", content: content)
            }
        }
        let tar = try run("tar --format=\(format) -cf - t", in: scratch.path)
        let read = try entries(of: tar).filter { $0.kind != .folder }
        #expect(Dictionary(uniqueKeysWithValues: read.map { ($0.path, $0) }) == expected)
    }

    @Test(arguments: [
        "--format=gnu", "--format=pax --sparse-version=1.0", "--format=pax --sparse-version=0.1",
        "--format=pax --sparse-version=0.0",
    ])
    func readsSparseFiles(_ options: String) throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        // Many segments, so that GNU's map needs more blocks than one, and a hole at the end.
        let script = """
            for i in $(seq 0 60); do printf part$i | dd of=sparse bs=1 seek=$((i * 20000)) conv=notrunc status=none; done
            truncate -s 1500000 sparse; echo next > next; tar \(options) --sparse -cf - sparse next
            """
        let tar = try run(script, in: scratch.path)
        let read = try entries(of: tar)
        #expect(read.map(\.path) == ["sparse", "next"])
        #expect(tar.count < 600_000, "the holes are not in the archive")
        #expect(read[0].size == 1_500_000)
        #expect(try read[0].content == readFile("\(scratch.path)/sparse"))
        #expect(read[1].content == Array("next\n".utf8))
    }

    @Test func readsGlobalHeaders() throws {
        var tar = TarTestWriter()
        tar.add(type: "g", content: Array("20 path=global/name\n".utf8))
        tar.add(name: "one")
        tar.add(type: "x", content: Array("14 path=local\n".utf8))
        tar.add(name: "two")
        tar.add(type: "g", content: Array("8 path=\n".utf8))
        tar.add(name: "three")
        #expect(try entries(of: tar.bytes).map(\.path) == ["global/name", "local", "three"])
    }

    @Test func readsLongNamesBesidePAX() throws {
        var tar = TarTestWriter()
        tar.add(type: "L", content: Array("a/long/name\0".utf8))
        tar.add(type: "K", content: Array("a/long/link\0".utf8))
        tar.add(name: "x", type: "2", link: "y")
        tar.add(name: "z")
        let read = try entries(of: tar.bytes)
        #expect(read.map(\.path) == ["a/long/name", "z"])
        #expect(read[0].link == "a/long/link")
    }
}
