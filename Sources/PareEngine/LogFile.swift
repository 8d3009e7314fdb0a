// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// A file that is written from first to last.
final class LogFile: Sendable {
    let path: String
    private let descriptor: Int32
    /// Why something could not be written, where that is so.
    private let failure = Mutex<String?>(nil)

    /// Creates the file or empties it.
    ///
    /// - Throws: `EngineError.cannotWrite`.
    init(_ path: String) throws(EngineError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: Folder.lastError) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) {
        failure.withLock { failure in
            var rest = bytes[...]
            while failure == nil, !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    failure = Folder.lastError
                }
            }
        }
    }

    /// - Throws: `EngineError.cannotWrite` where a part could not be written.
    func finish() throws(EngineError) {
        if let reason = failure.withLock({ $0 }) { throw .cannotWrite(path: path, reason: reason) }
    }
}
