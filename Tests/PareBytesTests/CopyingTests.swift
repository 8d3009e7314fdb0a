// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import Synchronization
import Testing

/// Copies of files, digests of files, and work in the background.
@Suite struct CopyingTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder(name: "pare-copying") }

    @Test(arguments: [0, 1, 300_000])
    func aCopyIsTheSame(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try writeFile(bytes, to: folder.path + "/a")
        try copyFile(folder.path + "/a", to: folder.path + "/b", mode: 0o750)
        #expect(try readFile(folder.path + "/b") == bytes)
        var facts = stat()
        #expect(stat(folder.path + "/b", &facts) == 0 && facts.st_mode & 0o7777 == 0o750)
        #expect(
            try SHA256.digest(of: MappedFile(folder.path + "/a")) == SHA256.digest(of: bytes))
    }

    @Test func betweenFileSystems() throws {
        try writeFile(Array("words".utf8), to: folder.path + "/a")
        let other = try ScratchFolder(in: "/dev/shm", name: "pare-copying")
        try copyFile(folder.path + "/a", to: other.path + "/b", mode: 0o600)
        #expect(try readFile(other.path + "/b") == Array("words".utf8))
    }

    @Test func nothingIsOverwrittenAndNoLinkFollowed() throws {
        try writeFile(Array("a".utf8), to: folder.path + "/a")
        try writeFile(Array("b".utf8), to: folder.path + "/b")
        #expect(throws: FileError.exists(folder.path + "/b")) {
            try copyFile(folder.path + "/a", to: folder.path + "/b", mode: 0o600)
        }
        symlink("a", folder.path + "/link")
        #expect(throws: FileError.self) {
            try copyFile(folder.path + "/link", to: folder.path + "/c", mode: 0o600)
        }
        #expect(throws: FileError.missing(folder.path + "/none")) {
            try copyFile(folder.path + "/none", to: folder.path + "/c", mode: 0o600)
        }
        #expect(try namesInFolder(folder.path) == ["a", "b", "link"])
    }

    @Test func backgroundWorkGivesItsResult() async throws {
        #expect(try await inBackground { _ in 42 } == 42)
        await #expect(throws: FileError.missing("a")) {
            try await inBackground { _ in throw FileError.missing("a") }
        }
    }

    @Test func backgroundWorkIsToldOfCancellation() async throws {
        let task = Task {
            try await inBackground { isCancelled in
                while !isCancelled() { usleep(1000) }
                throw CancellationError()
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
