// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareModel
import Testing

@testable import PareNetwork

/// What is said of engines that do not answer as they should.
@Suite struct EngineWordsTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder(in: "/tmp", name: "pare-tests") }

    /// A program in the place of `ssh`.
    private func ssh(_ script: String) throws -> NetworkOptions {
        try writeFile(Array("#!/bin/sh\n\(script)\n".utf8), to: scratch.path + "/ssh")
        chmod(scratch.path + "/ssh", 0o755)
        var options = NetworkOptions(environment: ["PATH": scratch.path + ":/usr/bin:/bin"])
        (options.patience, options.timeLimit) = (.milliseconds(500), .seconds(20))
        return options
    }

    private func problem(_ host: EngineHost, _ options: NetworkOptions) async -> String {
        do {
            _ = try await engineImage("app:1", at: [host], program: "docker", platform: nil, options: options)
            return "nothing"
        } catch {
            return (error as? any Explained)?.problem ?? "\(error)"
        }
    }

    @Test func anEngineIsNamedAsPeopleNameIt() async throws {
        let options = try ssh("exec sleep 100")
        let far = try EngineHost("ssh://me@build.example", from: "a test", tls: nil)
        let words = "'ssh' did not lead to the engine at 'ssh://me@build.example': "
        #expect(await problem(far, options) == words + "'ssh://build.example' said nothing for 0.5 s")
        // A socket that takes connections and says nothing.
        let bridge = try DialBridge("/bin/sleep", ["100"], environment: [:])
        let near = await problem(EngineHost(socket: bridge.path), options)
        #expect(near == "'unix://\(bridge.path)' said nothing for 0.5 s")
    }

    @Test func everyErrorNamesTheEngine() {
        let socket = "http+unix://%2Ftmp%2Fa.sock/_ping"
        let errors: [NetworkError] = [
            .offline(url: socket), .unknownHost(url: socket, host: "h"), .refused(url: socket),
            .unreachable(url: socket, reason: "r"), .timedOut(url: socket, .total(.seconds(1))),
            .tls(url: socket, .expired), .wantsTLS(url: socket), .cut(url: socket),
            .tooManyRedirects(url: socket, limit: 1),
            .refusedRedirect(url: socket, to: "x"), .secretRedirect(url: socket, to: "x"),
            .tooLong(url: socket, limit: 1),
            .status(url: socket, 500),
            .badAnswer(url: socket, reason: "r"),
        ]
        for error in errors {
            let problem = error.naming("unix:///tmp/a.sock").problem
            #expect(problem.contains("'unix:///tmp/a.sock'") && !problem.contains("%2F"), "\(problem)")
        }
    }

    @Test(arguments: [
        (EngineSourceError.Engine.docker, "DOCKER_HOST"), (.podman, "CONTAINER_HOST"),
        (.containerd, "CONTAINERD_ADDRESS"),
    ])
    func hintsNameTheEnginesOwnWays(_ engine: EngineSourceError.Engine, _ variable: String) {
        for error in [EngineSourceError.noSocket(["a"], engine), .silent("a", engine)] {
            #expect(error.hint?.hasSuffix(variable) == true, "\(error.hint ?? "")")
        }
        #expect(
            EngineSourceError.nothing(sockets: [], programs: []).hint?.hasSuffix("CONTAINER_HOST") == true)
    }

    /// What `ssh` says is kept to its end, and nowhere but in memory.
    @Test func aFloodOfErrorsFillsNoDisk() async throws {
        var options = try ssh(
            "yes 'more and more' | head -c 50000000 >&2; echo >&2; echo 'the last word' >&2; exit 255")
        options.patience = .seconds(20)
        let host = try EngineHost("ssh://build.example", from: "a test", tls: nil)
        #expect(await problem(host, options).hasSuffix("at 'ssh://build.example': the last word"))
        let bridge = try DialBridge(
            "/bin/sh", ["-c", "head -c 50000000 /dev/zero >&2; echo done >&2"], environment: [:])
        let folder = String(bridge.path.dropLast("/engine.sock".utf8.count))
        _ = await problem(EngineHost(socket: bridge.path), options)
        #expect(try namesInFolder(folder) == ["engine.sock"])
    }
}
