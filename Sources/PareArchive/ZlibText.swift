// SPDX-License-Identifier: Apache-2.0
import CZlib

/// A zlib stream that is at hand as a whole.
///
/// - SeeAlso: RFC 1950.
package enum ZlibText {
    /// The unpacked bytes.
    ///
    /// - Throws: ``ArchiveError`` where the stream is damaged, cut, or longer than the limit (in bytes) when unpacked.
    package static func unpacked(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(ArchiveError) -> [UInt8]
    {
        guard let input = UInt32(exactly: bytes.count), let limit = UInt32(exactly: limit) else {
            throw .unsupported("a zlib stream as long as this")
        }
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .unsupported("a zlib stream")
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = input
        var content: [UInt8] = []
        var result = Z_OK
        while result == Z_OK, content.count < limit {
            let room = min(1 << 16, Int(limit) - content.count)
            content += [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(room)
                result = inflate(&stream, Z_NO_FLUSH)
                count = room - Int(stream.avail_out)
            }
        }
        guard result == Z_STREAM_END else {
            if result == Z_OK { throw .tooLong("zlib stream", limit: Int(limit)) }
            throw .malformed("zlib stream", "deflated data", offset: Int64(input - stream.avail_in))
        }
        return content
    }
}
