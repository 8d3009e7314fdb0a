// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// Works while other runs of pare are kept away from files; the lock goes with the process too.
///
/// `waiting` is called once, when another run has the lock.
///
/// - Throws: ``UpdateError/locked(file:reason:)``, ``FileError``, `CancellationError`, and what the work throws.
func holdingLock<Value>(
    _ path: String, waiting: () -> Void = {}, _ work: () async throws -> Value
) async throws -> Value {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError.writing(path, "open") }
    defer { close(descriptor) }
    var isWaiting = false
    // Waiting in the system would keep a thread from all other tasks.
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw UpdateError.locked(file: path, reason: String(cString: strerror(errno)))
        }
        if !isWaiting { waiting() }
        isWaiting = true
        try await Task.sleep(for: .milliseconds(50))
    }
    return try await work()
}
