// SPDX-License-Identifier: Apache-2.0
import CZlib
import PareBytes

/// A zip archive whose bytes are at hand, read by its central directory.
///
/// - SeeAlso: PKWARE APPNOTE 6.3.10, §4.3 to §4.5.
package struct ZipArchive: Sendable {
    package let entries: [Entry]
    /// Length of what stands before the archive, such as the script of a self-starting jar.
    private let base: Int

    package struct Entry: Sendable, Hashable {
        package let path: String
        /// Length when unpacked, as the directory claims it.
        package let size: Int64
        package let isEncrypted: Bool
        fileprivate let method: UInt16
        fileprivate let checksum: UInt32
        fileprivate let storedSize: Int64
        fileprivate let offset: Int64

        package var isFolder: Bool { path.hasSuffix("/") }
    }

    /// Reads the directory.
    ///
    /// - Throws: ``ArchiveError`` where there is none, or it does not fit the bytes.
    package init(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        do {
            let end = try ZipEnd(bytes)
            base = end.base
            var entries: [Entry] = []
            var offset = end.directory
            // Each entry takes 46 bytes at least, so what is claimed beyond that runs into the end.
            for _ in 0..<end.count {
                let (entry, length) = try Self.entry(bytes, at: offset)
                entries.append(entry)
                offset += length
            }
            self.entries = entries
        } catch let error as ArchiveError {
            throw error
        } catch {
            throw .truncated("zip archive", offset: Int64(bytes.count))
        }
    }

    /// The unpacked content of an entry, its length and checksum verified.
    ///
    /// - Throws: ``ArchiveError``, also for encrypted entries and methods other than stored and deflated.
    package func content(
        of entry: Entry, in bytes: UnsafeRawBufferPointer, limit: Int
    ) throws(ArchiveError) -> [UInt8] {
        guard !entry.isEncrypted else { throw .unsupported("the encrypted '\(entry.path)'") }
        guard entry.size <= limit else { throw .tooLong(entry.path, limit: limit) }
        guard entry.storedSize <= bytes.count, entry.size <= entry.storedSize * 1100 + 64 else {
            throw .malformed("zip entry '\(entry.path)'", "its length", offset: entry.offset)
        }
        let stored: UnsafeRawBufferPointer
        do {
            let header = base + Int(clamping: entry.offset)
            guard try bytes.littleEndian(UInt32.self, at: header) == 0x0403_4B50 else {
                throw OutOfBounds(offset: header, count: 4)
            }
            let nameLength = Int(try bytes.littleEndian(UInt16.self, at: header + 26))
            let extraLength = Int(try bytes.littleEndian(UInt16.self, at: header + 28))
            stored = try bytes.part(at: header + 30 + nameLength + extraLength, count: Int(entry.storedSize))
        } catch {
            throw .malformed(
                "zip entry '\(entry.path)'", "it is not where the directory says", offset: entry.offset)
        }
        let content: [UInt8]
        switch entry.method {
        case 0: content = Array(stored)
        case 8: content = try Self.inflate(stored, size: Int(entry.size), entry)
        default: throw .unsupported("method \(entry.method) of '\(entry.path)'")
        }
        let checksum = content.withUnsafeBytes {
            crc32_z(0, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
        }
        guard content.count == Int(entry.size), UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
            throw .malformed("zip entry '\(entry.path)'", "length or checksum", offset: entry.offset)
        }
        return content
    }

    private static func inflate(
        _ stored: UnsafeRawBufferPointer, size: Int, _ entry: Entry
    ) throws(ArchiveError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK,
            let input = UInt32(exactly: stored.count), let output = UInt32(exactly: size + 1)
        else { throw .unsupported("an entry as long as '\(entry.path)'") }
        defer { inflateEnd(&stream) }
        var result = Z_OK
        // One byte more than claimed, to see content that is longer.
        let content = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
            stream.next_in = UnsafeMutablePointer(
                mutating: stored.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = input
            stream.next_out = buffer.baseAddress
            stream.avail_out = output
            result = CZlib.inflate(&stream, Z_FINISH)
            count = Int(output - stream.avail_out)
        }
        guard result == Z_STREAM_END else {
            throw .malformed("zip entry '\(entry.path)'", "deflated data", offset: entry.offset)
        }
        return content
    }

    private static func entry(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws -> (Entry, length: Int)
    {
        guard try bytes.littleEndian(UInt32.self, at: offset) == 0x0201_4B50 else {
            throw ArchiveError.malformed("zip directory", "no entry", offset: Int64(offset))
        }
        let flags = try bytes.littleEndian(UInt16.self, at: offset + 8)
        let nameLength = Int(try bytes.littleEndian(UInt16.self, at: offset + 28))
        let extraLength = Int(try bytes.littleEndian(UInt16.self, at: offset + 30))
        let commentLength = Int(try bytes.littleEndian(UInt16.self, at: offset + 32))
        let name = try bytes.part(at: offset + 46, count: nameLength)
        var large = ZipLargeFields(try bytes.part(at: offset + 46 + nameLength, count: extraLength))
        let size = try large.replacing(try bytes.littleEndian(UInt32.self, at: offset + 24))
        let storedSize = try large.replacing(try bytes.littleEndian(UInt32.self, at: offset + 20))
        let headerOffset = try large.replacing(try bytes.littleEndian(UInt32.self, at: offset + 42))
        let entry = Entry(
            path: String(decoding: name, as: UTF8.self), size: size, isEncrypted: flags & 1 != 0,
            method: try bytes.littleEndian(at: offset + 10),
            checksum: try bytes.littleEndian(at: offset + 16),
            storedSize: storedSize, offset: headerOffset)
        return (entry, 46 + nameLength + extraLength + commentLength)
    }
}

/// The 64-bit values of an entry, which stand in an extra field in the order of the fields that are all ones.
private struct ZipLargeFields {
    private var rest: UnsafeRawBufferPointer

    init(_ extra: UnsafeRawBufferPointer) {
        rest = UnsafeRawBufferPointer(start: nil, count: 0)
        var offset = 0
        while let id = try? extra.littleEndian(UInt16.self, at: offset),
            let length = try? extra.littleEndian(UInt16.self, at: offset + 2),
            let field = try? extra.part(at: offset + 4, count: Int(length))
        {
            if id == 1 { rest = field }
            offset += 4 + Int(length)
        }
    }

    mutating func replacing(_ value: UInt32) throws -> Int64 {
        guard value == .max else { return Int64(value) }
        let large = try rest.littleEndian(UInt64.self, at: 0)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(8))
        guard let large = Int64(exactly: large), large < 1 << 62 else {
            throw OutOfBounds(offset: 0, count: 8)
        }
        return large
    }
}

/// The record at the end of an archive that says where its directory is.
private struct ZipEnd {
    let count: Int
    /// From the first byte of the buffer.
    let directory: Int
    let base: Int

    init(_ bytes: UnsafeRawBufferPointer) throws {
        guard let end = Self.find(bytes) else {
            throw ArchiveError.malformed("zip archive", "no directory", offset: Int64(bytes.count))
        }
        var count = Int(try bytes.littleEndian(UInt16.self, at: end + 10))
        var size = Int64(try bytes.littleEndian(UInt32.self, at: end + 12))
        var offset = Int64(try bytes.littleEndian(UInt32.self, at: end + 16))
        var record = end
        if let locator = try? bytes.littleEndian(UInt32.self, at: end - 20), locator == 0x0706_4B50 {
            let position = Int(clamping: try bytes.littleEndian(UInt64.self, at: end - 12))
            if let magic = try? bytes.littleEndian(UInt32.self, at: position), magic == 0x0606_4B50 {
                count = Int(clamping: try bytes.littleEndian(UInt64.self, at: position + 32))
                size = Int64(clamping: try bytes.littleEndian(UInt64.self, at: position + 40))
                offset = Int64(clamping: try bytes.littleEndian(UInt64.self, at: position + 48))
                record = position
            }
        }
        guard size <= record, offset <= Int64(record) - size, count <= size / 46 else {
            throw ArchiveError.malformed("zip archive", "its directory does not fit", offset: Int64(end))
        }
        base = record - Int(size) - Int(offset)
        directory = record - Int(size)
        self.count = count
    }

    /// The last end record whose comment reaches to the end of the bytes.
    private static func find(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 22 else { return nil }
        let lowest = max(0, bytes.count - 22 - 0xFFFF)
        for offset in stride(from: bytes.count - 22, through: lowest, by: -1)
        where bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            == UInt32(littleEndian: 0x0605_4B50)
        {
            if let comment = try? bytes.littleEndian(UInt16.self, at: offset + 20),
                offset + 22 + Int(comment) <= bytes.count
            {
                return offset
            }
        }
        return nil
    }
}
