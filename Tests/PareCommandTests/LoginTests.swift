// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import Testing

@Suite struct LoginTests {
    private func environment(_ home: TemporaryFolder, _ more: [String: String] = [:]) -> [String: String] {
        ["HOME": home.path, "XDG_RUNTIME_DIR": home.path + "/run"].merging(more) { $1 }
    }

    @Test func logsInAndOut() async throws {
        let registry = try await DockerRegistry(.passwords(["me": "s3cret, and more"]))
        defer { registry.stop() }
        let home = try TemporaryFolder()
        let file = home.path + "/.docker/config.json"
        let login = ["login", "--username", "me", "--password-stdin", registry.place]
        let first = try Command(
            login, .init(input: "s3cret, and more\r\n", environment: environment(home)))
        #expect(first.status == 0, "\(first)")
        #expect(first.output == "logged in to '\(registry.place)' as 'me'; kept in '\(file)'\n")
        #expect(first.errors.hasPrefix("warning: the password is kept in '\(file)' in base64"))
        #expect(first.errors.split(separator: "\n").count == 1)
        let kept = Data("me:s3cret, and more".utf8).base64EncodedString()
        #expect(try home.text(".docker/config.json").contains(kept))

        let wrong = try Command(login, .init(input: "wr0ng", environment: environment(home)))
        #expect(wrong.failed(naming: registry.place), "\(wrong)")
        #expect(!wrong.errors.contains("wr0ng"))
        #expect(try home.text(".docker/config.json").contains(kept), "what was kept stays")

        let logout = ["logout", "http://\(registry.place)/v2/"]
        let second = try Command(logout, .init(environment: environment(home)))
        #expect(second.output == "logged out of '\(registry.place)'; removed what was in '\(file)'\n")
        #expect(try !home.text(".docker/config.json").contains(kept))
        let third = try Command(logout, .init(environment: environment(home)))
        #expect(third.status == 0 && third.output == "not logged in to '\(registry.place)'\n")

        let variables = ["TRIVY_USERNAME": "me", "TRIVY_PASSWORD": "s3cret, and more"]
        let named = try Command(
            ["login", "--auth-file", home.path + "/own.json", registry.place],
            .init(environment: environment(home, variables)))
        #expect(named.status == 0, "\(named)")
        #expect(try home.text("own.json").contains(kept))
    }

    @Test func wantsATerminalToAsk() throws {
        let command = try Command("login", "127.0.0.1:1")
        #expect(command.status == 2 && command.errors.contains("--password-stdin"), "\(command)")
    }

    @Test(arguments: ["team", "https://", "a b"])
    func namesWhatIsNoRegistry(_ name: String) throws {
        let command = try Command("login", "--username", "me", "--password-stdin", name, input: "x")
        #expect(command.failed(naming: "'\(name)'"), "\(command)")
        // Before anybody is asked for anything.
        let unasked = try Command("login", name)
        #expect(unasked.failed(naming: "'\(name)'"), "\(unasked)")
    }

    /// What was cloned or unpacked does not say that a certificate need not be trusted.
    @Test func theFolderDoesNotSayWhomToTrust() async throws {
        let authority = try await TestAuthority()
        let registry = try await DockerRegistry(
            .passwords(["me": "s3cret"]), tls: .init(try await authority.issue(.server)))
        defer { registry.stop() }
        let home = try TemporaryFolder()
        let rule = #"{"registries":{"\#(registry.place)":{"insecure":true}}}"#
        try home.write(rule, to: "cloned/.pare.json")
        let login = ["login", "--username", "me", "--password-stdin", registry.place]
        let way = Command.Way(
            input: "s3cret", environment: environment(home), folder: home.path + "/cloned")
        let first = try Command(login, way)
        #expect(first.failed(naming: registry.place), "\(first)")
        #expect(
            first.errors.contains("warning: 'insecure' of '\(registry.place)' in '.pare.json'"), "\(first)")
        #expect(first.errors.contains("'\(home.path)/.config/pare/pare.json'"), "\(first)")
        try home.write(rule, to: ".config/pare/pare.json")
        let second = try Command(login, way)
        #expect(second.status == 0, "\(second)")
    }

    /// At a terminal a password that was to be piped in is asked for unseen, and Ctrl-C is heard the first time.
    @Test func hidesWhatIsTypedInPlaceOfAPipe() async throws {
        let script = #"""
            import os, pty, re, signal, subprocess, sys, time
            pid, terminal = pty.fork()
            if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
            said = b""
            while b"Password: " not in said: said += os.read(terminal, 1000)
            os.write(terminal, b"s3cret\n")
            while True:
                try: more = os.read(terminal, 1000)
                except OSError: break
                if not more: break
                said += more
            print(said.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            silent = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)
            caught = lambda: int(re.search(r"SigCgt:\s*(\w+)", open("/proc/%d/status" % silent.pid).read())[1], 16)
            while not caught() & 1 << signal.SIGINT - 1: time.sleep(0.01)
            time.sleep(1)
            silent.send_signal(signal.SIGINT)
            print("piped", silent.wait(20))
            """#
        let home = try TemporaryFolder()
        let output = try await runTool(
            ["env", "HOME=" + home.path, "XDG_RUNTIME_DIR=" + home.path, "python3", "-c", script]
                + [try Command.program.path, "login", "--username", "me", "--password-stdin", "127.0.0.1:1"])
        let said = String(decoding: output, as: UTF8.self)
        #expect(!said.contains("s3cret"), "\(said)")
        #expect(said.contains("127.0.0.1:1"), "\(said)")
        #expect(said.hasSuffix("piped 130\n"), "\(said)")
    }

    @Test func offlineNothingIsTried() throws {
        let command = try Command(
            "login", "--offline", "--username", "me", "--password-stdin", "127.0.0.1:1", input: "x")
        #expect(command.failed(naming: "127.0.0.1:1") && command.errors.contains("--offline"), "\(command)")
    }

    /// At a terminal the user is asked, the password is not shown, and Ctrl-C leaves the terminal as it was.
    @Test func asksAtATerminalWithoutShowingThePassword() async throws {
        let registry = try await DockerRegistry(.passwords(["me": "s3cret"]))
        defer { registry.stop() }
        let home = try TemporaryFolder()
        let script = #"""
            import os, pty, sys, termios
            def run(words, talk):
                pid, terminal = pty.fork()
                if pid == 0: os.execvp(words[0], words)
                said = b""
                for question, answer in talk:
                    while question not in said: said += os.read(terminal, 1000)
                    os.write(terminal, answer)
                while True:
                    try: more = os.read(terminal, 1000)
                    except OSError: break
                    if not more: break
                    said += more
                return said.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            words = ["sh", "-c", "\"$@\"; code=$?; stty -a | grep -ow -e '-\\?echo'; exit $code", "sh"] + sys.argv[1:]
            print(*run(words, [(b"User: ", b"me\n"), (b"Password: ", b"x\x15s3cretx\x7f\n")]))
            print(*run(words, [(b"User: ", b"me\n"), (b"Password: ", b"s3cret\x03")]))
            """#
        let output = try await runTool(
            ["env", "HOME=" + home.path, "XDG_RUNTIME_DIR=" + home.path, "python3", "-c", script]
                + [try Command.program.path, "login", registry.place])
        let said = String(decoding: output, as: UTF8.self)
        #expect(!said.contains("s3cret"))
        #expect(said.contains("logged in to '\(registry.place)' as 'me'"), "\(said)")
        let ends = said.split(whereSeparator: \.isNewline).filter { $0 == "echo" || $0 == "-echo" }
        #expect(ends == ["echo", "echo"], "\(said)")
        #expect(said.hasSuffix(" 130\n"), "\(said)")
    }
}
