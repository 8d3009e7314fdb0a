// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

/// No file that pare did not write is harmed.
@Suite struct FixOutputTests {
    @Test(arguments: [
        ("Dockerfile.pare", "FROM mine\n", false, "Dockerfile.pare"),
        ("Dockerfile.pare", "", false, "Dockerfile.pare"),
        ("Dockerfile.orig", "FROM mine\n", true, "Dockerfile.orig"),
        ("pare-proof/notes.txt", "mine", false, "pare-proof"),
        ("pare-proof/notes.txt", "mine", true, "pare-proof"),
        ("pare-proof/proof.json.bak", "mine", false, "pare-proof"),
    ])
    func refusesWhatIsNotOurs(file: String, content: String, replaces: Bool, named: String) throws {
        let folder = try Self.folder()
        try folder.write(content, to: file)
        let error = #expect(throws: VerbError.self) { try Self.output(folder, replaces) }
        #expect(error == .notOurs(file: "\(folder.path)/\(named)"))
        #expect(error?.hint?.contains("move") == true)
        #expect(try folder.text(file) == content)
    }

    @Test func aFileInTheProofsPlaceIsRefused() throws {
        let folder = try Self.folder()
        try folder.write("mine", to: "pare-proof")
        #expect(throws: (any Error).self) { try Self.output(folder, false) }
        #expect(try folder.text("pare-proof") == "mine")
    }

    @Test func writesBesideAndTwice() throws {
        let (folder, logs) = (try Self.folder(), try Self.logs())
        for text in ["FROM one\n", "FROM two\n"] {
            let text = FixOutput.mark + "\n" + text
            _ = try Self.output(folder, false).write(Self.proof(text), context: "list\n", logs: logs.path)
            #expect(try folder.text("Dockerfile.pare") == text)
            #expect(try folder.text("pare-proof/Dockerfile") == text)
        }
        #expect(try folder.text("Dockerfile") == "FROM node:20\n")
        let written = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/pare-proof")
        #expect(
            written.sorted() == [
                "Dockerfile", "README.md", "after.cdx.json", "before.build.log", "before.cdx.json",
                "context.sha256",
                "openvex.json", "proof.json", "record.json",
                "report.html",
            ])
        #expect(try folder.names == ["Dockerfile", "Dockerfile.pare", "pare-proof"])
    }

    @Test func keepsTheDockerfileThatItReplaces() throws {
        let (folder, logs) = (try Self.folder(), try Self.logs())
        _ = try Self.output(folder, true).write(Self.proof("FROM new\n"), context: "", logs: logs.path)
        #expect(try folder.text("Dockerfile") == "FROM new\n")
        #expect(try folder.text("Dockerfile.orig") == "FROM node:20\n")
        #expect(throws: VerbError.notOurs(file: folder.path + "/Dockerfile.orig")) {
            try Self.output(folder, true)
        }
    }

    @Test func keepsEveryByteForThoseWhoCouldReadThem() throws {
        let (folder, logs) = (try Self.folder(), try Self.logs())
        let old = Data("FROM node:20\n# caf".utf8) + Data([0xE9, 0x0A])
        let file = folder.path + "/Dockerfile"
        try old.write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let proof = FixSamples.proof("FROM new\n", original: String(decoding: old, as: UTF8.self))
        _ = try Self.output(folder, true).write(proof, context: "", logs: logs.path)
        let kept = file + ".orig"
        #expect(try Data(contentsOf: URL(filePath: kept)) == old)
        let facts = try FileManager.default.attributesOfItem(atPath: kept)
        #expect(facts[.posixPermissions] as? Int == 0o600)
    }

    @Test func keepsALogThatAnErrorNames() throws {
        let folder = try Self.folder()
        let logs = try Self.logs()
        _ = try Self.output(folder, false).write(
            Self.proof(FixOutput.mark + "\nFROM one\n"), context: "", logs: logs.path)
        try logs.write("STEP 2\n", to: "before.build.log")
        let kept = try Self.output(folder, false).keep(log: logs.path + "/before.build.log")
        #expect(kept == folder.path + "/pare-proof/failed.build.log")
        #expect(try folder.text("pare-proof/failed.build.log") == "STEP 2\n")
        #expect(try RecordedProof(ProofFolder(path: folder.path + "/pare-proof")).damaged.isEmpty)
        _ = try Self.output(folder, false)
    }

    @Test func buildsDoNotSeeWhatFixesWrite() throws {
        let folder = try Self.folder()
        try folder.write("node_modules\r\n*.log\r\n", to: ".dockerignore")
        let application = try Application(folder: folder.path, dockerfile: nil)
        #expect(
            application.ignored.filter { !$0.isEmpty }.prefix(6)
                == [
                    "node_modules", "*.log", "Dockerfile.pare", "Dockerfile.orig", "pare-proof",
                    "dependencies.pare.patch",
                ])
        #expect(application.ignored.contains("**/package-lock.json.orig"))
    }

    /// Wherever a Dockerfile lies, builds do not see what is written beside it.
    @Test(arguments: [
        ("docker/Dockerfile.prod", "docker/Dockerfile.prod"), ("./docker/Dockerfile", "docker/Dockerfile"),
        ("docker/api.build", "docker/api.build"), ("api/../Dockerfile.a", "Dockerfile.a"),
    ])
    func aDockerfileElsewhereInTheFolder(file: String, name: String) throws {
        let folder = try Folder()
        try folder.write("words\n", to: "api/a.js")
        try folder.write("words\n", to: "docker/a.js")
        try folder.write("FROM node:20\n", to: file)
        let application = try Application(folder: folder.path, dockerfile: "\(folder.path)/\(file)")
        #expect(application.dockerfileName == name)
        let before = try Context(folder.path, ignoring: application.ignored).listing()
        #expect(before.contains(name + "\n"))
        for ending in [".pare", ".orig"] { try folder.write("words\n", to: file + ending) }
        try folder.write("words\n", to: "docker/Dockerfile.other.pare")
        #expect(try Context(folder.path, ignoring: application.ignored).listing() == before)
    }

    @Test func anApplicationIsAFolderWithADockerfile() throws {
        let folder = try Folder()
        #expect(throws: VerbError.noDockerfile(folder: folder.path)) {
            try Application(folder: folder.path, dockerfile: nil)
        }
        for path in [folder.path + "/nothing", "/etc/hostname"] {
            let error = #expect(throws: (any Error).self) {
                try Application(folder: path, dockerfile: nil)
            }
            #expect((error as? any Explained)?.problem.contains(path) == true)
        }
    }

    private static func folder() throws -> Folder {
        let folder = try Folder()
        try folder.write("FROM node:20\n", to: "Dockerfile")
        return folder
    }

    private static func logs() throws -> Folder {
        let folder = try Folder()
        try folder.write("STEP 1\n", to: "before.build.log")
        try folder.write("", to: "before.Dockerfile")
        return folder
    }

    private static func output(_ folder: Folder, _ replaces: Bool) throws -> FixOutput {
        try FixOutput(Application(folder: folder.path, dockerfile: nil), replacesFiles: replaces)
    }

    private static func proof(_ dockerfile: String, patch: DependencyPatch? = nil) -> FixProof {
        FixSamples.proof(dockerfile, patch: patch)
    }
}

/// Patches of dependencies are written beside, or in the place of the user's files: all of them or none.
extension FixOutputTests {
    private static let before = ["Dockerfile": "FROM node:20\n", "package.json": "{\"a\": 1}\n"]

    private static func patched(replaces: Bool, _ folder: Folder) throws {
        try write(
            FixSamples.proof(FixOutput.mark + "\nFROM new\n", patch: FixSamples.patch), replaces: replaces,
            folder)
    }

    private static func write(_ proof: FixProof, replaces: Bool, _ folder: Folder) throws {
        let logs = try logs()
        defer { withExtendedLifetime(logs) {} }
        _ = try output(folder, replaces).write(proof, context: "", logs: logs.path)
    }

    private static func application() throws -> Folder {
        let folder = try Folder()
        for (name, text) in before { try folder.write(text, to: name) }
        return folder
    }

    /// `patch` makes of the old files what the new ones are.
    @Test(arguments: [["patch", "--silent", "-p1", "--input"], ["git", "apply", "--unsafe-paths"]])
    func thePatchLiesBesideAndCanBeApplied(command: [String]) throws {
        let folder = try Self.application()
        try Self.patched(replaces: false, folder)
        #expect(
            try folder.names == [
                "Dockerfile", "Dockerfile.pare", "dependencies.pare.patch", "package.json", "pare-proof",
            ])
        let text = try folder.text("dependencies.pare.patch")
        #expect(text.contains("# qs 6.11.0 -> 6.14.2: the range of express allows it\n"))
        #expect(try folder.text("pare-proof/dependencies.patch") == text)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command + ["dependencies.pare.patch"]
        process.currentDirectoryURL = URL(filePath: folder.path)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        for file in FixSamples.patch.files { #expect(try folder.text(file.path) == file.after) }
    }

    @Test func aPatchThatIsNotOursStays() throws {
        let folder = try Self.application()
        try folder.write("mine", to: "dependencies.pare.patch")
        #expect(throws: VerbError.notOurs(file: folder.path + "/dependencies.pare.patch")) {
            try Self.output(folder, false)
        }
    }

    @Test func aPatchOfAnEarlierRunGoes() throws {
        let folder = try Self.application()
        try Self.patched(replaces: false, folder)
        try Self.write(Self.proof(FixOutput.mark + "\nFROM new\n"), replaces: false, folder)
        #expect(try folder.names == ["Dockerfile", "Dockerfile.pare", "package.json", "pare-proof"])
    }

    @Test func allFilesAreReplacedAndKept() throws {
        let folder = try Self.application()
        try Self.patched(replaces: true, folder)
        for (name, text) in Self.before { #expect(try folder.text(name + ".orig") == text) }
        for file in FixSamples.patch.files { #expect(try folder.text(file.path) == file.after) }
        #expect(try folder.text("Dockerfile").hasSuffix("FROM new\n"))
        #expect(!(try folder.names.contains("package-lock.json.orig")))
    }

    /// Whatever is in the way of one file, the others stay as they are.
    @Test(arguments: [
        ("package.json.orig", "mine"), ("package-lock.json", "not there when it began"),
        ("package-lock.json/folder", ""), ("package.json", "changed meanwhile"),
    ])
    func allOrNothing(file: String, text: String) throws {
        let folder = try Self.application()
        try folder.write(text, to: file)
        let before = try folder.names
        #expect(throws: (any Error).self) { try Self.patched(replaces: true, folder) }
        #expect(try folder.names.filter { $0 != "pare-proof" } == before)
        #expect(try folder.text("Dockerfile") == "FROM node:20\n")
        if file != "package.json" { #expect(try folder.text("package.json") == Self.before["package.json"]) }
    }

    /// The last file cannot be written, as on a full disk: those before it are put back.
    @Test func whatWasWrittenIsPutBack() throws {
        let folder = try Self.application()
        let patch = DependencyPatch(
            steps: FixSamples.patch.steps,
            files: FixSamples.patch.files + [.init(path: "none/a.json", before: nil, after: "{}")])
        #expect(throws: (any Error).self) {
            try Self.write(FixSamples.proof("FROM new\n", patch: patch), replaces: true, folder)
        }
        #expect(try folder.names == ["Dockerfile", "package.json", "pare-proof"])
        for (name, text) in Self.before { #expect(try folder.text(name) == text) }
    }

    /// A proof that cannot be written leaves the one that was there.
    @Test func theOldProofStaysUntilTheNewOneIsWhole() throws {
        let folder = try Self.application()
        try Self.patched(replaces: false, folder)
        let old = try folder.text("pare-proof/proof.json")
        #expect(throws: (any Error).self) {
            _ = try Self.output(folder, false).write(
                Self.proof("FROM new\n"), context: "", logs: "/nonexistent")
        }
        #expect(try folder.text("pare-proof/proof.json") == old)
        #expect(try folder.names.filter { $0.hasPrefix("pare-proof") } == ["pare-proof"])
    }
}
