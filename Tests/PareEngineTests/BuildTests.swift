// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import PareModel
import Testing

@testable import PareEngine

extension RealEngineTests {
    @Suite("Builds by buildah") struct BuildTests {
        @Test func linesAreToldAndLogged() async throws {
            let notes = Notes()
            let engine = try await RealEngine.engine()
            let request = try await RealEngine.context(RealEngine.dockerfile)
            let built = try await engine.build(request, progress: notes.sink)
            #expect(try await engine.identifier(of: built.tag) == built.id)
            #expect(notes.lines.contains { $0.hasPrefix("STEP 1/6: FROM scratch") })
            #expect(try String(contentsOfFile: request.log, encoding: .utf8).contains("STEP 6/6"))
        }

        @Test func aBuildThatFailsSaysItsLastLines() async throws {
            let engine = try await RealEngine.engine()
            var request = try await RealEngine.context(
                "FROM scratch\nCOPY server /\nRUN [\"/server\", \"exit\", \"5\"]\n")
            request.tag += "-failing"
            let error = await #expect(throws: EngineError.self) { try await engine.build(request) }
            guard case .buildFailed(_, _, let lines) = error else {
                Issue.record("\(error?.problem ?? "no error")")
                return
            }
            #expect(lines.contains("to the errors"))
            #expect(error?.hint?.contains(request.log) == true)
            #expect(try await !engine.exists(request.tag))
        }

        @Test(arguments: [
            (
                "FROM registry.invalid/x\n", "registry.invalid/x:latest",
                "its registry's name is not known here"
            ),
            (
                "FROM scratch\nCOPY --from=registry.invalid/y:1 /a /b\n", "registry.invalid/y:1",
                "there is neither a stage nor an image of that name"
            ),
            ("FROM 127.0.0.1:1/z:2\n", "127.0.0.1:1/z:2", "its registry refuses connections"),
        ])
        func aBaseThatCannotBeHadIsToldApart(dockerfile: String, image: String, reason: String) async throws {
            let engine = try await RealEngine.engine()
            let request = try await RealEngine.context(dockerfile)
            await #expect(throws: EngineError.baseUnavailable(image: image, reason: reason, log: request.log))
            {
                try await engine.build(request)
            }
        }

        @Test func withoutNetworkABaseMustBeThere() async throws {
            var engine = try await RealEngine.engine()
            engine.isOffline = true
            var request = try await RealEngine.context("FROM 127.0.0.1:1/z:2\n")
            request.bases = ["127.0.0.1:1/z:2"]
            let error = EngineError.baseUnavailable(
                image: "127.0.0.1:1/z:2", reason: Engine.offlineReason, log: request.log)
            await #expect(throws: error) { try await engine.build(request) }
            #expect(try await engine.reach("127.0.0.1:1/z:2") == .none(reason: Engine.offlineReason))
            let whole = try await RealEngine.context(RealEngine.dockerfile)
            #expect(try await engine.build(whole).id.hasPrefix("sha256:"))
        }

        @Test func aBuildThatTakesTooLongIsStopped() async throws {
            let engine = try await RealEngine.engine()
            var request = try await Self.endless()
            request.limit = .seconds(2)
            let error = await #expect(throws: EngineError.self) { try await engine.build(request) }
            #expect(error == .buildTookTooLong(tag: request.tag, log: request.log, limit: request.limit))
        }

        @Test(arguments: [20, 400, 1500])
        func cancellationLeavesNothing(milliseconds: Int) async throws {
            let engine = try await RealEngine.engine()
            let request = try await Self.endless()
            let build = Task { try await engine.build(request) }
            try await Task.sleep(for: .milliseconds(milliseconds))
            build.cancel()
            await #expect(throws: CancellationError.self) { try await build.value }
            let mark = Self.mark
            let left = ProcessTable.all.filter { Folder.text("/proc/\($0)/cmdline")?.contains(mark) == true }
            #expect(left.isEmpty)
            let containers = await engine.removeBuildLeftovers { $0.hasPrefix("pare-build-\(getpid())-") }
            #expect(containers.isEmpty)
        }

        /// In the words of the endless command, so that its processes can be found.
        private static let mark = "endless-\(getpid())"

        private static func endless() async throws -> BuildRequest {
            var request = try await RealEngine.context(
                "FROM scratch\nCOPY server /\nRUN [\"/server\", \"silent\", \"\(mark)\"]\n")
            request.tag += "-endless"
            return request
        }

        @Test func anImageIsExportedAndRemoved() async throws {
            let engine = try await RealEngine.engine()
            var request = try await RealEngine.context(RealEngine.dockerfile)
            request.tag = "localhost/pare-engine-test-\(getpid()):removed"
            let built = try await engine.build(request)
            let archive = try RealEngine.folder("archive") + "/image.tar"
            try await engine.export(built.tag, toDockerArchive: archive)
            // A second time over the first.
            try await engine.export(built.tag, toDockerArchive: archive)
            #expect(
                Folder.names(URL(fileURLWithPath: archive).deletingLastPathComponent().path) == ["image.tar"])
            let listing = try await Command(
                executable: "/bin/tar", arguments: ["-tf", archive], environment: RealEngine.environment
            ).result(within: .seconds(20))
            #expect(listing.output.contains("manifest.json"))
            try await engine.remove(built.tag)
            #expect(try await !engine.exists(built.tag))
            await #expect(throws: EngineError.noImage(built.tag)) { try await engine.remove(built.tag) }
            await #expect(throws: EngineError.noImage(built.tag)) {
                try await engine.export(built.tag, toDockerArchive: archive)
            }
        }

        @Test func whatCanBeHadIsKnown() async throws {
            let engine = try await RealEngine.engine()
            let built = try await engine.build(RealEngine.context(RealEngine.dockerfile))
            #expect(try await engine.reach(built.tag) == .local)
            let unknown = try await engine.reach("registry.invalid/x")
            #expect(
                unknown == .none(reason: "the name of its registry, 'registry.invalid', is not known here"))
            #expect(
                try await engine.reach("127.0.0.1:1/x")
                    == .none(reason: "its registry '127.0.0.1' does not answer"))
        }

        @Test func aFullDiskIsSaid() async throws {
            let engine = try await RealEngine.engine()
            var request = try await RealEngine.context(RealEngine.dockerfile)
            request.log = "/dev/full"
            await #expect(
                throws: EngineError.cannotWrite(path: "/dev/full", reason: "No space left on device")
            ) {
                try await engine.build(request)
            }
        }
    }
}
