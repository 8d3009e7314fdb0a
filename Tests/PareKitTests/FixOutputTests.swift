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
                "Dockerfile", "before.build.log", "context.sha256", "proof.json", "record.json", "report.html",
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

    @Test func keepsALogThatAnErrorNames() throws {
        let folder = try Self.folder()
        let logs = try Self.logs()
        let kept = try Self.output(folder, false).keep(log: logs.path + "/before.build.log")
        #expect(kept == folder.path + "/pare-proof/before.build.log")
        #expect(try folder.text("pare-proof/before.build.log") == "STEP 1\n")
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

    private static func proof(_ dockerfile: String) -> FixProof {
        let report = ScanReport(
            target: "a", kind: .image, created: "", image: nil, distro: nil, packages: [], findings: [],
            store: StoreFacts(name: "", updated: "", advisoryCount: 0), diagnostics: [])
        let comparison = Comparison(
            before: report, after: report, behaviourBefore: nil, behaviourAfter: nil, fixed: [],
            introduced: [], remaining: [], differences: nil)
        return FixProof(
            application: "a", started: "", engine: "", comparison: comparison, candidates: [], winner: "b",
            original: "FROM node:20\n", dockerfile: dockerfile, edits: [], diagnostics: [], seconds: 1)
    }
}
