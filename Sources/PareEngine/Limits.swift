// SPDX-License-Identifier: Apache-2.0

/// Something was not done in its time.
struct LimitExceeded: Error {}

/// Runs a body, and cancels it when its time is over.
///
/// - Throws: ``LimitExceeded``, and whatever the body throws.
func withLimit<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw LimitExceeded() }
        return value
    }
}

/// Runs a body to its end even when the task is cancelled: for what must be tidied up.
func unhindered<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    await Task { await body() }.value
}

extension Duration {
    var seconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    /// `60 s`, `0.5 s`.
    var spoken: String { seconds == seconds.rounded() ? "\(components.seconds) s" : "\(seconds) s" }
}
