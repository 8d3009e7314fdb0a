// SPDX-License-Identifier: Apache-2.0
import NIOCore
package import PareArchive
import PareBytes
package import PareImage
package import PareModel

extension RegistryClient {
    /// The whole of a blob of at most `limit` bytes, verified.  The deadline is the transport's time limit where it is `nil`.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    package func blob(
        _ descriptor: Descriptor, of reference: ImageReference, limit: Int, until deadline: Deadline? = nil
    ) async throws -> [UInt8] {
        let part = "the blob \(descriptor.digest.short)"
        guard descriptor.size <= limit else {
            throw RegistryError.tooLong(image: reference.familiar, part: part, limit: limit)
        }
        var bytes: [UInt8] = []
        if let data = descriptor.verifiedData {
            bytes = data
        } else {
            let pull = BlobPull(descriptor, of: reference, from: self)
            try await pull.run(until: deadline) { bytes.append(contentsOf: $0.readableBytesView) }
        }
        let actual = RunningDigest.digest(of: bytes, by: descriptor.digest.algorithm)
        guard actual == descriptor.digest else {
            throw RegistryError.digestLies(
                image: reference.familiar, part: part, claimed: descriptor.digest, actual: actual)
        }
        return bytes
    }

    /// A blob that is pulled when it is read: again from where a connection was cut, but not verified; see
    /// ``VerifyingSource``.
    package nonisolated func blobStream(_ descriptor: Descriptor, of reference: ImageReference)
        -> any BlobStream
    {
        RegistryBlob(descriptor: descriptor, reference: reference, client: self)
    }

    /// Pulls a blob into a file, verified.  What is there under its path is replaced when all has come, and left alone before.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``, ``FileError``; `CancellationError`.
    package func download(_ descriptor: Descriptor, of reference: ImageReference, to path: String)
        async throws
    {
        let stream = blobStream(descriptor, of: reference)
        try await onOwnThread { _ in
            try VerifyingSource(stream.open(), descriptor.digest, of: reference).write(to: path)
        }
    }
}

/// A blob of a registry.
private struct RegistryBlob: BlobStream {
    let descriptor: Descriptor
    let reference: ImageReference
    let client: RegistryClient

    var size: Int64? { descriptor.size }

    func open() -> any ByteSource {
        if let data = descriptor.verifiedData { return ArraySource(data) }
        return PipeSource { pipe in
            try await BlobPull(descriptor, of: reference, from: client).run { piece in
                var rest = piece
                while true {
                    let taken = try rest.withUnsafeReadableBytes { try pipe.offer($0) }
                    rest.moveReaderIndex(forwardBy: taken)
                    guard rest.readableBytes > 0 else { return }
                    try await pipe.waitForRoom()
                }
            }
        }
    }
}

extension Descriptor {
    /// The content that stands in the descriptor, where it is what the digest says.
    var verifiedData: [UInt8]? {
        guard let data, Int64(data.count) == size,
            RunningDigest.digest(of: data, by: digest.algorithm) == digest
        else { return nil }
        return data
    }
}

/// Verifies what passes through it: whoever has read to the end has read what the digest says.
package final class VerifyingSource: ByteSource {
    private let source: HashingSource
    private let claimed: Digest
    private let reference: ImageReference

    package init(_ source: any ByteSource, _ claimed: Digest, of reference: ImageReference) {
        self.source = HashingSource(source, by: claimed.algorithm)
        self.claimed = claimed
        self.reference = reference
    }

    /// - Throws: ``RegistryError/digestLies(image:part:claimed:actual:)`` at the end, and what the source throws.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(into: buffer)
        guard count == 0, !buffer.isEmpty, !isVerified else { return count }
        let actual = try source.finish()
        guard actual == claimed else {
            throw RegistryError.digestLies(
                image: reference.familiar, part: "the blob \(claimed.short)", claimed: claimed, actual: actual
            )
        }
        isVerified = true
        return 0
    }

    private var isVerified = false
}
