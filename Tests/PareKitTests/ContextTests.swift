// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

/// What builds see of an application's folder, and copies of it with a patch.
@Suite struct ContextTests {
    /// A folder with all that may lie in one.
    private static func folder() throws -> Folder {
        let folder = try Folder()
        for name in ["a.js", "src/b.js", "node_modules/x/index.js", "logs/a.log", "logs/keep.log", "run.sh"] {
            try folder.write("content of \(name)\n", to: name)
        }
        try folder.write("{\"a\": 1}\n", to: "package.json")
        chmod(folder.path + "/run.sh", 0o755)
        symlink("src/b.js", folder.path + "/link")
        symlink("/etc/hostname", folder.path + "/outside")
        symlink("src", folder.path + "/folder-link")
        mkdir(folder.path + "/empty", 0o755)
        mkfifo(folder.path + "/pipe", 0o644)
        return folder
    }

    private static let ignored = ["node_modules", "logs", "!logs/keep.log"]

    @Test func listsWhatBuildsSee() throws {
        let folder = try Self.folder()
        let context = try Context(folder.path, ignoring: Self.ignored)
        #expect(
            context.entries.map(\.path) == [
                "a.js", "empty", "folder-link", "link", "logs/keep.log", "outside", "package.json", "run.sh",
                "src", "src/b.js",
            ])
        #expect(context.diagnostics.map(\.location) == ["pipe"])
    }

    /// The list is one that `sha256sum` checks, and changes with whatever a build may see.
    @Test func theListIsSha256sums() throws {
        let folder = try Self.folder()
        try folder.write("x", to: "back\\slash")
        try folder.write("y", to: "new\nline")
        let listing = try Context(folder.path, ignoring: Self.ignored).listing()
        #expect(listing.contains("# executable run.sh\n") && listing.contains("# link link -> src/b.js\n"))
        let list = try Folder()
        try list.write(listing, to: "context.sha256")
        #expect(try Self.check(list.path + "/context.sha256", in: folder) == 0)
        try folder.write("other", to: "src/b.js")
        #expect(try Self.check(list.path + "/context.sha256", in: folder) == 1)
        let changes: [(Folder) throws -> Void] = [
            { try $0.write("z", to: "a.js") }, { chmod($0.path + "/run.sh", 0o644) },
            { folder in
                unlink(folder.path + "/link")
                symlink("a.js", folder.path + "/link")
            },
            { try $0.write("z", to: "src/new.js") },
        ]
        for change in changes {
            let fresh = try Self.folder()
            let before = try Context(fresh.path, ignoring: Self.ignored).listing()
            try change(fresh)
            #expect(try Context(fresh.path, ignoring: Self.ignored).listing() != before)
        }
    }

    private static func check(_ list: String, in folder: Folder) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sha256sum", "--check", "--strict", "--quiet", list]
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func aCopyHasThePatchAndTheRestAsItIs() throws {
        let folder = try Self.folder()
        chmod(folder.path + "/src", 0o555)
        defer { chmod(folder.path + "/src", 0o755) }
        let context = try Context(folder.path, ignoring: Self.ignored)
        let before = try context.listing()
        let scratch = try Folder()
        let copy = scratch.path + "/copy"
        try context.stage(in: copy, with: FixSamples.patch.files)
        let staged = try Context(copy, ignoring: [])
        #expect(
            staged.entries.filter { !$0.path.hasPrefix("package") && $0.path != "logs" }
                == context.entries.filter { $0.path != "package.json" })
        #expect(try String(contentsOfFile: copy + "/package.json", encoding: .utf8) == "{\"a\": 2}\n")
        #expect(try String(contentsOfFile: copy + "/package-lock.json", encoding: .utf8) == "{}\n")
        #expect(try context.listing() == before && folder.text("package.json") == "{\"a\": 1}\n")
        chmod(copy + "/src", 0o755)
    }

    @Test(arguments: [
        "", "/etc/passwd", "../a", "a/../../b", "./a", "a//b", "a/", "line\nbreak", "folder-link/a",
        "outside/a", "a.js/b",
    ])
    func aPatchStaysInItsFolder(path: String) throws {
        let folder = try Self.folder()
        let scratch = try Folder()
        let files = [DependencyPatch.File(path: path, before: nil, after: "harm")]
        #expect(throws: VerbError.self) {
            try Context(folder.path, ignoring: Self.ignored).stage(in: scratch.path + "/copy", with: files)
        }
        #expect(try folder.text("src/b.js") == "content of src/b.js\n")
    }

    @Test func eachPatchIsStagedOnce() async throws {
        let folder = try Self.folder()
        let scratch = try Folder()
        let staging = Staging(
            try Context(folder.path, ignoring: Self.ignored), scratch: scratch.path)
        #expect(try await staging.folder(with: nil) == folder.path)
        let first = try await staging.folder(with: FixSamples.patch)
        #expect(try await staging.folder(with: FixSamples.patch) == first && first != folder.path)
    }
}

private let hasBuildah = getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/buildah")

/// What buildah sees of a context, in the same words.
@Suite(.enabled(if: hasBuildah, "needs root and buildah"))
struct IgnoreOracleTests {
    @Test(arguments: [
        ["node_modules", "*.log"], ["**/*.md", "!README.md"], ["**", "!src", "src/deep"], ["src/**"],
        ["src/*/x", "a?.js"], ["/src", "./lib/"], ["[ab]*.js"], ["# words", "", "lib/../a1.js"],
        ["src/**/x", "!src/deep/er/x"],
    ])
    func buildahAgrees(lines: [String]) throws {
        let folder = try Folder()
        for path in [
            "a1.js", "b.js", "c.log", "README.md", "docs/a.md", "src/a.ts", "src/deep/x", "src/deep/er/x",
            "lib/a", "node_modules/m/index.js",
        ] { try folder.write("", to: "context/" + path) }
        try folder.write("FROM scratch\nCOPY . /\n", to: "Dockerfile")
        try folder.write(lines.joined(separator: "\n") + "\n", to: "ignored")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/buildah")
        process.arguments = [
            "build", "--quiet", "--isolation", "chroot", "--ignorefile", folder.path + "/ignored", "--file",
            folder.path + "/Dockerfile", "--output", "type=local,dest=\(folder.path)/out",
            folder.path + "/context",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        func files(_ folder: String, _ ignored: [String]) throws -> [String] {
            try Context(folder, ignoring: ignored).entries.filter { $0.kind == .file }.map(\.path)
        }
        #expect(try files(folder.path + "/context", lines) == files(folder.path + "/out", []))
    }
}
