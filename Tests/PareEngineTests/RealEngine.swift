// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import PareModel
import Testing

@testable import PareEngine

/// The tests that build and run images, one after the other.
@Suite(
    "With a real engine", .serialized, .enabled(if: RealEngine.isThere, RealEngine.reason),
    .removingAfterwards)
enum RealEngineTests {}

/// Removes the images and files of the tests when all of them are through.
struct RemovingAfterwards: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let result = await Result { try await function() }
        let engine = try await RealEngine.engine()
        for tag in RealEngine.tags { try? await engine.remove(tag) }
        Folder.remove(RealEngine.scratch)
        try result.get()
    }
}

extension Trait where Self == RemovingAfterwards {
    static var removingAfterwards: Self { RemovingAfterwards() }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// What the tests with a real engine share: buildah, and an image with a tiny server.
enum RealEngine {
    static let environment = ProcessInfo.processInfo.environment

    /// Whether this machine can run them.
    static let isThere: Bool = {
        let host = Host.current(environment)
        let programs = ["buildah", "cc"].allSatisfy { Host.executable($0, environment) != nil }
        return host.isRoot && host.runc != nil && programs
    }()

    static let reason: Comment = "needs root, buildah, runc and cc"

    /// buildah, or by hand another: `PARE_TEST_ENGINE=podman swift test --filter RealEngineTests`.
    static func engine() async throws -> Engine {
        try await Engine.locate(named: environment["PARE_TEST_ENGINE"] ?? "buildah", environment: environment)
    }

    /// A folder of this test process, removed with the image.
    static let scratch: String = {
        let path = "/tmp/pare-engine-tests-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }()

    static let tag = "localhost/pare-engine-test-\(getpid()):latest"

    static let tags = [
        tag, tag + "-failing", tag + "-endless", "localhost/pare-engine-test-\(getpid()):removed",
    ]

    /// An empty folder in ``scratch``.
    static func folder(_ name: String) throws -> String {
        let path = "\(scratch)/\(name)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// A build context with the server and a Dockerfile.
    static func context(_ dockerfile: String) async throws -> BuildRequest {
        let folder = try folder("context")
        let server = try #require(Host.executable("cc", environment))
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/server.c"
        let compile = Command(
            executable: server, arguments: ["-static", "-O1", "-o", folder + "/server", source],
            environment: environment)
        let result = try await compile.result(within: .seconds(60))
        #expect(result.isSuccess, "\(result.errors)")
        try "root:x:0:0:root:/root:/bin/sh\napp:x:1500:1600:The app:/home/app:/bin/false\n"
            .write(toFile: folder + "/passwd", atomically: true, encoding: .utf8)
        try "not an executable".write(toFile: folder + "/garbage", atomically: true, encoding: .utf8)
        chmod(folder + "/garbage", 0o755)
        try dockerfile.write(toFile: folder + "/Dockerfile", atomically: true, encoding: .utf8)
        return BuildRequest(
            context: folder, dockerfile: folder + "/Dockerfile", tag: tag, log: folder + ".log")
    }

    static let dockerfile = """
        FROM scratch
        COPY server garbage /
        COPY passwd /etc/passwd
        EXPOSE 5200
        ENTRYPOINT ["/server"]
        CMD ["serve", "5200"]
        """

    private static let image = Task { () async throws -> String in
        let built = try await engine().build(context(dockerfile))
        #expect(built.id.hasPrefix("sha256:"))
        return built.tag
    }

    /// A trial of the server with these words and questions.
    static func request(
        _ words: [String], _ questions: [String] = ["/"], ports: [String] = ["5200/tcp"], user: String = ""
    ) async throws -> TrialRequest {
        let config = ImageConfig(
            architecture: "amd64", os: "linux", user: user, exposedPorts: ports,
            environment: ["GREETING=hello"],
            entrypoint: ["/server"], command: words)
        var request = TrialRequest(
            image: try await image.value, config: config, questions: questions.map { Question(path: $0) },
            scratch: try folder("trial"))
        // Engines that run images themselves take the rest of the configuration from the image.
        request.command = words
        request.readinessLimit = .seconds(10)
        return request
    }

    /// What trials of this process have left: containers, processes, control groups, files.
    static func leftovers(of engine: Engine) async -> [String] {
        let prefix = "pare-trial-\(getpid())-"
        var left = await engine.trialContainers().filter { $0.hasPrefix(prefix) }
        for process in ProcessTable.all
        where ProcessTable.groups(of: process).contains(where: { $0.contains(prefix) }) {
            // One that only waits to be counted by init is gone for all that matters.
            let status = Folder.text("/proc/\(process)/status") ?? ""
            if !status.contains("State:\tZ") { left.append("process \(process): \(status)") }
        }
        for hierarchy in Folder.names("/sys/fs/cgroup") {
            left += Folder.names("/sys/fs/cgroup/\(hierarchy)").filter { $0.hasPrefix(prefix) }
        }
        for folder in Folder.names(scratch) where folder.hasPrefix("trial-") {
            left += Folder.names("\(scratch)/\(folder)")
        }
        return left
    }
}

/// Collects progress.
final class Notes: @unchecked Sendable {
    private let lock = NSLock()
    private var events: [ProgressEvent] = []

    var sink: ProgressSink { ProgressSink { event in self.lock.withLock { self.events.append(event) } } }

    var notes: [String] {
        lock.withLock { events.compactMap { if case .note(let text) = $0 { text } else { nil } } }
    }

    var lines: [String] {
        lock.withLock { events.compactMap { if case .said(_, let line) = $0 { line } else { nil } } }
    }
}
