// SPDX-License-Identifier: Apache-2.0
import CZstd

/// The content of a zstd file of any number of frames, skippable ones included.
///
/// A frame's checksum is verified where it has one.  Windows up to 128 MiB are accepted, as zstd's own tool does.
///
/// - SeeAlso: RFC 8878.
package final class ZstdSource: ByteSource {
    private var input: InputBuffer
    private let context: OpaquePointer?
    private let limit: OutputLimit
    private var isBetweenFrames = false
    private var output: Int64 = 0

    package init(_ source: any ByteSource, limit: OutputLimit = .generous) {
        input = InputBuffer(source)
        self.limit = limit
        context = ZSTD_createDCtx()
    }

    deinit { ZSTD_freeDCtx(context) }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while !buffer.isEmpty {
            let isThereInput = try input.fill()
            if !isThereInput, isBetweenFrames { return 0 }
            var source = ZSTD_inBuffer(src: input.rest.baseAddress, size: input.rest.count, pos: 0)
            var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let result = ZSTD_decompressStream(context, &target, &source)
            input.use(source.pos)
            output += Int64(target.pos)
            guard ZSTD_isError(result) == 0 else {
                let reason = String(cString: ZSTD_getErrorName(result))
                throw ArchiveError.malformed(
                    "zstd stream", reason, offset: input.total - Int64(input.rest.count))
            }
            isBetweenFrames = result == 0
            if target.pos > 0 {
                try limit.check(input: input.total, output: output)
                return target.pos
            }
            if !isThereInput, !isBetweenFrames {
                throw ArchiveError.truncated("zstd stream", offset: input.total)
            }
        }
        return 0
    }
}
