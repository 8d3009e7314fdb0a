// SPDX-License-Identifier: Apache-2.0
import CCrypto
package import PareModel

/// A SHA-256 under way.
package struct SHA256: ~Copyable {
    private var state = pare_sha256()

    package init() { pare_sha256_begin(&state) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        pare_sha256_update(&state, bytes.baseAddress, bytes.count)
    }

    /// The digest of all that was put in.
    package consuming func finish() -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            if let base = buffer.baseAddress { pare_sha256_finish(&state, base) }
            count = 32
        }
        return Digest(sha256: bytes)
    }

    /// The digest of bytes that are at hand.
    package static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    package static func digest(of bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { digest(of: $0) } }

    /// The digest of all bytes of a file.
    package static func digest(of file: MappedFile) throws(FileError) -> Digest {
        var hash = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < file.count {
            let count = try file.read(at: offset, into: buffer)
            hash.update(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
            offset += count
        }
        return hash.finish()
    }
}
