// SPDX-License-Identifier: Apache-2.0
import CCrypto
package import PareModel

/// A SHA-512 under way.
package struct SHA512: ~Copyable {
    private var state = pare_sha512()

    package init() { pare_sha512_begin(&state) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        pare_sha512_update(&state, bytes.baseAddress, bytes.count)
    }

    /// The digest of all that was put in.
    package consuming func finish() -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            if let base = buffer.baseAddress { pare_sha512_finish(&state, base) }
            count = 64
        }
        return Digest(sha512: bytes)
    }
}

/// A digest under way, by whichever of the algorithms that content is named with.
package enum RunningDigest: ~Copyable {
    case sha256(SHA256)
    case sha512(SHA512)

    package init(_ algorithm: Digest.Algorithm) {
        self =
            switch algorithm {
            case .sha256: .sha256(SHA256())
            case .sha512: .sha512(SHA512())
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch consume self {
        case .sha256(var hash):
            hash.update(bytes)
            self = .sha256(hash)
        case .sha512(var hash):
            hash.update(bytes)
            self = .sha512(hash)
        }
    }

    /// The digest of all that was put in.
    package consuming func finish() -> Digest {
        switch consume self {
        case .sha256(let hash): hash.finish()
        case .sha512(let hash): hash.finish()
        }
    }

    /// The digest of bytes that are at hand.
    package static func digest(of bytes: [UInt8], by algorithm: Digest.Algorithm) -> Digest {
        var hash = RunningDigest(algorithm)
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.finish()
    }
}
