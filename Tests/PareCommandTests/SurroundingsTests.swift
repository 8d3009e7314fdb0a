// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What stands around a command: the disk, rights, pipes, the terminal, engines.
@Suite struct SurroundingsTests {
    @Test func aFullDeviceIsSaid() throws {
        let root = try Self.root()
        let command = try Command("scan", "--output", "/dev/full", root.path)
        #expect(command.failed(naming: "/dev/full"), "\(command)")
        try shell("test -c /dev/full")
        let piped = try Command(
            ["scan", root.path], .init(wrapper: ["/bin/sh", "-c", "exec \"$@\" > /dev/full", "sh"]))
        #expect(piped.status == 1 && piped.errors.contains("No space left"), "\(piped)")
    }

    static let canMount =
        (try? shell("unshare -m true 2>/dev/null; mount --version; id -u; exit $?"))?
        .hasSuffix("\n0\n") == true && (try? shell("unshare -m true 2>/dev/null")) != nil

    @Test(.enabled(if: canMount, "needs root, and a mount namespace"))
    func aFullDiskLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let root = try Self.root()
        // What is left is listed, since nobody sees into the namespace afterwards.
        let script = """
            mount -t tmpfs -o size=16k none "$0" || exit 99
            echo old > "$0/report.json"
            "$@"
            status=$?
            ls -A "$0" >&2; cat "$0/report.json" >&2
            exit $status
            """
        let command = try Command(
            [
                "scan", "--format", "json", "--list-all-pkgs", "--output", folder.path + "/report.json",
                root.path,
            ],
            .init(wrapper: ["/usr/bin/env", "unshare", "-m", "/bin/sh", "-c", script, folder.path]))
        #expect(command.failed(naming: folder.path + "/report.json"), "\(command)")
        #expect(command.errors.hasSuffix("\nreport.json\nold\n"), "\(command)")
    }

    @Test(arguments: ["/nonexistent/folder/report", "/proc/report", "/etc"])
    func whereNothingCanBeWrittenIsSaid(file: String) throws {
        let root = try Self.root()
        let command = try Command("scan", "--output", file, root.path)
        #expect(command.failed(naming: file), "\(command)")
    }

    static let nobody = ["/usr/bin/env", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    static let canBeNobody = (try? Command(["--version"], .init(wrapper: nobody)).status) == 0

    @Test(.enabled(if: canBeNobody, "needs root, setpriv, and a build folder that all may read"))
    func whatMayNotBeReadIsSaid() throws {
        let folder = try Self.root()
        let image = try folder.archive(layer: TemporaryFolder.debian + Tar.end)
        try shell(
            "cp -r \"$1/etc\" \"$1/private\"; chmod 700 \"$1/private\"; chmod 600 \"$1/image.tar\"",
            folder.path)
        for target in [folder.path + "/private", image] {
            let command = try Command(["scan", target], .init(wrapper: Self.nobody))
            #expect(command.failed(naming: target), "\(command)")
        }
        try folder.write("FROM node:20\n", to: "private/Dockerfile")
        for words in [["fix", folder.path + "/private"], ["rewrite", folder.path + "/private/Dockerfile"]] {
            let command = try Command(words, .init(wrapper: Self.nobody))
            #expect(command.failed(naming: folder.path + "/private"), "\(command)")
        }
        // A part that may not be read is told of, and the rest is scanned.
        let command = try Command(["scan", folder.path], .init(wrapper: Self.nobody))
        #expect(command.status == 0 && command.output.contains("private"), "\(command)")
    }

    @Test(arguments: [["trial", "x"], ["build", "--tag", "x", "."]])
    func withoutAnEngineItIsSaid(words: [String]) throws {
        let folder = try TemporaryFolder()
        try folder.write("FROM scratch\n", to: "Dockerfile")
        let way = Command.Way(environment: ["PATH": "/nonexistent"], folder: folder.path)
        let command = try Command(words, way)
        #expect(command.failed(naming: "no container engine"), "\(command)")
        #expect(command.errors.contains("apt-get install"), "\(command)")
        let named = try Command(words + ["--engine", "rocket"], way)
        #expect(named.failed(naming: "'rocket'"), "\(named)")
    }

    @Test(arguments: ["docker", "podman", "buildah"])
    func aNamedEngineThatIsMissingIsSaid(engine: String) throws {
        let folder = try Application.folder(server: "")
        let command = try Command(
            ["fix", folder.path, "--engine", engine], .init(environment: ["PATH": "/nonexistent"]))
        #expect(command.failed(naming: engine), "\(command)")
        #expect(try folder.paths == ["Dockerfile", "package.json", "server.js"])
    }

    /// `pare scan … | head -1`.
    @Test func aReaderMayGoAway() throws {
        let root = try Self.root()
        let command = try Command(
            ["scan", "--all", "--format", "json", "--list-all-pkgs", root.path],
            .init(wrapper: ["/bin/sh", "-c", "{ \"$@\"; echo \"status $?\" >&2; } | head -1", "sh"]))
        #expect(command.errors.hasSuffix("status 0\n"), "\(command)")
        #expect(!command.errors.contains("error"), "\(command)")
        let closed = try Command(
            ["scan", root.path],
            .init(wrapper: ["/bin/sh", "-c", "{ sleep 1; \"$@\"; echo \"status $?\" >&2; } | true", "sh"]))
        #expect(closed.errors.hasSuffix("status 0\n") && !closed.errors.contains("error"), "\(closed)")
    }

    /// No input, output or errors at all.
    @Test func closedDescriptorsDoNoHarm() throws {
        let root = try Self.root()
        let command = try Command(
            ["scan", root.path], .init(wrapper: ["/bin/sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"]))
        #expect(command.status == 1, "\(command)")
    }

    @Test(arguments: ["", "1"])
    func noColourWhereThereIsNoTerminal(value: String) throws {
        let root = try Self.root()
        let command = try Command(["scan", root.path], .init(environment: ["NO_COLOR": value]))
        #expect(command.status == 0 && !command.output.contains("\u{1B}"), "\(command)")
    }

    @Test(
        .enabled(if: (try? shell("command -v script")) != nil, "needs script(1)"), arguments: [true, false])
    func aTerminalHasColoursUnlessNotWanted(wanted: Bool) throws {
        let root = try Self.root()
        let way = Command.Way(
            environment: wanted ? ["TERM": "xterm"] : ["TERM": "xterm", "NO_COLOR": "1"],
            wrapper: ["/bin/sh", "-c", "exec script -qec \"$1 $2 $3 $4\" /dev/null", "sh"])
        let command = try Command(["scan", "--quiet", root.path], way)
        #expect(command.status == 0 && command.output.contains("\u{1B}[") == wanted, "\(command)")
    }

    @Test(arguments: [1, 40, 60, 80, 200])
    func tablesFit(columns: Int) throws {
        let root = try Self.root()
        for options in [[], ["--all"]] {
            let command = try Command(
                ["scan", root.path] + options, .init(environment: ["COLUMNS": "\(columns)"]))
            let widest = command.output.split(separator: "\n").map(\.count).max() ?? 0
            #expect(command.status == 0 && widest <= max(72, columns), "\(widest)\n\(command)")
        }
    }

    @Test(arguments: ["-1", "x", "99999999999999999999"])
    func oddColumnsDoNoHarm(columns: String) throws {
        let root = try Self.root()
        #expect(try Command(["scan", root.path], .init(environment: ["COLUMNS": columns])).status == 0)
    }

    static let canCutOff = (try? shell("unshare -n true 2>/dev/null")) != nil

    @Test(.enabled(if: canCutOff, "needs root, and a network namespace"))
    func scansNeedNoNetwork() throws {
        let root = try Self.root()
        let command = try Command(["scan", root.path], .init(wrapper: ["/usr/bin/env", "unshare", "-n"]))
        #expect(command.status == 0 && command.errors.isEmpty, "\(command)")
    }

    /// A Debian with one old package, in a folder.
    static func root() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(TemporaryFolder.debian + Tar.end, to: "root.tar")
        try shell("cd \"$1\" && tar xf root.tar && rm root.tar && chmod -R a+rX .", folder.path)
        return folder
    }
}

/// Applications that recipes understand.
enum Application {
    /// A folder with a Dockerfile for a server of one file.
    static func folder(server: String, steps: String = "", base: String = "node:20") throws -> TemporaryFolder
    {
        let folder = try TemporaryFolder()
        try folder.write(#"{"name":"tiny","version":"1.0.0","main":"server.js"}"#, to: "package.json")
        try folder.write(server, to: "server.js")
        try folder.write(
            "FROM \(base)\nWORKDIR /app\nCOPY . .\n\(steps)\nEXPOSE 8080\nCMD [\"node\", \"server.js\"]\n",
            to: "Dockerfile")
        return folder
    }
}
