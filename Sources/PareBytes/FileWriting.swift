// SPDX-License-Identifier: Apache-2.0
import CGNU
import Glibc

/// How the names of files begin that are being written.
package let temporaryPrefix = ".pare-"

/// Writes a whole file or nothing: to a temporary name beside it, then to disk, then under its own name.
///
/// An existing file is harmed only when `replacing` says so, and then at once: at every moment there is either the old
/// one or the new.  A link to a file stays, and its target is replaced.  A device or pipe is written to as it is.
///
/// - Parameters:
///   - bytes: The content.
///   - path: Of the file.
///   - replacing: Whether there may be one already.
///   - mode: Permission bits of a new file, less the process's mask; a replaced file keeps its own.
///   - keepingOwner: Whether a replaced file must keep its owner and group too.
///   - mask: What a replaced file keeps of its permission bits.
/// - Throws: ``FileError``, with nothing left behind.
package func writeFile(
    _ bytes: UnsafeRawBufferPointer, to path: String, replacing: Bool = false, mode: UInt32 = 0o644,
    keepingOwner: Bool = false, masking mask: UInt32 = 0o7777
) throws(FileError) {
    let path = replacing ? resolvedLink(path) : path
    var old = stat()
    let isThere = lstat(path, &old) == 0
    if isThere {
        guard old.st_mode & S_IFMT != S_IFDIR else { throw .isFolder(path) }
        guard replacing else { throw .exists(path) }
        guard old.st_mode & S_IFMT == S_IFREG else { return try writeThrough(bytes, to: path) }
    }
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[...$0]) } ?? ""
    let temporary = "\(folder)\(temporaryPrefix)\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .writing(path, "create") }
    do throws(FileError) {
        defer { close(descriptor) }
        if isThere {
            if keepingOwner { try keepOwner(old, of: descriptor, path: path) }
            fchmod(descriptor, old.st_mode & 0o7777 & mask)
        }
        try writeAll(bytes, to: descriptor, path: path)
        guard fsync(descriptor) == 0 else { throw .writing(path) }
    } catch {
        unlink(temporary)
        throw error
    }
    try settle(temporary, at: path, replacing: replacing)
}

/// Gives a new file the owner and group of the one that it is to replace.
private func keepOwner(_ old: stat, of descriptor: Int32, path: String) throws(FileError) {
    var new = stat()
    guard fstat(descriptor, &new) == 0, (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid) else { return }
    guard fchown(descriptor, old.st_uid, old.st_gid) == 0 else {
        throw .failed(action: "keep the owner of", path: path, reason: String(cString: strerror(errno)))
    }
}

/// Whether a path leads to a device or a pipe, which is written to as it is, and whose place nothing takes.
///
/// - Throws: ``FileError/isFolder(_:)``.
package func isWrittenThrough(_ path: String) throws(FileError) -> Bool {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return false }
    guard facts.st_mode & S_IFMT != S_IFDIR else { throw .isFolder(path) }
    return facts.st_mode & S_IFMT != S_IFREG
}

/// Writes to what is there: `/dev/full`, `/dev/stdout`, a named pipe.
private func writeThrough(_ bytes: UnsafeRawBufferPointer, to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .writing(path, "open") }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, path: path)
}

/// The same for an array.
package func writeFile(
    _ bytes: [UInt8], to path: String, replacing: Bool = false, mode: UInt32 = 0o644,
    keepingOwner: Bool = false, masking mask: UInt32 = 0o7777
) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
        try writeFile(
            UnsafeRawBufferPointer(bytes), to: path, replacing: replacing, mode: mode,
            keepingOwner: keepingOwner, masking: mask)
    }
}

/// Writes a file piece by piece, to a temporary name beside it, which becomes its own when all is there; what was there is
/// replaced then.  A device or pipe is written to as it is.
///
/// - Parameters:
///   - path: Of the file.
///   - mode: Permission bits, less the process's mask.
///   - fill: Is given what appends a piece.
/// - Throws: ``FileError``, and what `fill` throws, with nothing left behind.
package func writeFile(
    to path: String, mode: UInt32 = 0o644,
    _ fill: (_ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
) throws {
    guard try !isWrittenThrough(path) else {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.writing(path, "open") }
        defer { close(descriptor) }
        return try fill { try writeAll($0, to: descriptor, path: path) }
    }
    let path = resolvedLink(path)
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[...$0]) } ?? ""
    let temporary = "\(folder)\(temporaryPrefix)\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileError.writing(path, "create") }
    do {
        defer { close(descriptor) }
        try fill { try writeAll($0, to: descriptor, path: path) }
        guard fsync(descriptor) == 0 else { throw FileError.writing(path) }
    } catch {
        unlink(temporary)
        throw error
    }
    try settle(temporary, at: path, replacing: true)
}

/// Gives a finished temporary file its name; without `replacing` a file that has come there meanwhile is left alone.
func settle(_ temporary: String, at path: String, replacing: Bool) throws(FileError) {
    if !replacing {
        if pare_rename_without_replacing(temporary, path) == 0 { return }
        // Not every file system knows this flag; there the look at the start has to do.
    }
    if replacing || errno == EINVAL, rename(temporary, path) == 0 { return }
    let error = FileError.writing(path)
    unlink(temporary)
    throw error
}

/// Where a link leads; the path itself where it is none, or leads nowhere.
package func resolvedLink(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}

/// Writes all bytes to an open file.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Glibc.write(descriptor, part.baseAddress, part.count)
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if count == 0 || errno != EINTR {
            throw .writing(path, code: count == 0 ? ENOSPC : errno)
        }
    }
}

/// The whole content of a file, which must not be longer than a limit in bytes.
package func readFile(_ path: String, limit: Int = 1 << 30) throws(FileError) -> [UInt8] {
    let file = try MappedFile(path)
    guard file.count <= limit else {
        throw .failed(action: "read", path: path, reason: "it is longer than \(limit) bytes")
    }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: file.count) { buffer, filled in
        do throws(FileError) {
            while filled < file.count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                filled += try file.read(at: filled, into: rest)
            }
        } catch {
            failure = error
        }
    }
    if let failure { throw failure }
    return bytes
}
