// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import Synchronization

/// Why a server of the tests does not serve.
package struct ServerFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// A program that serves until this value goes, or until the tests end in whatever way.
package final class ServerProcess: Sendable {
    /// Ends the program when its pipe closes, which the kernel does for a test that was killed too.
    private static let leash = """
        exec 3<&0 </dev/null
        "$@" & server=$!
        { read -r _ <&3; kill "$server"; } & leash=$!
        exec 3<&-
        wait "$server"
        kill "$leash" 2>/dev/null
        """

    private let logPath: String
    /// The shell and the pipe's end; `nil` once it was stopped.
    private let running: Mutex<(pid: pid_t, pipe: Int32)?>

    /// Starts a program found in `PATH`.
    package init(_ words: [String], log logPath: String) throws {
        self.logPath = logPath
        var pipe: [Int32] = [0, 0]
        // A pair of sockets, since Swift has no pipe that is closed on exec from the start.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pipe) == 0 else {
            throw ServerFailure("no pipe: errno \(errno)")
        }
        defer { Glibc.close(pipe[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Not all that a test opens is closed on exec; a server that had it would hold connections open.
        for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // The threads that tests run on block signals, and children would go on doing so.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = (["sh", "-c", Self.leash, "sh"] + words).map {
            strdup($0)
        }
        arguments.append(nil)
        defer { arguments.forEach { free($0) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ)
        guard code == 0 else {
            Glibc.close(pipe[1])
            throw ServerFailure("cannot start '\(words[0])': errno \(code)")
        }
        running = Mutex((pid, pipe[1]))
    }

    deinit { stop() }

    /// What the program said so far.
    package var log: String {
        (try? readFile(logPath)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// What a program says when it is ready, or an error with its log once it ended or the time is over.
    package func line(with text: String, within limit: Duration = .seconds(30)) async throws -> Substring {
        let end = ContinuousClock.now + limit
        while true {
            // Asked first: what it says last comes before it ends.
            let isRunning = isRunning
            let log = log
            if let line = log.split(separator: "\n").first(where: { $0.contains(text) }) { return line }
            guard ContinuousClock.now < end, isRunning else {
                throw ServerFailure("the server did not start:\n\(log)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private var isRunning: Bool {
        running.withLock { running in
            guard let pid = running?.pid else { return false }
            var state = siginfo_t()
            return waitid(P_PID, id_t(pid), &state, WEXITED | WNOHANG | WNOWAIT) == 0 && state.si_signo == 0
        }
    }

    /// Ends the program and waits until it ended; a second time does nothing.
    package func stop() {
        let stopped = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let stopped else { return }
        Glibc.close(stopped.pipe)
        while waitpid(stopped.pid, nil, 0) == -1, errno == EINTR {}
    }
}
