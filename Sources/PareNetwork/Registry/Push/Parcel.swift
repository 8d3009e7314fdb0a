// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareArchive
import PareBytes
import PareImage
import PareModel

/// A configuration or layer that is to be brought into a repository.
struct Parcel: Sendable {
    let mediaType: String
    let content: Content
    /// In bytes, as it lies here.
    let size: Int64

    enum Content: Sendable {
        case bytes([UInt8])
        /// As it is stored, with the digest that the registry verifies.
        case stored(Blob, Digest)
        /// Packed already, and not named by a digest that is to be believed.
        case unnamed(MappedFile, Range<Int>)
        /// A tar to pack; with its digest, and what an earlier push has packed it to.
        case tar(MappedFile, Range<Int>, diffID: Digest, known: (digest: Digest, size: Int64)?, image: String)
    }

    init(mediaType: String, content: Content, size: Int64) {
        self.mediaType = mediaType
        self.content = content
        self.size = size
    }

    /// A layer of an image without a manifest of a registry.
    init(
        _ file: MappedFile, _ range: Range<Int>, diffID: Digest, of image: String, _ memory: PushMemory
    ) throws {
        size = Int64(range.count)
        switch try Compression(of: file, in: range) {
        case .gzip: (mediaType, content) = (MediaType.layer + "+gzip", .unnamed(file, range))
        case .zstd: (mediaType, content) = (MediaType.layer + "+zstd", .unnamed(file, range))
        case .none:
            mediaType = MediaType.layer + "+gzip"
            content = .tar(file, range, diffID: diffID, known: memory.packed(diffID), image: image)
        }
    }

    /// The digest that it will have, as far as that can be known.
    var likelyDigest: Digest? {
        switch content {
        case .bytes(let bytes): SHA256.digest(of: bytes)
        case .stored(_, let digest): digest
        case .unnamed: nil
        case .tar(_, _, _, let known, _): known?.digest
        }
    }
}

/// A parcel that has arrived.
struct Shipped: Sendable {
    let descriptor: Descriptor
    let fate: BlobFate
    /// The digest of the tar, where one was packed.
    var packedFrom: Digest?
    let parcelSize: Int64
}

/// The way of one parcel.
struct Shipping: Sendable {
    let client: RegistryClient
    let reference: ImageReference
    let candidates: [String]
    /// Path of a file that may be made, and is gone in the end.
    let scratch: String

    /// - Throws: ``ImageError/digestLies(image:claimed:actual:)`` for a layer that is not what its image says, and what packing
    ///   and sending throw.
    func ship(_ parcel: Parcel) async throws -> Shipped {
        switch parcel.content {
        case .bytes(let bytes): return try await ship(BlobContent(bytes), parcel)
        case .stored(let blob, let digest):
            let (file, range) = try blob.open()
            return try await ship(BlobContent(file, in: range, digest: digest), parcel)
        case .unnamed(let file, let range):
            let digest = try await onOwnThread { _ in try HashingSource(FileSource(file, in: range)).finish()
            }
            return try await ship(BlobContent(file, in: range, digest: digest), parcel)
        case .tar(let file, let range, let diffID, let known, let image):
            if let known, let fate = try await find(known.digest) {
                let descriptor = Descriptor(
                    mediaType: parcel.mediaType, digest: known.digest, size: known.size)
                return Shipped(
                    descriptor: descriptor, fate: fate, packedFrom: diffID, parcelSize: parcel.size)
            }
            defer { unlink(scratch) }
            let packed = try await packGzip(file, in: range, to: scratch)
            guard diffID.algorithm != .sha256 || packed.contentDigest == diffID else {
                throw ImageError.digestLies(image: image, claimed: diffID, actual: packed.contentDigest)
            }
            let result = try MappedFile(scratch)
            let content = BlobContent(result, in: 0..<result.count, digest: packed.digest)
            var shipped = try await ship(content, parcel)
            shipped.packedFrom = diffID
            return shipped
        }
    }

    private func ship(_ content: BlobContent, _ parcel: Parcel) async throws -> Shipped {
        let fate: BlobFate
        switch try await search(content.digest) {
        case .found(let found): fate = found
        case .missing(let session):
            try await BlobUpload(client: client, reference: reference, content: content).send(session)
            fate = .sent
        }
        let descriptor = Descriptor(
            mediaType: parcel.mediaType, digest: content.digest, size: Int64(content.count))
        return Shipped(descriptor: descriptor, fate: fate, parcelSize: parcel.size)
    }

    private func search(_ digest: Digest) async throws -> BlobSearch.Result {
        try await BlobSearch(client: client, reference: reference, digest: digest).run(candidates)
    }

    /// Whether a blob can be had without sending it.
    private func find(_ digest: Digest) async throws -> BlobFate? {
        switch try await search(digest) {
        case .found(let fate): return fate
        case .missing(let session):
            if let session { await client.abandon(session, of: reference) }
            return nil
        }
    }
}
