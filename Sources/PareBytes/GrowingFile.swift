// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A file that is written piece by piece under a temporary name, and gets its own when it is whole.
///
/// What was begun goes away with this value.
package final class GrowingFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var isSettled = false
    package private(set) var count: Int64 = 0

    /// - Throws: ``FileError`` where nothing can be written beside the path.
    package init(_ path: String) throws(FileError) {
        let path = resolvedLink(path)
        self.path = path
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[...$0]) } ?? ""
        temporary = "\(folder).pare-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .writing(path, "create") }
    }

    deinit {
        close(descriptor)
        if !isSettled { unlink(temporary) }
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
    package func mapped() throws(FileError) -> MappedFile { try MappedFile(temporary) }

    /// Gives the file its name.
    ///
    /// - Throws: ``FileError``; also where there is a file already, unless it is to be replaced.
    package func settle(replacing: Bool = false) throws(FileError) {
        guard fsync(descriptor) == 0 else { throw .writing(path) }
        try PareBytes.settle(temporary, at: path, replacing: replacing)
        isSettled = true
    }
}
