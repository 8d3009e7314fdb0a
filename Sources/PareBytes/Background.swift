// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Runs long computing on a thread of its own that gives way to everything else on the machine.
///
/// - Parameter work: Is given a question to ask now and then: whether the task was cancelled meanwhile.
/// - Returns: What the work gives.
/// - Throws: What the work throws; ``FileError`` where no thread can be had.
package func inBackground<Value: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Value
) async throws -> Value {
    try await onOwnThread(niceness: 10) { interruption in try work { interruption.isSet } }
}

/// Runs work that waits, or that computes for long, on a thread of its own; the few threads that tasks share go on with
/// other tasks.
///
/// - Parameters:
///   - niceness: How far the thread gives way to others, 0 for not at all.
///   - work: Is given what tells it that the task was cancelled meanwhile; it is also ``Interruption/current``.
/// - Returns: What the work gives.
/// - Throws: What the work throws; ``FileError`` where no thread can be had.
package func onOwnThread<Value: Sendable>(
    niceness: Int32 = 0, _ work: @escaping @Sendable (Interruption) throws -> Value
) async throws -> Value {
    let interruption = Interruption()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            let job: @Sendable () -> Void = {
                // On Linux a niceness is a thread's own.
                if niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
                continuation.resume(
                    with: Result { try Interruption.whileCurrent(interruption) { try work(interruption) } })
            }
            do {
                try startThread(job)
            } catch {
                continuation.resume(throwing: error)
            }
        }
    } onCancel: {
        interruption.set()
    }
}

/// Starts a thread that nobody waits for.
///
/// - Throws: ``FileError`` where none can be had; the work is not done then.
package func startThread(_ work: @escaping @Sendable () -> Void) throws(FileError) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Job(work))
    let code = pthread_create(
        &thread, nil,
        { box in
            guard let box else { return nil }
            Unmanaged<Job>.fromOpaque(box).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
    guard code == 0 else {
        box.release()
        throw .failed(action: "begin", path: "a thread", reason: String(cString: strerror(code)))
    }
    pthread_detach(thread)
}

private final class Job: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
