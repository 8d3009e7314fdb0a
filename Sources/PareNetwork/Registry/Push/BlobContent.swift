// SPDX-License-Identifier: Apache-2.0
package import PareBytes
import PareImage
package import PareModel

/// A blob that is to be sent, and may have to be sent again from any place in it.
package struct BlobContent: Sendable {
    package let digest: Digest
    private let place: Place

    private enum Place: Sendable {
        case bytes([UInt8])
        case part(MappedFile, Range<Int>)
    }

    /// Bytes at hand.
    package init(_ bytes: [UInt8]) {
        digest = SHA256.digest(of: bytes)
        place = .bytes(bytes)
    }

    /// A part of a file that has a digest, which the registry verifies.
    package init(_ file: MappedFile, in range: Range<Int>, digest: Digest) {
        self.digest = digest
        place = .part(file, range)
    }

    package var count: Int {
        switch place {
        case .bytes(let bytes): bytes.count
        case .part(_, let range): range.count
        }
    }

    /// What to send of it.
    func body(_ range: Range<Int>) -> HTTPRequest.Body {
        let range = range.clamped(to: 0..<count)
        guard !range.isEmpty else { return .empty }
        return switch place {
        case .bytes(let bytes): .bytes(Array(bytes[range]))
        case .part(let file, let whole):
            .part(file, whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
        }
    }
}
