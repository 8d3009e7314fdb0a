// SPDX-License-Identifier: Apache-2.0

package import PareModel
import Synchronization

/// What to build, and how.
package struct BuildRequest: Sendable {
    /// The folder with the application.
    package var context: String
    /// Path of the Dockerfile, which may lie outside the context.
    package var dockerfile: String
    /// Name of the image to be.
    package var tag: String
    /// Patterns of what the build must not see, in place of the context's `.dockerignore`.  Docker takes only the file
    /// that is named as the Dockerfile with `.dockerignore` behind it.
    package var ignoreFile: String?
    /// Images that the Dockerfile stands on: where nothing may be pulled, they must be there.
    package var bases: [String] = []
    /// More words for the engine's command line, as they are.
    package var options: [String] = []
    /// Whether docker's steps see the host's network, as buildah's and podman's always do.
    package var hostNetwork = false
    /// File for the whole output; it is emptied first.
    package var log: String
    package var limit = Duration.seconds(1800)

    package init(context: String, dockerfile: String, tag: String, log: String) {
        self.context = context
        self.dockerfile = dockerfile
        self.tag = tag
        self.log = log
    }
}

/// An image that was just built.
package struct BuiltImage: Sendable, Hashable {
    /// As the request has it.
    package let tag: String
    /// `sha256:…`; empty where the engine did not say.
    package let id: String
}

extension Engine {
    /// Builds an image from a Dockerfile; steps that were built before come out of the engine's cache.
    ///
    /// A base that is in the storage is not asked for again; another is pulled.  Cancelling the task ends the
    /// build's processes and removes the containers it was working in. Each line of output is told as `.said`
    /// of the step `build TAG`.
    ///
    /// - Throws: `EngineError.baseUnavailable`, `.buildFailed`, `.buildTookTooLong`, `.cannotWrite`, `.badName`;
    ///   `CancellationError`.
    package func build(_ request: BuildRequest, progress: ProgressSink = .silent) async throws -> BuiltImage {
        try checkName(request.tag)
        try await checkBases(request)
        let log = try LogFile(request.log)
        let tail = Tail()
        let lines = LineRelay(step: "build \(request.tag)", progress: progress)
        let marker = ContainerName.next(.build)
        let command = command(buildArguments(request, marker: marker))
        @Sendable func take(_ bytes: [UInt8]) {
            log.append(bytes)
            tail.append(bytes)
            lines.take(bytes)
        }
        do {
            let end = try await withLimit(request.limit) { try await command.run(mergedOutput: take) }
            lines.finish()
            try log.finish()
            guard end.code == 0 else { throw failure(of: request, said: tail) }
        } catch {
            _ = await unhindered { await removeBuildLeftovers { $0 == marker } }
            guard error is LimitExceeded else { throw error }
            throw EngineError.buildTookTooLong(tag: request.tag, log: request.log, limit: request.limit)
        }
        return BuiltImage(tag: request.tag, id: try await identifier(of: request.tag) ?? "")
    }

    /// docker cannot be told to pull nothing, so what it would have to pull is looked for before.
    private func checkBases(_ request: BuildRequest) async throws {
        guard isOffline else { return }
        for image in request.bases where try await !exists(image) {
            throw EngineError.baseUnavailable(image: image, reason: Self.offlineReason, log: request.log)
        }
    }

    private func failure(of request: BuildRequest, said tail: Tail) -> EngineError {
        let text = tail.text
        if let base = BaseFailure(in: text.lines) {
            return .baseUnavailable(image: base.image, reason: base.reason, log: request.log)
        }
        return .buildFailed(tag: request.tag, log: request.log, lastLines: Self.lastStep(of: text.lines))
    }

    /// The lines without npm's explanation of its options, which pushes what went wrong out of sight.
    private static func withoutHelp(_ lines: [String]) -> [String] {
        guard let start = lines.lastIndex(where: { $0.hasPrefix("npm ") && $0.hasSuffix(" Usage:") }),
            let end = lines[start...].firstIndex(where: { $0.contains(" Run \"npm help ") })
        else { return lines }
        return Array(lines[..<start] + lines[(end + 1)...])
    }

    /// The end of the output, from the step on that failed.
    private static func lastStep(of lines: [String]) -> [String] {
        let last = withoutHelp(lines).suffix(12)
        let start = last.lastIndex { $0.hasPrefix("STEP ") || $0.hasPrefix("Step ") } ?? last.startIndex
        return Array(last[start...])
    }

    /// The marker stands in the records of the containers that the build works in, so that they can be told
    /// from others'.
    func buildArguments(_ request: BuildRequest, marker: String) -> [String] {
        let which = ["--file", request.dockerfile, "--tag", request.tag]
        switch kind {
        case .docker:
            let network = request.hostNetwork ? ["--network=host"] : []
            return ["build", "--force-rm"] + network + which + request.options + ["--", request.context]
        case .podman, .buildah:
            // chroot isolation needs no runtime, and so no privilege that a container or a CI machine may
            // lack; it knows no network but the host's.
            let ways = [
                "--isolation", "chroot", "--network", "host", isOffline ? "--pull=never" : "--pull=missing",
                "--layers", "--force-rm", "--cgroup-parent", "/" + marker,
            ]
            let ignoring = request.ignoreFile.map { ["--ignorefile", $0] } ?? []
            return ["build"] + ways + which + ignoring + request.options + ["--", request.context]
        }
    }
}

/// Passes an output's lines on while it runs.
private final class LineRelay: Sendable {
    private let step: String
    private let progress: ProgressSink
    private let cutter = Mutex(LineCutter())

    init(step: String, progress: ProgressSink) {
        self.step = step
        self.progress = progress
    }

    func take(_ bytes: [UInt8]) {
        for line in cutter.withLock({ $0.cut(bytes) }) { progress.report(.said(step: step, line: line)) }
    }

    func finish() {
        if let line = cutter.withLock({ $0.flush() }) { progress.report(.said(step: step, line: line)) }
    }
}
