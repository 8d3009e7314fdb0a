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
    let flag = Flag()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job {
                // On Linux a niceness is a thread's own.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                continuation.resume(with: Result { try work { flag.isSet } })
            }
            var thread = pthread_t()
            let box = Unmanaged.passRetained(job)
            let code = pthread_create(
                &thread, nil,
                { box in
                    guard let box else { return nil }
                    Unmanaged<Job>.fromOpaque(box).takeRetainedValue().run()
                    return nil
                }, box.toOpaque())
            if code == 0 {
                pthread_detach(thread)
            } else {
                box.release()
                let error = FileError.failed(
                    action: "begin", path: "a thread", reason: String(cString: strerror(code)))
                continuation.resume(throwing: error)
            }
        }
    } onCancel: {
        flag.set()
    }
}

private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

private final class Job: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
