// SPDX-License-Identifier: Apache-2.0
import CZstd

/// Packs bytes into one zstd frame, at zstd's own level, with a checksum.
///
/// - SeeAlso: RFC 8878.
package final class ZstdPacker {
    private let context: OpaquePointer?
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)

    package init() {
        context = ZSTD_createCCtx()
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit {
        ZSTD_freeCCtx(context)
        output.deallocate()
    }

    /// Takes the next bytes, and gives what is packed to a function.
    ///
    /// - Throws: What the function throws; ``ArchiveError/unsupported(_:)`` where there is no memory for it.
    package func add(_ bytes: UnsafeRawBufferPointer, _ write: (UnsafeRawBufferPointer) throws -> Void) throws
    {
        try pack(bytes, ending: false, write)
    }

    /// Ends the frame; nothing may be added afterwards.
    package func finish(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        try pack(UnsafeRawBufferPointer(start: nil, count: 0), ending: true, write)
    }

    private func pack(
        _ bytes: UnsafeRawBufferPointer, ending: Bool, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            var packed = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            let left = ZSTD_compressStream2(context, &packed, &input, ending ? ZSTD_e_end : ZSTD_e_continue)
            guard ZSTD_isError(left) == 0 else {
                throw ArchiveError.unsupported("packing: \(String(cString: ZSTD_getErrorName(left)))")
            }
            if packed.pos > 0 { try write(UnsafeRawBufferPointer(rebasing: output.prefix(packed.pos))) }
            if ending ? left == 0 : input.pos == input.size { return }
        }
    }
}
