// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A file that is written piece by piece under a temporary name, and gets its own when it is whole.
///
/// What was begun goes away with this value.  A device or a pipe that is to be replaced is written to as it is.
package final class GrowingFile {
    private let path: String
    /// `nil` for what is written to as it is.
    private let temporary: String?
    private let replaces: Bool
    private let descriptor: Int32
    private var isSettled = false
    package private(set) var count: Int64 = 0

    /// - Parameters:
    ///   - path: Of the file.
    ///   - replacing: Whether there may be one already.
    /// - Throws: ``FileError`` where nothing can be written beside the path.
    package init(_ path: String, replacing: Bool = false) throws(FileError) {
        replaces = replacing
        guard try !isWrittenThrough(path) else {
            guard replacing else { throw .exists(path) }
            self.path = path
            temporary = nil
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .writing(path, "open") }
            return
        }
        let path = resolvedLink(path)
        self.path = path
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[...$0]) } ?? ""
        let temporary = "\(folder)\(temporaryPrefix)\(getpid())-\(UInt64.random(in: 0 ... .max))"
        self.temporary = temporary
        descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .writing(path, "create") }
    }

    deinit {
        close(descriptor)
        if let temporary, !isSettled { unlink(temporary) }
    }

    /// Appends bytes.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try writeAll(bytes, to: descriptor, path: path)
        count += Int64(bytes.count)
    }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
            try write(UnsafeRawBufferPointer(bytes))
        }
    }

    /// What is written so far, to be read in place.
    package func mapped() throws(FileError) -> MappedFile { try MappedFile(temporary ?? path) }

    /// Gives the file its name.
    ///
    /// - Throws: ``FileError``; also where there is a file already, unless it is to be replaced.
    package func settle() throws(FileError) {
        guard let temporary else { return }
        guard fsync(descriptor) == 0 else { throw .writing(path) }
        try PareBytes.settle(temporary, at: path, replacing: replaces)
        isSettled = true
    }
}
