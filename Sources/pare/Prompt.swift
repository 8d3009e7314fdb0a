// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareKit

/// Questions to a person at the terminal.
enum Prompt {
    /// The longest answer, in bytes.
    private static let limit = 64 << 10

    /// Asks a person.
    ///
    /// - Parameters:
    ///   - question: What is shown before the answer.
    ///   - isHidden: Whether the answer is not shown while it is typed.
    /// - Returns: The answer; `nil` without a terminal.
    /// - Throws: `CancellationError` for Ctrl-C, Ctrl-D and a cancelled task; the terminal is then as it was.
    static func ask(_ question: String, isHidden: Bool) throws -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        var usual = termios()
        guard isHidden, tcgetattr(STDIN_FILENO, &usual) == 0 else {
            StandardError.write(question)
            return try line()
        }
        var quiet = usual
        // Ctrl-C comes as a byte, so that no signal ends the process while nothing is shown.
        quiet.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
        // What was typed before is thrown away, so the question comes after that.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        StandardError.write(question)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual)
            StandardError.write("\n")
        }
        return try line()
    }

    /// The password that '--password-stdin' asks for: what is piped in, or typed unseen.
    static func password() throws -> String {
        try ask("Password: ", isHidden: true) ?? readPassword()
    }

    /// What is typed up to the end of a line, edited here where the terminal does not do it.
    private static func line() throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < limit, let byte = nextByte() {
            switch byte {
            case 0x0A, 0x0D: return String(decoding: bytes, as: UTF8.self)
            case 0x03, 0x04, 0x1C: throw CancellationError()
            case 0x15: bytes = []
            case 0x08, 0x7F:
                // A character may be several bytes.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            default: bytes.append(byte)
            }
        }
        throw CancellationError()
    }

    /// The next byte that is typed; `nil` when none can come, or the task is cancelled.
    private static func nextByte() -> UInt8? {
        var terminal = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while !Task.isCancelled {
            guard poll(&terminal, 1, 200) != 0 else { continue }
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            return count == 1 ? byte : nil
        }
        return nil
    }
}
