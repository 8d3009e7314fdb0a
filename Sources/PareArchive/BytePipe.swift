// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// Carries bytes from a task that may not wait to a thread that may: what comes from a network, to what reads sources.
///
/// A few bytes lie between them.  A writer that is too fast is suspended, a reader that is too fast waits.  Whichever side
/// goes away, the other one is told at once.
// SAFETY: everything that changes is touched between lock() and unlock() only; the ring is freed in deinit.
package final class BytePipe: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let ring: UnsafeMutableRawBufferPointer
    private var start = 0
    private var count = 0
    /// How it ended, once it has: no error at the end of the bytes.
    private var end: Result<Void, any Error>?
    /// The writer, while there is no room for it.
    private var writer: CheckedContinuation<Void, Never>?

    /// - Parameter capacity: Bytes that may lie between the two sides.
    package init(capacity: Int = 4 << 20) {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        ring = .allocate(byteCount: max(1, capacity), alignment: 64)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
        ring.deallocate()
    }

    private func locked<Value>(_ body: () throws -> Value) rethrows -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Ends the pipe from either side; the first end counts.  With an error, what has not been read is forgotten.
    package func finish(throwing error: (any Error)? = nil) {
        let waiting = locked { () -> CheckedContinuation<Void, Never>? in
            guard end == nil else { return nil }
            end = error.map { .failure($0) } ?? .success(())
            pthread_cond_broadcast(condition)
            defer { writer = nil }
            return writer
        }
        waiting?.resume()
    }

    /// Puts in what there is room for.
    ///
    /// - Returns: How many bytes that were.
    /// - Throws: What the pipe was ended with; `CancellationError` when nobody reads any more.
    package func offer(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        try locked {
            if let end {
                try end.get()
                throw CancellationError()
            }
            let taken = min(bytes.count, ring.count - count)
            let position = (start + count) % ring.count
            let first = min(taken, ring.count - position)
            UnsafeMutableRawBufferPointer(rebasing: ring[position...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<first]))
            ring.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<taken]))
            count += taken
            if taken > 0 { pthread_cond_signal(condition) }
            return taken
        }
    }

    /// Comes back when there is room for more, or the pipe has ended.  One task at a time may ask.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, which ends the pipe.
    package func waitForRoom() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = locked {
                    guard end == nil, count == ring.count else { return true }
                    writer = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            finish(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }

    /// Takes bytes out; waits until there are any.
    ///
    /// - Returns: How many there were; 0 only at the end.
    /// - Throws: What the pipe was ended with.
    func take(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var waiting: CheckedContinuation<Void, Never>?
        defer { waiting?.resume() }
        return try locked {
            while count == 0 || isBroken {
                if let end {
                    try end.get()
                    return 0
                }
                pthread_cond_wait(condition, mutex)
            }
            let taken = min(buffer.count, count, ring.count - start)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: ring[start..<start + taken]))
            start = (start + taken) % ring.count
            count -= taken
            // A writer that is woken for every byte would do nothing but wake up.
            if count <= ring.count / 2 { swap(&waiting, &writer) }
            return taken
        }
    }

    private var isBroken: Bool {
        if case .failure = end { true } else { false }
    }
}

/// The reading end of a pipe into which a task of its own writes.  The task is cancelled when this goes away, or the work that
/// opened it is interrupted; see ``Interruption``.
package final class PipeSource: ByteSource {
    private let pipe: BytePipe
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - capacity: Bytes that may lie between the two sides.
    ///   - produce: Writes into the pipe; what it throws, the reader throws.
    package init(capacity: Int = 4 << 20, _ produce: @escaping @Sendable (BytePipe) async throws -> Void) {
        let pipe = BytePipe(capacity: capacity)
        let task = Task {
            do {
                try await produce(pipe)
                pipe.finish()
            } catch {
                pipe.finish(throwing: error)
            }
        }
        self.pipe = pipe
        self.task = task
        Interruption.current?.onSet { [weak pipe] in
            pipe?.finish(throwing: CancellationError())
            task.cancel()
        }
    }

    deinit {
        pipe.finish(throwing: CancellationError())
        task.cancel()
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        buffer.isEmpty ? 0 : try pipe.take(into: buffer)
    }
}
