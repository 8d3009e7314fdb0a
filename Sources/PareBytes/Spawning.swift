// SPDX-License-Identifier: Apache-2.0
import CGNU
import Glibc

/// A pipe that no other program inherits: the end to read, and the end to write.
package func makePipe() throws(FileError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pare_pipe(&ends) == 0 else { throw .failed(action: "make", path: "a pipe", reason: lastReason()) }
    return (ends[0], ends[1])
}

/// Starts a program in a session of its own, so that a terminal's Ctrl-C does not reach it: never a shell's text.
///
/// - Parameters:
///   - executable: Its path.
///   - arguments: Without its name.
///   - environment: All variables that it sees.
///   - input: Descriptor of its standard input; nothing is to be read where it is `nil`.
///   - output: Descriptor of its standard output.
///   - errors: Descriptor of its standard error.
/// - Returns: Its number, which is also that of its session and process group; to be waited for with `waitpid`.
/// - Throws: ``FileError`` where it cannot be started.
package func spawn(
    _ executable: String, _ arguments: [String], environment: [String: String], input: Int32? = nil,
    output: Int32, errors: Int32
) throws(FileError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    pare_close_from(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that are blocked or ignored here would be so there too.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | newSession))
    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process = pid_t()
    var code = posix_spawn(&process, executable, &actions, &attributes, &words, &variables)
    // Somebody writes it at this moment: an installation, or a process forked while its file was open.
    for pause: UInt32 in [1_000, 10_000, 100_000] where code == ETXTBSY {
        usleep(pause)
        code = posix_spawn(&process, executable, &actions, &attributes, &words, &variables)
    }
    guard code == 0 else {
        throw .failed(action: "run", path: executable, reason: String(cString: strerror(code)))
    }
    return process
}

private func lastReason() -> String { String(cString: strerror(errno)) }
