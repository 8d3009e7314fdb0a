// SPDX-License-Identifier: Apache-2.0
import CCrypto

/// The SHA-1 of bytes, 20 of them.
///
/// It proves nothing, for others with the same one can be made; an index knows files by it.
package func sha1(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
        if let base = buffer.baseAddress { pare_sha1(bytes.baseAddress, bytes.count, base) }
        count = 20
    }
}
