// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What a person sees: exit code, standard output, standard error.
@Suite struct CommandTests {
    /// Words typed, the exit code, and what standard error has to say.
    static let mistakes: [([String], Int32, String)] = [
        (["scan"], 2, "name one target"),
        (["scan", "/nonexistent/image.tar"], 1, "/nonexistent/image.tar"),
        (["scan", "/etc/hostname"], 1, "/etc/hostname"),
        (["scan", "--severity", "HUGE", "x.tar"], 2, "no severity 'HUGE'"),
        (["scan", "--no-such-option", "x.tar"], 2, "--no-such-option"),
        (["scan", "--format", "yaml", "x.tar"], 2, "yaml"),
        (["frobnicate"], 2, "frobnicate"),
        (["rewrite", "/nonexistent/Dockerfile"], 1, "/nonexistent/Dockerfile"),
        (["rewrite", "--provider", "nobody", "-"], 1, "no recipe 'nobody'"),
        (["fix", "/nonexistent"], 1, "/nonexistent"),
        (["trial", "--port", "70000", "x"], 2, "no port 70000"),
        (["build", "."], 2, "--tag"),
    ]

    @Test(arguments: mistakes)
    func tellsOfAMistake(_ words: [String], _ status: Int32, _ message: String) throws {
        let command = try Command(words, .init())
        #expect(command.status == status)
        #expect(command.errors.contains(message), "\(command.errors)")
        #expect(command.output.isEmpty)
    }

    @Test func saysItsVersion() throws {
        let command = try Command("--version")
        #expect(command.status == 0)
        #expect(command.output.hasPrefix("pare "))
    }

    @Test(arguments: ["scan", "rewrite", "build", "trial", "compare", "fix", "db"])
    func explainsItself(_ verb: String) throws {
        let command = try Command(verb, "--help")
        #expect(command.status == 0)
        #expect(command.output.contains("USAGE: pare \(verb)"))
        #expect(command.errors.isEmpty)
    }

    @Test func nothingRecognisedIsNotZero() throws {
        let folder = try TemporaryFolder()
        try folder.write("hello", to: "root/readme.txt")
        let command = try Command("scan", folder.path + "/root")
        #expect(command.status == 1)
        #expect(command.errors.contains("was recognised"))
    }

    @Test func aFolderWithoutDockerfileIsSaid() throws {
        let folder = try TemporaryFolder()
        let command = try Command("fix", folder.path)
        #expect(command.status == 1)
        #expect(command.errors.contains("no Dockerfile"))
    }

    @Test func findingsGiveTheExitCodeAskedFor() throws {
        let root = try Self.vulnerableFolder()
        #expect(try Command("scan", root.path).status == 0)
        #expect(try Command("scan", "--exit-code", "7", root.path).status == 7)
        #expect(
            try Command("scan", "--exit-code", "7", "--ignorefile", root.path + "/ignored", root.path).status
                == 0)
    }

    /// `pare scan … | head` must not hide what a gate in CI is to see.
    @Test func aReaderThatWentAwayChangesNoExitCode() throws {
        let root = try Self.vulnerableFolder()
        let script =
            #"(sleep 0.3; env -i HOME="$2" "$1" scan --exit-code "$3" "$2"; echo $? > "$2/code") | true; cat "$2/code""#
        for code in ["7", "0"] {
            #expect(try shell(script, Command.program.path, root.path, code) == code + "\n")
        }
        let help = #"(sleep 0.3; "$1" --help; echo $? > "$2/code") | true; cat "$2/code""#
        #expect(try shell(help, Command.program.path, root.path) == "0\n")
    }

    @Test func writesTheReportWhereItIsTold() throws {
        let root = try Self.vulnerableFolder()
        let file = root.path + "/report.json"
        let command = try Command("scan", "--format", "json", "--output", file, root.path)
        #expect(command.status == 0 && command.output.isEmpty)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("\"SchemaVersion\": 2"))
    }

    @Test func rewritesFromStandardInput() throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"name":"a","version":"1.0.0","main":"server.js"}"#, to: "package.json")
        let dockerfile = "FROM node:20\nWORKDIR /app\nCOPY . .\nEXPOSE 80\nCMD [\"node\", \"server.js\"]\n"
        let command = try Command("rewrite", "--context", folder.path, "-", input: dockerfile)
        #expect(command.status == 0, "\(command.errors)")
        #expect(command.output.contains("FROM scratch"))
        #expect(command.errors.contains("Dockerfile:"))
    }

    /// A Debian root with one old package, and a file that sets all its findings aside.
    private static func vulnerableFolder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("12.5\n", to: "etc/debian_version")
        try folder.write(
            """
            Package: libc6
            Status: install ok installed
            Architecture: amd64
            Source: glibc
            Version: 2.36-9

            """, to: "var/lib/dpkg/status")
        let command = try Command("scan", "--format", "json", folder.path)
        let ids = command.output.split(separator: "\"").filter { $0.hasPrefix("CVE-") && !$0.contains(" ") }
        try folder.write(Set(ids).joined(separator: "\n"), to: "ignored")
        return folder
    }
}
