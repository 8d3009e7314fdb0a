// SPDX-License-Identifier: Apache-2.0
import CZlib
package import PareModel

/// Says how many bytes gzip would make of others, at the level that registries' clients use (6), and keeps none of them.
package final class GzipMeter {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let isReady: Bool
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
    private var count: Int64 = 0

    package init() {
        stream.initialize(to: z_stream())
        isReady =
            deflateInit2_(
                stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            == Z_OK
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Takes the next bytes.
    package func add(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            deflate(piece, flush: Z_NO_FLUSH)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
        }
    }

    /// The length of the whole gzip file; nothing may be added afterwards.
    package func finish() -> ByteCount {
        deflate(UnsafeRawBufferPointer(start: nil, count: 0), flush: Z_FINISH)
        return ByteCount(count)
    }

    private func deflate(_ bytes: UnsafeRawBufferPointer, flush: Int32) {
        guard isReady else { return }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(clamping: bytes.count)
        repeat {
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            CZlib.deflate(stream, flush)
            count += Int64(output.count) - Int64(stream.pointee.avail_out)
        } while stream.pointee.avail_out == 0
    }

    /// The length that gzip makes of all that a source gives.  It takes seconds, so it can be ended by `isCancelled`.
    ///
    /// - Throws: What reading throws; `CancellationError`.
    package static func measure(
        _ source: any ByteSource, isCancelled: () -> Bool = { false }
    ) throws -> ByteCount {
        let meter = GzipMeter()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            guard !isCancelled() else { throw CancellationError() }
            let count = try source.read(into: buffer)
            if count == 0 { return meter.finish() }
            meter.add(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
        }
    }
}
