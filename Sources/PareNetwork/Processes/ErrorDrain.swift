// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import Synchronization

/// Takes what programs say on standard error, on a thread of its own, and keeps the end of it.
///
/// The thread ends soon after ``end()``, also where a program that was started by one of them holds the pipe.
final class ErrorDrain: Sendable {
    /// The end that programs write to.
    let writing: Int32
    private let reading: Int32
    private let state = Mutex((said: LastWords(), isOver: false))

    /// - Throws: ``FileError``.
    init() throws(FileError) {
        (reading, writing) = try makePipe()
        try startThread { self.run() }
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// The last line so far.
    var line: String? {
        state.withLock { state in
            state.said.takeRest(from: reading)
            return state.said.line
        }
    }

    func end() { state.withLock { $0.isOver = true } }

    private func run() {
        while true {
            var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            _ = poll(&waiting, 1, 200)
            let isOver = state.withLock { state in
                if waiting.revents != 0, !state.isOver { state.said.take(atMost: 16, from: reading) }
                return state.isOver
            }
            if isOver { return }
        }
    }
}
