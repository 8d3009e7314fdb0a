// SPDX-License-Identifier: Apache-2.0

import Subprocess
import Synchronization
import SystemPackage

/// A program with its arguments: never a shell's text.
struct Command: Sendable, Hashable {
    /// Path of the executable.
    let executable: String
    var arguments: [String]
    var environment: [String: String]

    /// How long a command that is to end has after SIGTERM before it is killed.
    static let grace = Duration.seconds(5)
}

/// How a command ended.
enum CommandEnd: Sendable, Hashable {
    case exited(Int)
    case signalled(Int)

    /// As a shell counts: 128 and the signal's number for a command that was killed.
    var code: Int {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
    }
}

/// What a short command said.
struct CommandResult: Sendable {
    let code: Int
    /// Standard output and standard error, the last 256 KiB of each.
    let output: String
    let errors: String

    var isSuccess: Bool { code == 0 }
    /// Standard output without the line break at its end.
    var line: String { output.lines.last ?? "" }
    /// The last thing that was said on standard error, or else on standard output.
    var reason: String { errors.lines.last ?? output.lines.last ?? "exit code \(code)" }
}

/// A command that runs, as the code beside it sees it.
final class RunningCommand: Sendable {
    let processID: Int32
    private let ended = Atomic(false)

    init(processID: Int32) { self.processID = processID }

    /// Whether both outputs are closed, which they are when the command has ended.
    var hasEnded: Bool { ended.load(ordering: .acquiring) }
    fileprivate func end() { ended.store(true, ordering: .releasing) }

    /// Waits until the command has ended, at most so long; says whether it has.
    func waitForEnd(atMost limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !hasEnded, ContinuousClock.now < deadline {
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return hasEnded }
        }
        return hasEnded
    }
}

extension Command {
    /// Runs to the end and collects what is said.
    ///
    /// - Throws: `EngineError.cannotRun`, `EngineError.tookTooLong`, `CancellationError`.
    func result(within limit: Duration) async throws -> CommandResult {
        let output = Tail()
        let errors = Tail()
        do {
            let end = try await withLimit(limit) {
                try await run(output: { output.append($0) }, errors: { errors.append($0) }, beside: { _ in })
                    .end
            }
            return CommandResult(code: end.code, output: output.text, errors: errors.text)
        } catch is LimitExceeded {
            throw EngineError.tookTooLong(command: summary, limit: limit)
        }
    }

    /// The program's name and the first word of its arguments: `buildah push`.
    var summary: String {
        let name = executable.split(separator: "/").last.map(String.init) ?? executable
        return ([name] + arguments.filter { !$0.hasPrefix("-") }.prefix(1)).joined(separator: " ")
    }

    /// Runs to the end in a session of its own, so that a terminal's Ctrl-C does not reach it.
    ///
    /// When the task is cancelled, the command's process group gets SIGTERM, and SIGKILL after ``grace``.
    /// Whatever of its session is left when it has ended is killed.
    ///
    /// The two sinks take each piece of the outputs, from any thread.  The body runs beside the command,
    /// which is not stopped when it returns.
    func run<Value: Sendable>(
        output: @escaping @Sendable ([UInt8]) -> Void, errors: @escaping @Sendable ([UInt8]) -> Void,
        beside body: @escaping @Sendable (RunningCommand) async -> Value
    ) async throws -> (end: CommandEnd, value: Value) {
        try await inSession { session in
            let result = try await Subprocess.run(
                .path(.init(executable)), arguments: Arguments(arguments), environment: subprocessEnvironment,
                platformOptions: Self.options, input: .none, output: .sequence, error: .sequence
            ) { execution in
                let running = RunningCommand(processID: execution.processIdentifier.value)
                session.leader = running.processID
                async let pumped: Void = {
                    async let rest: Void = execution.standardError.drain(into: errors)
                    await execution.standardOutput.drain(into: output)
                    await rest
                    running.end()
                }()
                let value = await body(running)
                await pumped
                return value
            }
            return (CommandEnd(result.terminationStatus), result.closureResult)
        }
    }

    /// Runs to the end like ``run(output:errors:beside:)``, with both outputs as one, in the order they were
    /// written.
    func run(mergedOutput: @escaping @Sendable ([UInt8]) -> Void) async throws -> CommandEnd {
        try await inSession { session in
            let result = try await Subprocess.run(
                .path(.init(executable)), arguments: Arguments(arguments), environment: subprocessEnvironment,
                platformOptions: Self.options, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                session.leader = execution.processIdentifier.value
                await execution.standardOutput.drain(into: mergedOutput)
            }
            return CommandEnd(result.terminationStatus)
        }
    }

    private func inSession<Value>(_ body: (Session) async throws -> Value) async throws -> Value {
        let session = Session()
        defer { session.killRest() }
        do {
            let value = try await body(session)
            try Task.checkCancellation()
            return value
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw EngineError.cannotRun(command: summary, reason: "\(error)")
        }
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
        ]
        return options
    }

    private var subprocessEnvironment: Environment {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        return .custom(variables)
    }
}

/// The session of a command.
private final class Session: Sendable {
    private let number = Mutex<Int32?>(nil)

    var leader: Int32? {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }

    /// Kills what the command left behind.
    func killRest() { leader.map { ProcessTable.kill(session: $0) } }
}

extension CommandEnd {
    fileprivate init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(Int(code))
        case .signaled(let signal): self = .signalled(Int(signal))
        }
    }
}

extension SubprocessOutputSequence {
    /// Reads to the end.  An error ends the reading: the command's end tells the rest.
    fileprivate func drain(into sink: @Sendable ([UInt8]) -> Void) async {
        do {
            for try await buffer in self { sink(buffer.withUnsafeBytes { Array($0) }) }
        } catch {
            return
        }
    }
}
