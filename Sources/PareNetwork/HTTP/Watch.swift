// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization

/// Ends waiting for the other side after a silence, and at the deadline.  Only time in which something is waited for
/// counts: a reader that takes its time is no silence.
final class Watch: Sendable {
    private struct State {
        var lastSign = NIODeadline.now()
        /// Ends what is being waited for.
        var stop: (@Sendable () -> Void)?
        var timer: Scheduled<Void>?
        var expired: NetworkError.Limit?
    }

    private let state = Mutex(State())
    private let loop: any EventLoop
    private let patience: Duration
    private let deadline: Deadline
    private let limit: Duration

    /// `limit` is what the deadline was made from, to be told.
    init(on loop: any EventLoop, patience: Duration, deadline: Deadline, limit: Duration) {
        self.loop = loop
        self.patience = patience
        self.deadline = deadline
        self.limit = limit
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
            if isOver, state.expired == nil { state.expired = .total(limit) }
            return state.expired != nil
        }
        guard !isExpired else { throw CancellationError() }
        let task = Task { try await work() }
        state.withLock { state in
            state.lastSign = .now()
            state.stop = { task.cancel() }
            if state.timer == nil { state.timer = schedule(state.lastSign) }
        }
        defer {
            state.withLock { state in
                state.stop = nil
                state.lastSign = .now()
            }
        }
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
        let stop = state.withLock { state -> (@Sendable () -> Void)? in
            state.timer = nil
            guard let stop = state.stop else { return nil }
            if deadline.isOver {
                state.expired = .total(limit)
            } else if .now() - state.lastSign >= TimeAmount(patience) {
                state.expired = .silence(patience)
            } else {
                state.timer = schedule(state.lastSign)
                return nil
            }
            return stop
        }
        stop?()
    }
}
