// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareModel
import Synchronization

/// Tells of long steps on standard error: a moving line on a terminal, a line a step elsewhere.
final class TerminalProgress: Sendable {
    private struct State {
        /// Steps under way with the time they began at, oldest first.
        var steps: [(name: String, began: ContinuousClock.Instant)] = []
        var detail = ""
        var drawn = ContinuousClock.now - .seconds(1)
    }

    private let isMoving: Bool
    private let isQuiet: Bool
    private let state = Mutex(State())

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        isMoving = !isQuiet && StandardError.isTerminal
    }

    /// The value to hand to the verbs.
    var sink: ProgressSink {
        isQuiet ? .silent : ProgressSink { [self] event in state.withLock { take(event, &$0) } }
    }

    private func take(_ event: ProgressEvent, _ state: inout State) {
        switch event {
        case .began(let step):
            state.steps.append((step, .now))
            draw(&state, force: true)
        case .said(_, let line):
            state.detail = line.visible
            draw(&state, force: false)
        case .ended(let step, let seconds, let outcome):
            state.steps.removeAll { $0.name == step }
            state.detail = ""
            clear()
            let time = seconds.formatted(decimals: 1).leftPadded(to: 7)
            StandardError.tell("\(time) s  \(step)\(outcome.isEmpty ? "" : ": " + outcome)")
            draw(&state, force: true)
        case .note(let text):
            clear()
            StandardError.tell("           \(text)")
            draw(&state, force: true)
        }
    }

    private func clear() {
        if isMoving { StandardError.write("\r\u{1B}[K") }
    }

    /// At most ten times a second: the time and name of the oldest step, and what it said last.
    private func draw(_ state: inout State, force: Bool) {
        guard isMoving, let step = state.steps.last else { return }
        let now = ContinuousClock.now
        guard force || now - state.drawn > .milliseconds(100) else { return }
        state.drawn = now
        let seconds = Double((now - step.began).components.seconds).formatted(decimals: 0).leftPadded(to: 7)
        let line = "\(seconds) s  \(step.name.visible)\(state.detail.isEmpty ? " …" : ": " + state.detail)"
        StandardError.write("\r\u{1B}[K" + String(line.prefix(max(20, StandardError.width - 1))))
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
