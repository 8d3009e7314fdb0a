// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import Testing

@Suite struct ScratchFolderTests {
    @Test func goesWithItsContentAndItsValue() throws {
        var folder: ScratchFolder? = try ScratchFolder(name: "pare-tests")
        let path = try #require(folder?.path)
        makeFolders(path + "/a/b")
        try writeFile(Array("c".utf8), to: path + "/a/b/c")
        chmod(path + "/a/b", 0o500)
        symlink("/etc", path + "/a/etc")
        folder = nil
        #expect(access(path, F_OK) != 0)
        #expect(access("/etc/passwd", F_OK) == 0)
    }

    /// A thread may have to end a program first, which uses the folder.
    @Test func isWaitedForInTheEnd() async throws {
        let parent = try ScratchFolder(name: "pare-tests")
        await #expect(processExitsWith: .success) { [place = parent.path as String] in
            try hold(in: place) { folder in
                usleep(200_000)
                if access(folder, F_OK) == 0 { try? writeFile([], to: place + "/waited") }
            }
            await ScratchFolder.removeAll()
        }
        #expect(try namesInFolder(parent.path) == ["waited"])
    }

    @Test func goesInTheEndAlsoWhereSomebodyHasIt() async throws {
        let parent = try ScratchFolder(name: "pare-tests")
        await #expect(processExitsWith: .success) { [place = parent.path as String] in
            try hold(in: place) { _ in while true { sleep(1) } }
            await ScratchFolder.removeAll()
        }
        #expect(try namesInFolder(parent.path) == [])
    }
}

/// Makes a folder that a thread holds for as long as it does something.
private func hold(in parent: String, _ use: @escaping @Sendable (String) -> Void) throws {
    let folder = try ScratchFolder(in: parent)
    try writeFile([], to: folder.path + "/used")
    try startThread {
        use(folder.path)
        withExtendedLifetime(folder) {}
    }
}
