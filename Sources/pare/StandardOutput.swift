// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareModel

/// Where results go, and nothing else.
enum StandardOutput {
    /// Writes a text.  A reader that went away (`| head`) has read what it wanted, and the command ends as it would have; a full
    /// disk ends the process as a failure.
    static func write(_ text: String) {
        guard !writeAll(text, to: STDOUT_FILENO), errno != EPIPE else { return }
        StandardError.write("error: cannot write to standard output: \(String(cString: strerror(errno)))\n")
        exit(1)
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal; 0 where there is none.
    static var width: Int { columns(of: STDOUT_FILENO) }
}

/// Where messages and progress go.
enum StandardError {
    static func write(_ text: String) { _ = writeAll(text, to: STDERR_FILENO) }

    /// Writes a message and a line break.  What strangers say in it cannot steer the terminal, nor look like a line of ours.
    static func tell(_ message: String) { write(message.visibleLines + "\n") }

    /// Tells what happened, and what to do.
    static func tell(_ error: any Explained) {
        tell("error: \(error.problem)")
        if let hint = error.hint { tell("hint: \(hint)") }
    }

    /// Tells of what was odd, a line each.
    static func tell(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            let place = diagnostic.location.map { " (\($0))" } ?? ""
            tell("\(diagnostic.severity.rawValue): \(diagnostic.message)\(place)")
        }
    }

    /// Whether a line can be written without waiting for a reader.
    static var isReady: Bool {
        var room = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&room, 1, 0) > 0
    }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var width: Int { columns(of: STDERR_FILENO) }
}

private func columns(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return 0 }
    return Int(size.ws_col)
}

/// Whether all of the text was written; `errno` says why not.
private func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return false }
            written += count
        }
        return true
    }
}
