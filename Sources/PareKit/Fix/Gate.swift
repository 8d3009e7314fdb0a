// SPDX-License-Identifier: Apache-2.0

/// Lets work that is timed run alone, and other work at the same time; first come, first served.
actor Gate {
    private struct Waiting {
        let number: Int
        let isAlone: Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private var waiting: [Waiting] = []
    private var shared = 0
    private var isTaken = false
    private var count = 0

    /// Runs work beside other work of this kind.
    nonisolated func beside<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        try await pass(alone: false, work)
    }

    /// Runs work while no other runs.
    nonisolated func alone<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        try await pass(alone: true, work)
    }

    private nonisolated func pass<Value: Sendable>(
        alone: Bool, _ work: () async throws -> Value
    ) async throws -> Value {
        try await enter(alone: alone)
        do {
            let value = try await work()
            await leave(alone: alone)
            return value
        } catch {
            await leave(alone: alone)
            throw error
        }
    }

    private func enter(alone: Bool) async throws {
        if waiting.isEmpty, !isTaken, !alone || shared == 0 { return begin(alone: alone) }
        count += 1
        let number = count
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                waiting.append(Waiting(number: number, isAlone: alone, continuation: continuation))
            }
        } onCancel: {
            Task { await self.giveUp(number) }
        }
    }

    private func begin(alone: Bool) {
        if alone { isTaken = true } else { shared += 1 }
    }

    private func leave(alone: Bool) {
        if alone { isTaken = false } else { shared -= 1 }
        letIn()
    }

    private func letIn() {
        while let first = waiting.first, !isTaken, !first.isAlone || shared == 0 {
            waiting.removeFirst()
            begin(alone: first.isAlone)
            first.continuation.resume()
        }
    }

    private func giveUp(_ number: Int) {
        guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: CancellationError())
        letIn()
    }
}
