// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Inputs that are broken, hostile or not there: a clear message, the right exit code, and nothing left behind.
@Suite struct BadInputTests {
    // MARK: images

    @Test(arguments: [0, 1, 300, 511, 600, 1500])
    func aTruncatedArchiveIsAnError(_ length: Int) throws {
        let folder = try TemporaryFolder()
        try ImageTar.write(to: folder.path + "/whole.tar")
        let whole = try Data(contentsOf: URL(filePath: folder.path + "/whole.tar"))
        #expect(try Command("scan", folder.path + "/whole.tar").status == 0)
        try whole.prefix(length).write(to: URL(filePath: folder.path + "/cut.tar"))
        try Self.expectRefusal(of: folder.path + "/cut.tar")
    }

    @Test(arguments: [10, 200])
    func aTruncatedGzipIsAnError(_ length: Int) throws {
        let folder = try TemporaryFolder()
        try ImageTar.write(to: folder.path + "/whole.tar")
        try Shell.run("gzip", "-k", folder.path + "/whole.tar")
        #expect(try Command("scan", folder.path + "/whole.tar.gz").status == 0)
        let whole = try Data(contentsOf: URL(filePath: folder.path + "/whole.tar.gz"))
        try whole.prefix(length).write(to: URL(filePath: folder.path + "/cut.tar.gz"))
        try Self.expectRefusal(of: folder.path + "/cut.tar.gz")
    }

    @Test func noiseIsNoArchive() throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "noise ", count: 5_000), to: "noise.tar")
        try Self.expectRefusal(of: folder.path + "/noise.tar")
    }

    @Test(.enabled(if: Shell.has("setpriv"), "setpriv is not here"))
    func anUnreadableFileIsSaid() throws {
        let folder = try TemporaryFolder()
        try folder.write("secret", to: "image.tar")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o000], ofItemAtPath: folder.path + "/image.tar")
        let program = try Command.program.path
        let (status, _, errors) = try Shell.result(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "scan",
            folder.path + "/image.tar")
        // A folder that nobody may enter says the same about the program itself.
        guard !errors.contains("setpriv") else { return }
        #expect(status == 1)
        #expect(errors.contains("image.tar"))
    }

    // MARK: data

    @Test(arguments: ["", "not a data base", String(repeating: "\0", count: 9000)])
    func aCorruptStoreIsAnError(_ content: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(content, to: "store/trivy.db")
        try folder.write(#"{"Version":2,"UpdatedAt":"2026-01-01T00:00:00Z"}"#, to: "store/metadata.json")
        try ImageTar.write(to: folder.path + "/image.tar")
        let command = try Command("scan", "--db-path", folder.path + "/store", folder.path + "/image.tar")
        #expect(command.status == 1)
        #expect(command.errors.contains("trivy.db") && command.errors.contains("hint:"))
        #expect(command.output.isEmpty)
    }

    @Test func aFolderWithoutStoreIsAnError() throws {
        let folder = try TemporaryFolder()
        try ImageTar.write(to: folder.path + "/image.tar")
        let command = try Command("scan", "--db-path", folder.path + "/none", folder.path + "/image.tar")
        #expect(command.status == 1)
        #expect(command.errors.contains(folder.path + "/none"))
    }

    // MARK: output

    @Test func aFullDiskIsSaid() throws {
        let folder = try TemporaryFolder()
        try ImageTar.write(to: folder.path + "/image.tar")
        let command = try Command("scan", "--output", "/dev/full", folder.path + "/image.tar")
        #expect(command.status == 1)
        #expect(command.errors.contains("/dev/full"))
        #expect(FileManager.default.fileExists(atPath: "/dev/full"), "a device is not replaced")
    }

    @Test func aClosedPipeIsNoError() throws {
        let folder = try TemporaryFolder()
        try ImageTar.write(to: folder.path + "/image.tar")
        let program = try Command.program.path
        let (status, output, errors) = try Shell.result(
            "bash", "-o", "pipefail", "-c", #""$0" scan --all "$1" | head -n 1"#, program,
            folder.path + "/image.tar")
        #expect(status == 0)
        #expect(output.split(separator: "\n").count == 1)
        #expect(errors.isEmpty)
    }

    @Test(arguments: [40, 60, 100])
    func fitsNarrowTerminals(_ width: Int) throws {
        let folder = try TemporaryFolder()
        try ImageTar.write(to: folder.path + "/i.tar")
        let command = try Command(
            ["scan", "i.tar"], environment: ["COLUMNS": "\(width)"], folder: folder.path)
        #expect(command.status == 0)
        #expect(!command.output.contains("\u{1B}["))
    }

    // MARK: Dockerfiles

    @Test(arguments: [
        ("", "Dockerfile"), ("FROM\n", "1"), ("RUN true\n", "FROM"), ("FROM node:20\nFLY away\n", "FLY"),
        ("FROM node:20\nRUN <<EOF\nnever closed\n", "EOF"),
    ])
    func aDockerfileThatDoesNotParseIsAnError(_ text: String, _ word: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "app/Dockerfile")
        for words in [["rewrite", folder.path + "/app/Dockerfile"], ["fix", folder.path + "/app"]] {
            let command = try Command(words)
            #expect(command.status == 1, "\(words)")
            #expect(command.errors.contains(word) && command.errors.contains("error:"), "\(command.errors)")
            #expect(command.output.isEmpty)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/app") == ["Dockerfile"])
    }

    @Test func anApplicationThatIsNotUnderstoodIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        try folder.write("FROM python:3\nCMD [\"python\"]\n", to: "app/Dockerfile")
        let command = try Command("fix", folder.path + "/app")
        #expect(command.status == 1)
        #expect(command.errors.contains("python:3"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/app") == ["Dockerfile"])
    }

    @Test func filesOfTheUserAreNotHarmed() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "FROM node:20\nWORKDIR /app\nCOPY . .\nEXPOSE 1\nCMD [\"node\",\"a.js\"]\n", to: "app/Dockerfile")
        try folder.write(#"{"name":"a"}"#, to: "app/package.json")
        try folder.write("mine", to: "app/Dockerfile.pare")
        let command = try Command("fix", folder.path + "/app")
        #expect(command.status == 1)
        #expect(command.errors.contains("Dockerfile.pare"))
        #expect(try String(contentsOfFile: folder.path + "/app/Dockerfile.pare", encoding: .utf8) == "mine")
    }

    @Test(arguments: [["build", ".", "-t", "a"], ["trial", "a"], ["fix", "."], ["compare", "a", "b"]])
    func aMissingEngineIsSaid(_ words: [String]) throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "FROM node:20\nWORKDIR /app\nCOPY . .\nEXPOSE 1\nCMD [\"node\",\"a.js\"]\n", to: "Dockerfile")
        try folder.write(#"{"name":"a"}"#, to: "package.json")
        let command = try Command(words, environment: ["PATH": folder.path], folder: folder.path)
        #expect(command.status == 1, "\(command.errors)")
        #expect(command.errors.contains("buildah"), "\(command.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "Dockerfile", "package.json",
            ])
    }

    /// A target that must be refused by name, with a hint or not, and without any result.
    private static func expectRefusal(of path: String) throws {
        let command = try Command("scan", path)
        #expect(command.status == 1)
        #expect(command.errors.contains("error:") && command.errors.contains(path), "\(command.errors)")
        #expect(command.output.isEmpty)
    }
}
