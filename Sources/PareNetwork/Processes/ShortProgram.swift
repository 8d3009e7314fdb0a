// SPDX-License-Identifier: Apache-2.0
import Glibc
import Subprocess
import SystemPackage

/// A program that is given something, and asked for a short answer: never a shell's text.
struct ShortProgram: Sendable {
    /// Path of the executable.
    let executable: String
    var arguments: [String] = []
    let environment: [String: String]

    /// How it ended, and what it wrote on standard output.  Standard error is not kept: it may tell secrets.
    struct Answer: Sendable {
        /// As a shell counts: 128 and the signal's number for a program that was killed.
        let code: Int
        let output: [UInt8]
    }

    /// Why there is no answer; the end of a sentence that begins with the program's name.
    struct Failure: Error, Hashable {
        let reason: String
    }

    /// The longest answer that is taken, in bytes.
    static let answerLimit = 1 << 20

    /// The executable of a name in a folder of `PATH`; folders that depend on where one is are not looked into.
    static func find(_ name: String, environment: [String: String]) -> String? {
        guard !name.isEmpty, !name.contains("/") else { return nil }
        return (environment["PATH"] ?? "").split(separator: ":").lazy.filter { $0.hasPrefix("/") }
            .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs to the end in a session of its own, which is ended with it when the time is over or the task is cancelled.
    ///
    /// - Throws: ``Failure``; `CancellationError`.
    func answer(to input: [UInt8], within limit: Duration) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await run(input) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let answer = first else {
                throw Failure(reason: "took longer than \(limit.components.seconds) s")
            }
            return answer
        }
    }

    private func run(_ input: [UInt8]) async throws -> Answer {
        var pauses = [10, 100, 1000]
        while true {
            do {
                return try await runOnce(input)
            } catch let error as SubprocessError {
                try Task.checkCancellation()
                // Somebody writes it at this moment: an installation, or a process forked while its file was open.
                if error.underlyingError == .textFileBusy, !pauses.isEmpty {
                    try await Task.sleep(for: .milliseconds(pauses.removeFirst()))
                    continue
                }
                if error.code == .outputLimitExceeded {
                    throw Failure(reason: "gave an answer of more than 1 MiB")
                }
                let why = error.underlyingError.map { ": \($0)" } ?? ""
                throw Failure(reason: "could not be run to its end" + why)
            }
        }
    }

    private func runOnce(_ input: [UInt8]) async throws -> Answer {
        let result = try await Subprocess.run(
            .path(.init(executable)), arguments: Arguments(arguments), environment: variables,
            platformOptions: Self.options,
            input: .fileDescriptor(try Self.pipe(holding: input), closeAfterSpawningProcess: true),
            output: .bytes(limit: Self.answerLimit))
        try Task.checkCancellation()
        let code =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return Answer(code: code, output: result.standardOutput)
    }

    /// The end to read of a pipe that holds all there is to read, so that a program may leave it unread.
    private static func pipe(holding input: [UInt8]) throws -> FileDescriptor {
        // What an empty pipe takes without waiting.
        guard input.count <= 64 << 10 else { throw Failure(reason: "is to be given more than 64 KiB") }
        do {
            let ends = try FileDescriptor.pipe()
            defer { try? ends.writeEnd.close() }
            for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
            _ = try ends.writeEnd.writeAll(input)
            return ends.readEnd
        } catch {
            throw Failure(reason: "could not be given anything")
        }
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        return options
    }

    private var variables: Environment {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        return .custom(variables)
    }
}
