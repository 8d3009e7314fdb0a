// SPDX-License-Identifier: Apache-2.0
import CGNU
import Glibc

/// Copies a regular file to a place where nothing is yet; on file systems that can, both share their blocks until one changes.
///
/// - Parameters:
///   - source: A link is not followed.
///   - destination: In a folder that is there.
///   - mode: Permission bits of the copy.
/// - Throws: ``FileError``, with nothing left behind.
package func copyFile(_ source: String, to destination: String, mode: UInt32) throws(FileError) {
    let input = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard input >= 0 else { throw .reading(source, "open") }
    defer { close(input) }
    let output = open(destination, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw .writing(destination, "create") }
    defer { close(output) }
    do throws(FileError) {
        try copy(input, source, to: output, destination)
        guard fchmod(output, mode) == 0 else { throw .writing(destination) }
    } catch {
        unlink(destination)
        throw error
    }
}

private func copy(
    _ input: Int32, _ source: String, to output: Int32, _ destination: String
) throws(FileError) {
    while true {
        let count = pare_copy_file_range(input, output, 1 << 30)
        if count == 0 { break }
        guard count < 0, errno != EINTR else { continue }
        // Not between all file systems; what has been copied stays, and both files stand where it ends.
        guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else { throw .writing(destination) }
        break
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    while true {
        let count = read(input, buffer.baseAddress, buffer.count)
        if count == 0 { return }
        guard count > 0 else {
            guard errno == EINTR else { throw .reading(source) }
            continue
        }
        try writeAll(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), to: output, path: destination)
    }
}
