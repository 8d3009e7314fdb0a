// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization

/// Ends waiting for the other side after a silence, and at the deadline.  Only time in which something is waited for
/// counts: a reader that takes its time is no silence.
final class Watch: Sendable {
    private struct State {
        var lastSign = NIODeadline.now()
        var isWaiting = false
        /// Ends what is being waited for.
        var stop: (@Sendable () -> Void)?
        var timer: Scheduled<Void>?
        var expired: NetworkError.Limit?
    }

    private let state = Mutex(State())
    private let loop: any EventLoop
    private let patience: Duration
    private let deadline: Deadline

    init(on loop: any EventLoop, patience: Duration, deadline: Deadline) {
        self.loop = loop
        self.patience = patience
        self.deadline = deadline
    }

    deinit { state.withLock { $0.timer?.cancel() } }

    /// Which limit ended the waiting; it ended the whole exchange, even where something came at the same moment.
    var expired: NetworkError.Limit? { state.withLock { $0.expired } }

    /// The other side moved.
    func sign() { state.withLock { $0.lastSign = .now() } }

    /// Waits for something, but not too long.
    ///
    /// - Throws: What the work throws, and something else than that when a limit was reached: see ``expired``.
    func wait<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let isOver = deadline.isOver
        let isExpired = state.withLock { state in
            if isOver, state.expired == nil { state.expired = .total(deadline.length) }
            return state.expired != nil
        }
        guard !isExpired else { throw CancellationError() }
        state.withLock { state in
            state.isWaiting = true
            state.lastSign = .now()
            if state.timer == nil { state.timer = schedule(state.lastSign) }
        }
        let task = Task {
            defer {
                state.withLock { state in
                    state.isWaiting = false
                    state.stop = nil
                }
            }
            // What waited for a thread of Swift's until now was no silence of the other side.
            sign()
            return try await work()
        }
        state.withLock { if $0.isWaiting { $0.stop = { task.cancel() } } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func schedule(_ lastSign: NIODeadline) -> Scheduled<Void> {
        loop.scheduleTask(deadline: min(lastSign + TimeAmount(patience), deadline.moment)) { [weak self] in
            self?.look()
        }
    }

    private func look() {
        state.withLock { state in
            state.timer = nil
            guard state.isWaiting else { return }
            let (isOver, sign) = (deadline.isOver, state.lastSign)
            guard isOver || .now() - sign >= TimeAmount(patience) else {
                state.timer = schedule(sign)
                return
            }
            // What came may only wait for a thread of Swift's to take it; behind it waits this.
            Task { end(ifNoneSince: sign, isOver ? .total(deadline.length) : .silence(patience)) }
        }
    }

    private func end(ifNoneSince sign: NIODeadline, _ limit: NetworkError.Limit) {
        let stop = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.isWaiting, state.timer == nil else { return nil }
            guard deadline.isOver || state.lastSign == sign, let stop = state.stop else {
                state.timer = schedule(state.lastSign)
                return nil
            }
            state.expired = limit
            return stop
        }
        stop?()
    }
}
