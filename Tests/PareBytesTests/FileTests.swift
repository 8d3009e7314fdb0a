// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Testing

@Suite struct FileTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder(name: "pare-tests") }

    private func path(_ name: String) -> String { "\(scratch.path)/\(name)" }

    @Test func mapsAFile() throws {
        try writeFile(Array("hello".utf8), to: path("a"))
        let file = try MappedFile(path("a"))
        #expect(file.count == 5)
        #expect(file.withBytes { Array($0) } == Array("hello".utf8))
        #expect(file.withBytes(in: 1..<3) { Array($0) } == Array("el".utf8))
        #expect(file.withBytes(in: 4..<99) { Array($0) } == Array("o".utf8))
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(try buffer.withUnsafeMutableBytes { try file.read(at: 3, into: $0) } == 2)
        #expect(try buffer.withUnsafeMutableBytes { try file.read(at: 5, into: $0) } == 0)
        #expect(buffer.prefix(3) == [0x6C, 0x6F, 0])
        file.release(0..<5)
        #expect(file.withBytes { $0.first } == 0x68)
    }

    @Test func writesPiecesAsOneFileOrNone() throws {
        struct Failure: Error {}
        try writeFile(Array("old".utf8), to: path("a"))
        #expect(throws: Failure.self) {
            try writeFile(to: path("a")) { append in
                try Array("new".utf8).withUnsafeBytes { try append($0) }
                throw Failure()
            }
        }
        #expect(try readFile(path("a")) == Array("old".utf8))
        try writeFile(to: path("a")) { append in
            for piece in ["ne", "", "w"] { try Array(piece.utf8).withUnsafeBytes { try append($0) } }
        }
        #expect(try readFile(path("a")) == Array("new".utf8))
        #expect(try namesInFolder(scratch.path) == ["a"])
        #expect(throws: FileError.self) { try writeFile(to: path("none/a")) { _ in } }
    }

    @Test func namesTheFileThatStandsInTheWay() throws {
        try writeFile([1], to: path("file"))
        for name in ["file/b", "file/b/c"] {
            #expect(throws: FileError.notFolder(path("file"))) { try writeFile([1], to: path(name)) }
        }
        let long = FileError.writing("file/b", code: ENOTDIR)
        #expect(long == .notFolder("file/b"), "nothing is there")
    }

    @Test func mapsAnEmptyFile() throws {
        try writeFile([], to: path("empty"))
        let file = try MappedFile(path("empty"))
        #expect(file.withBytes { $0.count } == 0)
        #expect(try readFile(path("empty")).isEmpty)
    }

    @Test func saysWhyAFileCannotBeRead() throws {
        #expect(throws: FileError.missing(path("none"))) { try MappedFile(path("none")) }
        #expect(throws: FileError.isFolder(scratch.path)) { try MappedFile(scratch.path) }
        #expect(throws: FileError.self) { try MappedFile("/dev/null") }
        try writeFile([1], to: path("a"))
        #expect(throws: FileError.missing(path("a/b"))) { try MappedFile(path("a/b")) }
        try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("a"))
        #expect(throws: Never.self) { try MappedFile(path("link")) }
        #expect(throws: FileError.self) { try MappedFile(path("link"), followsLinks: false) }
        #expect(throws: FileError.self) { try readFile(path("a"), limit: 0) }
    }

    @Test func noticesATruncatedFile() throws {
        try writeFile([UInt8](repeating: 1, count: 100_000), to: path("a"))
        let file = try MappedFile(path("a"))
        try file.checkLength()
        truncate(path("a"), 10)
        #expect(throws: FileError.changed(path("a"))) { try file.checkLength() }
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(throws: FileError.changed(path("a"))) {
            try buffer.withUnsafeMutableBytes { try file.read(at: 50_000, into: $0) }
        }
    }

    @Test func refusesToReplaceUnasked() throws {
        try writeFile([1], to: path("a"))
        #expect(throws: FileError.exists(path("a"))) { try writeFile([2], to: path("a")) }
        #expect(try readFile(path("a")) == [1])
        #expect(throws: FileError.isFolder(scratch.path)) {
            try writeFile([2], to: scratch.path, replacing: true)
        }
        #expect(try namesInFolder(scratch.path) == ["a"])
    }

    @Test func replacesWithModeAndLinkKept() throws {
        try writeFile([1], to: path("a"))
        chmod(path("a"), 0o751)
        try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: "a")
        try writeFile([2, 3], to: path("link"), replacing: true)
        #expect(try readFile(path("a")) == [2, 3])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("link")) == "a")
        var facts = stat()
        #expect(stat(path("a"), &facts) == 0 && facts.st_mode & 0o7777 == 0o751)
        #expect(try namesInFolder(scratch.path) == ["a", "link"])
    }

    @Test func saysWhereItCannotWrite() throws {
        #expect(throws: FileError.missing(path("none/a"))) { try writeFile([1], to: path("none/a")) }
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(throws: FileError.diskFull("x")) {
            try [UInt8]([1]).withUnsafeBytes { try writeAll($0, to: full, path: "x") }
        }
    }

    @Test(.enabled(if: canMount, "needs the right to mount a small file system"))
    func leavesNothingOnAFullDisk() throws {
        try FileManager.default.createDirectory(atPath: path("small"), withIntermediateDirectories: false)
        #expect(mount("tmpfs", path("small"), "tmpfs", 0, "size=64k") == 0)
        defer { umount(path("small")) }
        try writeFile([7], to: path("small/old"))
        let long = [UInt8](repeating: 1, count: 1 << 20)
        for replacing in [false, true] {
            let name = replacing ? "old" : "new"
            #expect(throws: FileError.diskFull(path("small/\(name)"))) {
                try writeFile(long, to: path("small/\(name)"), replacing: replacing)
            }
        }
        #expect(try namesInFolder(path("small")) == ["old"])
        #expect(try readFile(path("small/old")) == [7])
    }

    @Test func removesAScratchFolderWithAllItHolds() throws {
        let gone: String
        do {
            let folder = try ScratchFolder(in: scratch.path)
            gone = folder.path
            makeFolders("\(gone)/a/b/c")
            try writeFile([1], to: "\(gone)/a/b/file")
            chmod("\(gone)/a/b", 0)
            try FileManager.default.createSymbolicLink(atPath: "\(gone)/out", withDestinationPath: "/usr")
        }
        #expect(access(gone, F_OK) != 0)
        #expect(access("/usr", F_OK) == 0)
    }
}

/// Whether a file system can be mounted here, tried in a namespace of another process.
private let canMount: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "unshare --mount mount -t tmpfs -o size=64k none /mnt"]
    process.standardError = FileHandle.nullDevice
    guard getuid() == 0, (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}()
