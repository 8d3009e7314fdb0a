// SPDX-License-Identifier: Apache-2.0

import Glibc
import PareModel

/// The questions of one trial, from the wait until the application listens to the last answer.
struct Conversation: Sendable {
    let trial: Trial
    let running: RunningCommand
    /// The port that the image or the user names.
    let port: Int
    let started: ContinuousClock.Instant

    private var request: TrialRequest { trial.request }

    /// - Throws: ``Trial/Ended``, `EngineError.neverAnswered`, `.noAnswer`; `CancellationError`.
    func hold() async throws -> Trial.Outcome {
        var line = Line(path: try await path(), port: port)
        var outcome = Trial.Outcome(startSeconds: 0)
        var socket: Int32? = try await firstConnection(&line)
        outcome.port = line.port
        if request.pause > .zero {
            socket.map { _ = close($0) }
            socket = nil
            try await Task.sleep(for: request.pause)
        }
        if request.questions.isEmpty {
            socket.map { _ = close($0) }
            outcome.startSeconds = (ContinuousClock.now - started).seconds
        }
        for question in request.questions {
            let answer = try await ask(question, line: line, socket: socket, isFirst: outcome.answers.isEmpty)
            socket = nil
            if outcome.answers.isEmpty { outcome.startSeconds = (ContinuousClock.now - started).seconds }
            outcome.answers.append(answer)
            if case .inside(_, let process) = line.path { trial.watch.look(at: process) }
        }
        return outcome
    }

    /// How the application is reached, and on which port.
    private struct Line {
        let path: Path
        var port: Int

        func connect() async -> Int32? {
            switch path {
            case .inside(let namespace, _):
                await UInt16(exactly: port).asyncFlatMap { await namespace.connect(port: $0) }
            case .published(let port): UInt16(exactly: port).flatMap { Loopback.connectIPv4(port: $0) }
            }
        }
    }

    private enum Path {
        case inside(NetworkNamespace, process: Int32)
        case published(Int)
    }

    private var deadline: ContinuousClock.Instant { started + request.readinessLimit }

    /// Waits until the container runs so far that its network can be entered, or its published port is known.
    private func path() async throws -> Path {
        while ContinuousClock.now < deadline {
            try await checkGoingOn()
            switch trial.container.route {
            case .namespace:
                if let process = await trial.container.processID(),
                    let namespace = NetworkNamespace(of: process)
                {
                    return .inside(namespace, process: process)
                }
            case .published(let question):
                let answer = try? await question.result(within: .seconds(20))
                if let answer, answer.isSuccess, let port = answer.output.lines.first?.publishedPort {
                    return .published(port)
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw await neverAnswered(on: port)
    }

    private func checkGoingOn() async throws {
        try Task.checkCancellation()
        if running.hasEnded { throw Trial.Ended() }
    }

    /// Waits until something listens on the port or, where that stays silent, on one other port.
    private func firstConnection(_ line: inout Line) async throws -> Int32 {
        var stranger: (port: Int, since: ContinuousClock.Instant)?
        while ContinuousClock.now < deadline {
            try await checkGoingOn()
            if let socket = await line.connect() {
                note(line)
                return socket
            }
            if case .inside(_, let process) = line.path {
                let others = ListeningPorts.of(process: process).numbers
                if others.count == 1, others[0] != line.port {
                    // An application may open its ports one after the other.
                    if let known = stranger, known.port == others[0] {
                        if ContinuousClock.now - known.since > .seconds(2) { line.port = known.port }
                    } else {
                        stranger = (others[0], ContinuousClock.now)
                    }
                } else {
                    stranger = nil
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw await neverAnswered(on: port)
    }

    private func note(_ line: Line) {
        let image = request.image
        if line.port != port {
            let asked = request.port == nil ? "the image exposes port" : "port asked for is"
            trial.progress.report(
                .note("'\(image)': \(asked) \(port), but it listens on \(line.port), which is asked"))
        }
        guard case .inside(_, let process) = line.path else { return }
        let ports = ListeningPorts.of(process: process).ports
        if ports.contains(where: { $0.number == line.port && $0.isLoopback }) {
            trial.progress.report(
                .note(
                    "'\(image)' listens on port \(line.port) of 127.0.0.1 only: only its own container reaches it"
                ))
        }
    }

    private func neverAnswered(on port: Int) async -> EngineError {
        .neverAnswered(
            image: request.image, port: port, limit: request.readinessLimit,
            listening: await trial.listening()?.numbers, lastLines: trial.lastLines)
    }

    /// Asks over the connection that is there, or over one of its own.
    ///
    /// A first question that is met by silence may only mean that the application is not there yet although
    /// something took the connection: a proxy of the engine does so at once.
    private func ask(_ question: Question, line: Line, socket: Int32?, isFirst: Bool) async throws -> Answer {
        var socket = socket
        while true {
            try await checkGoingOn()
            do {
                let connected = if let socket { socket } else { await line.connect() }
                guard let connected else { throw HTTPExchange.Failure(reason: "it no longer listens") }
                socket = nil
                return try await HTTPExchange.ask(
                    question, port: port, over: connected, limit: request.questionLimit)
            } catch let failure as HTTPExchange.Failure {
                if await running.waitForEnd(atMost: .milliseconds(100)) { throw Trial.Ended() }
                guard isFirst, failure.isSilent, case .published = line.path else {
                    throw EngineError.noAnswer(
                        question: question.subject, reason: failure.reason,
                        lastLines: trial.lastLines)
                }
                guard ContinuousClock.now < deadline else { throw await neverAnswered(on: port) }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncFlatMap<Value>(_ body: (Wrapped) async -> Value?) async -> Value? {
        guard let self else { return nil }
        return await body(self)
    }
}

extension String {
    /// The number in `127.0.0.1:49153`.
    fileprivate var publishedPort: Int? { split(separator: ":").last.flatMap { Int($0) } }
}
