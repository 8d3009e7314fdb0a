// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import PareModel
import Testing

@testable import PareEngine

extension RealEngineTests {
    @Suite("Commands in containers that are thrown away") struct RunTests {
        /// A request for the server's program, in an image that was built.
        private static func request(_ words: [String]) async throws -> RunRequest {
            let engine = try await RealEngine.engine()
            let built = try await engine.build(RealEngine.context(RealEngine.dockerfile))
            return RunRequest(image: built.tag, words: ["/server"] + words)
        }

        private static func leftovers(_ engine: Engine) async -> [String] {
            await engine.trialContainers().filter { $0.hasPrefix("pare-run-\(getpid())-") }
        }

        @Test func theEndIsToldAndNothingIsLeft() async throws {
            let engine = try await RealEngine.engine()
            let result = try await engine.run(Self.request(["exit", "5"]))
            #expect(result.code == 5)
            #expect(!result.isSuccess)
            #expect(result.errors.contains("to the errors"))
            #expect(await Self.leftovers(engine).isEmpty)
        }

        @Test func aProgramThatIsNotThere() async throws {
            let engine = try await RealEngine.engine()
            var request = try await Self.request([])
            request.words = ["nowhere"]
            #expect(try await engine.run(request).code == 127)
            #expect(await Self.leftovers(engine).isEmpty)
        }

        @Test func anImageThatIsNotThere() async throws {
            let engine = try await RealEngine.engine()
            await #expect(throws: EngineError.noImage("localhost/nowhere:1")) {
                try await engine.run(RunRequest(image: "localhost/nowhere:1", words: ["true"]))
            }
        }

        @Test func aFolderThatNoCommandLineCarries() async throws {
            let engine = try await RealEngine.engine()
            var request = RunRequest(image: "a", words: ["true"])
            request.folders = [("/tmp/a:b", "/b")]
            await #expect(throws: EngineError.badPath("/tmp/a:b")) { try await engine.run(request) }
        }

        @Test func oneThatTakesTooLongIsStopped() async throws {
            let engine = try await RealEngine.engine()
            var request = try await Self.request(["silent", "run-\(getpid())"])
            request.limit = .seconds(2)
            let error = await #expect(throws: EngineError.self) { try await engine.run(request) }
            guard case .tookTooLong = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try await Self.checkNothingRuns(engine)
        }

        @Test(arguments: [20, 400, 1500]) func cancellationLeavesNothing(milliseconds: Int) async throws {
            let engine = try await RealEngine.engine()
            let request = try await Self.request(["silent", "run-\(getpid())"])
            let work = Task { try await engine.run(request) }
            try await Task.sleep(for: .milliseconds(milliseconds))
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            try await Self.checkNothingRuns(engine)
        }

        private static func checkNothingRuns(_ engine: Engine) async throws {
            let mark = "run-\(getpid())"
            let left = ProcessTable.all.filter { process in
                let words = Folder.text("/proc/\(process)/cmdline") ?? ""
                return words.contains("silent") && words.contains(mark)
            }
            #expect(left.isEmpty)
            #expect(await leftovers(engine).isEmpty)
        }

        /// What a run that was killed has left goes with the next one.
        @Test func staleOnesAreRemoved() async throws {
            let engine = try await RealEngine.engine()
            let image = try await Self.request([]).image
            let stale = "pare-run-1-1-1"
            try await engine.act(
                "make a container", ["from", "--pull=never", "--name", stale, "--", image], limit: .seconds(60))
            #expect(await engine.removeStale().contains(stale))
            #expect(await !engine.trialContainers().contains(stale))
        }
    }

    /// Words of the command lines, of engines that may not be here too.
    @Suite("Command lines of runs") struct RunArgumentTests {
        @Test(arguments: [
            (
                Engine.Kind.buildah,
                "run --isolation chroot --user 0:0 --network host --workingdir / --volume /a:/b --volume /c:/d:ro --env K=V -- NAME sh -c x"
            ),
            (
                .podman,
                "run --name NAME --pull=never --user 0:0 --network host --workingdir / --volume /a:/b --volume /c:/d:ro --env K=V --entrypoint sh i -c x"
            ),
        ])
        func words(kind: Engine.Kind, line: String) {
            let engine = Engine(
                kind: kind, path: "/x", version: "", environment: [:], host: Host.current([:]))
            var request = RunRequest(image: "i", words: ["sh", "-c", "x"])
            request.folders = [("/a", "/b")]
            request.volumes = ["/c:/d:ro"]
            request.environment = ["K": "V"]
            #expect(engine.runArguments(request, name: "NAME").joined(separator: " ") == line)
        }
    }
}
