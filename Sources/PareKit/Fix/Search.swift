// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Tries candidates, as many at a time as it may, until nothing is left that could be the best, or the time is over.
struct Search: Sendable {
    /// How many candidates are tried at a time.
    let workers: Int
    /// Returns when the time is over; `nil` for no limit.
    let budget: (@Sendable () async throws -> Void)?
    /// Why what was not tried then was not, such as `the time budget of 10m was over`.
    let budgetReason: String

    private enum Event: Sendable {
        case timeIsOver
        case tried(FixCandidate, Attempt)
        /// It was broken off.
        case cut(String)
    }

    /// - Parameters:
    ///   - start: With what an earlier run has done.
    ///   - attempt: Tries one candidate.  What stands in its way is a failed attempt; what it throws ends the search.
    /// - Returns: The board with all that was done.  A search that was stopped by its budget is no error.
    /// - Throws: What `attempt` throws; `CancellationError` where the task was cancelled.
    func run(
        _ start: SearchBoard, attempt: @escaping @Sendable (FixCandidate) async throws -> Attempt
    ) async throws -> SearchBoard {
        var board = start
        var running: [String: Task<Attempt, any Error>] = [:]
        try await withThrowingTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            if let budget {
                group.addTask {
                    try await budget()
                    return .timeIsOver
                }
            }
            while true {
                try Task.checkCancellation()
                while running.count < workers, let candidate = board.next() {
                    let task = Task { try await attempt(candidate) }
                    running[candidate.name] = task
                    group.addTask { try await Self.event(of: task, candidate) }
                }
                guard !running.isEmpty, let event = try await group.next() else { return }
                switch event {
                case .timeIsOver:
                    board.stop(reason: budgetReason)
                    running.values.forEach { $0.cancel() }
                case .cut(let name): running[name] = nil
                case .tried(let candidate, let attempt):
                    running[candidate.name] = nil
                    board.take(attempt, of: candidate)
                    for name in board.takeHopeless() { running[name]?.cancel() }
                }
            }
        }
        try Task.checkCancellation()
        return board
    }

    private static func event(
        of task: Task<Attempt, any Error>, _ candidate: FixCandidate
    ) async throws -> Event {
        try await withTaskCancellationHandler {
            do {
                return .tried(candidate, try await task.value)
            } catch  where task.isCancelled {
                // What an interruption broke says nothing of the candidate.
                return .cut(candidate.name)
            }
        } onCancel: {
            task.cancel()
        }
    }
}
