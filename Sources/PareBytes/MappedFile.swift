// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Bytes that are read in place: a file mapped into memory, or a block of memory that stands in for one.
///
/// A mapped file must not become shorter while it is read; ``checkLength()`` looks before a long pass begins.
// SAFETY: the bytes are never written after init, and the descriptor is used with pread only; both live until deinit.
package final class MappedFile: @unchecked Sendable {
    /// The path it was opened by, or the name of the block.
    package let path: String
    package let count: Int
    private let base: UnsafeMutableRawPointer?
    /// Negative for a block of memory.
    private let descriptor: Int32

    /// Maps a regular file.
    ///
    /// - Parameters:
    ///   - path: Of the file.
    ///   - followsLinks: Whether the path may be a link to it.
    /// - Throws: ``FileError`` where it is missing, unreadable, or not a regular file.
    package init(_ path: String, followsLinks: Bool = true) throws(FileError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
        let descriptor = open(path, flags)
        guard descriptor >= 0 else { throw .reading(path, "open") }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            let error = FileError.reading(path)
            close(descriptor)
            throw error
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            guard facts.st_mode & S_IFMT != S_IFDIR else { throw .isFolder(path) }
            throw .failed(action: "read", path: path, reason: "it is not a regular file")
        }
        self.path = path
        self.descriptor = descriptor
        count = Int(facts.st_size)
        guard count > 0 else {
            base = nil
            return
        }
        let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else {
            let error = FileError.reading(path, "map")
            close(descriptor)
            throw error
        }
        base = mapped
    }

    /// Takes over a block of memory that came from `malloc`, and frees it in the end.
    package init(name: String, adopting block: UnsafeMutableRawBufferPointer) {
        path = name
        descriptor = -1
        count = block.count
        base = block.baseAddress
    }

    deinit {
        if descriptor < 0 {
            free(base)
        } else {
            if let base { munmap(base, count) }
            close(descriptor)
        }
    }

    /// Calls with all bytes, or with a part of them; a range that reaches outside is cut.
    package func withBytes<Result, Failure>(
        in range: Range<Int>? = nil, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let whole = UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count)
        guard let range else { return try body(whole) }
        return try body(UnsafeRawBufferPointer(rebasing: whole[range.clamped(to: 0..<whole.count)]))
    }

    /// Copies bytes from an offset on; fewer than asked for at the end.  Unlike the mapping it cannot fault, and
    /// leaves no pages in the process.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        guard offset >= 0, offset < count else { return 0 }
        let wanted = min(buffer.count, count - offset)
        guard descriptor >= 0 else {
            withBytes(in: offset..<offset + wanted) { buffer.copyMemory(from: $0) }
            return wanted
        }
        while true {
            let got = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
            if got > 0 || wanted == 0 { return got }
            guard got < 0 else { throw .changed(path) }
            guard errno == EINTR else { throw .reading(path) }
        }
    }

    /// Tells the system that a part is done with, so that it no longer counts as this process's memory.
    package func release(_ range: Range<Int>) {
        guard descriptor >= 0, let base else { return }
        let page = 4096
        let from = (max(0, range.lowerBound) + page - 1) / page * page
        let to = min(range.upperBound, count) / page * page
        if from < to { madvise(base + from, to - from, MADV_DONTNEED) }
    }

    /// The same for bytes that ``withBytes(in:_:)`` gave.
    package func release(_ bytes: UnsafeRawBufferPointer) {
        guard let base, let start = bytes.baseAddress else { return }
        let offset = start - UnsafeRawPointer(base)
        release(offset..<offset + bytes.count)
    }

    /// Looks whether the file is still as long as when it was opened.
    package func checkLength() throws(FileError) {
        guard descriptor >= 0 else { return }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .reading(path) }
        guard Int(facts.st_size) >= count else { throw .changed(path) }
    }
}
