// SPDX-License-Identifier: Apache-2.0
import CZlib
import CZstd

/// How tests compress.
package enum Packing: Sendable, Hashable {
    case gzip(level: Int32)
    case zstd(level: Int32, hasChecksum: Bool)

    package func pack(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .gzip(let level): Self.gzip(bytes, level)
        case .zstd(let level, let hasChecksum): Self.zstd(bytes, level, hasChecksum)
        }
    }

    private static func gzip(_ bytes: [UInt8], _ level: Int32) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(&stream, level, Z_DEFLATED, 31, 8, 0, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: bytes.count + bytes.count / 100 + 1000) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
            }
            count = output.count - Int(stream.avail_out)
        }
    }

    private static func zstd(_ bytes: [UInt8], _ level: Int32, _ hasChecksum: Bool) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
        return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { output, count in
            count = bytes.withUnsafeBytes {
                ZSTD_compress2(context, output.baseAddress, output.count, $0.baseAddress, $0.count)
            }
        }
    }
}
