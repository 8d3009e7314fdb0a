// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Makes a bbolt file on disk, of any size, with a few pages of it in memory.
///
/// Keys come in order, as for ``BoltWriter``.  Until ``finish()`` the file is none that can be opened.
package final class BoltFileWriter {
    private var writer: BoltWriter
    private let descriptor: Int32
    private let path: String

    /// As much as is written at once, in bytes.
    private static let piece = 4 << 20

    /// Creates a file where there is none.
    ///
    /// - Throws: ``FileError``.
    package init(_ path: String) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .writing(path, "create") }
        self.path = path
        writer = BoltWriter()
    }

    deinit { close(descriptor) }

    /// Adds a value.
    ///
    /// - Throws: ``BoltError``, ``FileError``.
    package func put(_ value: [UInt8], for key: String, in path: [String]) throws {
        try writer.put(value, for: key, in: path)
        if writer.pending >= Self.piece { try append(writer.takePages()) }
    }

    /// Makes a bucket, which may stay empty.
    ///
    /// - Throws: ``BoltError``.
    package func openBucket(_ path: [String]) throws(BoltError) { try writer.openBucket(path) }

    /// Writes what is left, and what makes a bbolt file of it, to the disk.
    ///
    /// - Throws: ``BoltError``, ``FileError``.
    package func finish() throws {
        let (head, rest) = try writer.finishPages()
        try append(rest)
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileError.writing(path) }
        try append(head)
        guard fsync(descriptor) == 0 else { throw FileError.writing(path) }
    }

    private func append(_ bytes: [UInt8]) throws(FileError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
            try writeAll(UnsafeRawBufferPointer(bytes), to: descriptor, path: path)
        }
    }
}
