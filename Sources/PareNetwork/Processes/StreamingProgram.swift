// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareArchive
import PareBytes
import PareImage
import Synchronization

/// A program whose standard output is read while it runs, and that is run anew each time.
struct StreamingProgram: BlobStream {
    /// Path of the executable.
    let executable: String
    let arguments: [String]
    let environment: [String: String]
    /// For all that it has to say.
    let limit: Duration

    var size: Int64? { nil }

    /// - Throws: ``EngineSourceError``; so does the source, also when the program ends with an error.
    func open() throws -> any ByteSource { try ProgramSource(self) }

    /// As people know it: `podman image save`.
    var summary: String {
        let name = executable.split(separator: "/").last.map(String.init) ?? executable
        let words = arguments.prefix { !$0.hasPrefix("-") && !$0.contains(":") && !$0.contains("/") }
        return ([name] + words.prefix(2)).joined(separator: " ")
    }
}

/// What a program writes.  It ends with this value, or when the work that opened it is interrupted; so does what it puts
/// into the folder for passing files, which a program that is ended leaves there.
private final class ProgramSource: ByteSource {
    private let program: StreamingProgram
    private let output: Int32
    private let errors: Int32
    private let child: Child
    private let passing: ScratchFolder
    private let interruption = Interruption.current
    private let deadline: ContinuousClock.Instant
    private var said = LastWords()

    init(_ program: StreamingProgram) throws {
        self.program = program
        passing = try ScratchFolder(
            in: program.environment.filled("TMPDIR") ?? "/var/tmp", name: "pare-program")
        let environment = program.environment.merging(["TMPDIR": passing.path]) { $1 }
        let (output, outputEnd) = try makePipe()
        let errorPipe: (reading: Int32, writing: Int32)
        do { errorPipe = try makePipe() } catch {
            close(output)
            close(outputEnd)
            throw error
        }
        defer {
            close(outputEnd)
            close(errorPipe.writing)
        }
        do {
            child = Child(
                try spawn(
                    program.executable, program.arguments, environment: environment,
                    output: outputEnd, errors: errorPipe.writing))
        } catch {
            close(output)
            close(errorPipe.reading)
            throw error
        }
        self.output = output
        errors = errorPipe.reading
        deadline = .now + program.limit
        // Larger than the usual 64 KiB, so that the two sides wait for each other less often.
        _ = fcntl(output, 1031, 1 << 20)  // F_SETPIPE_SZ
        interruption?.onSet { [child] in child.signal(SIGTERM) }
    }

    deinit {
        close(output)
        close(errors)
        child.end()
        passing.remove()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !buffer.isEmpty else { return 0 }
        while true {
            var waiting = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: said.hasEnded ? -1 : errors, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&waiting, 2, 500)
            if interruption?.isSet == true { throw CancellationError() }
            guard ContinuousClock.now < deadline else {
                throw EngineSourceError.program(program.summary, "it was not done in \(program.limit.shown)")
            }
            guard ready > 0 else { continue }
            if waiting[1].revents != 0 { said.take(from: errors) }
            guard waiting[0].revents != 0 else { continue }
            let count = Glibc.read(output, buffer.baseAddress, buffer.count)
            if count > 0 { return count }
            guard count == 0 || errno != EINTR && errno != EAGAIN else { continue }
            try finish()
            return 0
        }
    }

    /// Looks how the program ended, after it closed its output.
    private func finish() throws {
        while ContinuousClock.now < deadline {
            if interruption?.isSet == true { throw CancellationError() }
            guard let code = child.code else {
                usleep(2_000)
                continue
            }
            said.takeRest(from: errors)
            guard code != 0 else { return }
            throw EngineSourceError.program(program.summary, said.line ?? "it ended with code \(code)")
        }
        throw EngineSourceError.program(program.summary, "it did not end in \(program.limit.shown)")
    }
}

/// A child process, which is signalled only while it is one.
final class Child: Sendable {
    private enum State {
        case running(pid_t)
        case ended(Int)
    }

    private let state: Mutex<State>

    init(_ process: pid_t) { state = Mutex(.running(process)) }

    func signal(_ signal: Int32) {
        state.withLock { state in
            if case .running(let process) = state { kill(-process, signal) }
        }
    }

    /// How it ended, as a shell counts: 128 and the signal's number where it was killed; `nil` while it runs.
    var code: Int? {
        state.withLock { state in
            switch state {
            case .ended(let code): return code
            case .running(let process):
                var status: Int32 = 0
                guard waitpid(process, &status, WNOHANG) != 0 else { return nil }
                let code = status & 0x7F == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(status & 0x7F)
                state = .ended(code)
                return code
            }
        }
    }

    /// For those that are asked to end.
    static let grace = Duration.seconds(2)

    /// Ends it with all that it started in its group, by force what does not follow in time, or outlives it.
    ///
    /// What has ended and was asked for its ``code`` is nobody's any more.
    func end(by deadline: ContinuousClock.Instant = .now + grace) {
        signal(SIGTERM)
        while isRunning, ContinuousClock.now < deadline { usleep(10_000) }
        // Until its code is asked for, its number and its group are no others'.
        signal(SIGKILL)
        while code == nil { usleep(2_000) }
    }

    /// Whether it has not ended; asks so that its code can still be had.
    private var isRunning: Bool {
        state.withLock { state in
            guard case .running(let process) = state else { return false }
            var facts = siginfo_t()
            let options = WEXITED | WNOHANG | WNOWAIT
            return waitid(P_PID, id_t(process), &facts, options) == 0 && facts.si_signo == 0
        }
    }
}
