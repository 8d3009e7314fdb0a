// SPDX-License-Identifier: Apache-2.0

import Glibc
package import PareModel

extension Engine {
    /// Starts an image isolated, asks it its questions or lets its command end, stops it, and removes every
    /// trace.
    ///
    /// It runs as the user that the image names, without new privileges, with docker's default capabilities
    /// or fewer, and with no network but its own loopback where this process may enter that.  An image that
    /// exposes a port is a server: the trial waits until it listens, asks, and stops it.  Any other is a
    /// command that ends by itself.
    ///
    /// Where the application does otherwise than the image says, a `.note` is told.
    ///
    /// - Throws: ``EngineError``; `CancellationError`, after all has been removed.
    package func trial(_ request: TrialRequest, progress: ProgressSink = .silent) async throws -> Behaviour {
        try await withContainer(for: request, progress: progress) { container in
            try await Trial(request: request, container: container, progress: progress).behaviour()
        }
    }
}

/// A container from its start to its end.
struct Trial: Sendable {
    let request: TrialRequest
    let container: Container
    let progress: ProgressSink
    let output = Tail()
    let errors = Tail()
    let watch = ContainerWatch()

    /// How long a server has between SIGTERM and SIGKILL.
    private static let grace = Duration.seconds(5)

    /// What came of the time that the container ran.
    struct Outcome: Sendable {
        var answers: [Answer] = []
        var startSeconds: Double
        /// Where it was asked; `nil` for a command.
        var port: Int?
    }

    /// The container ended while something was expected of it.
    struct Ended: Error {}

    func behaviour() async throws -> Behaviour {
        let started = ContinuousClock.now
        let (end, result) = try await container.start.run(
            output: { output.append($0) }, errors: { errors.append($0) },
            beside: { running in
                let result = await outcome(running, started: started)
                await stop(running)
                return result
            })
        switch result {
        case .success(let outcome):
            let code = request.askedPort == nil ? end.code : nil
            // A command that fails has a behaviour as well, unless it never was one.
            if code != nil, let reason = container.startFailure(end, errors) { throw cannotStart(reason) }
            return Behaviour(
                answers: outcome.answers, startSeconds: outcome.startSeconds, exitCode: code,
                output: output.text, errors: errors.text, peakMemory: watch.peakMemory, user: watch.user,
                port: outcome.port, namedPort: outcome.port.flatMap { _ in request.askedPort })
        case .failure(is Ended):
            if let reason = container.startFailure(end, errors) { throw cannotStart(reason) }
            throw EngineError.ended(image: request.image, code: end.code, lastLines: lastLines)
        case .failure(let error): throw error
        }
    }

    private func outcome(
        _ running: RunningCommand, started: ContinuousClock.Instant
    ) async -> Result<Outcome, any Error> {
        do {
            let outcome = try await withLimit(request.totalLimit) {
                guard let port = request.askedPort else {
                    return Outcome(startSeconds: try await secondsToEnd(running, since: started))
                }
                let conversation = Conversation(trial: self, running: running, port: port, started: started)
                return try await conversation.hold()
            }
            return .success(outcome)
        } catch is LimitExceeded {
            return .failure(await stillRunning())
        } catch {
            return .failure(error)
        }
    }

    private func secondsToEnd(_ running: RunningCommand, since started: ContinuousClock.Instant) async throws
        -> Double
    {
        var process: Int32?
        var turns = 0
        while !running.hasEnded {
            if turns.isMultiple(of: 5) {
                if process == nil { process = await container.processID() }
                process.map(watch.look)
            }
            turns += 1
            try await Task.sleep(for: .milliseconds(10))
        }
        try Task.checkCancellation()
        return (ContinuousClock.now - started).seconds
    }

    /// Asks the container to end, and makes it.
    private func stop(_ running: RunningCommand) async {
        guard !running.hasEnded || Task.isCancelled else { return }
        if Task.isCancelled {
            _ = await unhindered { try? await container.signal("KILL").result(within: .seconds(20)).code }
            return
        }
        let mayListen =
            await container.processID().flatMap { ProcessTable.handles(SIGTERM, process: $0) } ?? true
        // The first process of a container that has no handler does not see SIGTERM at all: no need to wait.
        if mayListen {
            _ = try? await container.signal("TERM").result(within: .seconds(20))
            if await running.waitForEnd(atMost: Self.grace) { return }
        }
        _ = try? await container.signal("KILL").result(within: .seconds(20))
        _ = await running.waitForEnd(atMost: Self.grace)
    }

    private func stillRunning() async -> EngineError {
        .stillRunning(
            image: request.image, limit: request.totalLimit, listening: await listening()?.numbers,
            lastLines: lastLines)
    }

    /// `nil` where the host does not see the container's processes.
    func listening() async -> ListeningPorts? {
        guard let process = await container.processID() else { return nil }
        return .of(process: process)
    }

    /// What was said last: on standard error or, where there is nothing, on standard output.
    var lastLines: [String] {
        let lines = errors.lastLines()
        return lines.isEmpty ? output.lastLines() : lines
    }

    private func cannotStart(_ reason: String) -> EngineError {
        if reason.contains("port is already allocated") || reason.contains("address already in use") {
            return .portInUse(request.askedPort ?? 0, reason: reason)
        }
        return .cannotStart(image: request.image, reason: reason)
    }
}
