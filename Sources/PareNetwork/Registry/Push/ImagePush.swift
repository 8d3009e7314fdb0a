// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareArchive
import PareBytes
package import PareImage
package import PareModel

/// Brings an image into a registry: blobs two at a time, then manifests, the image's own last.
package struct ImagePush: Sendable {
    private let client: RegistryClient
    private let reference: ImageReference
    private let mountsFrom: [String]
    private let scratch: String
    private let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - client: Speaks with the registry.
    ///   - reference: Where the image goes.
    ///   - mountsFrom: Repositories of the registry that may have some of the blobs.
    ///   - scratch: Folder for layers that are packed, each for as long as it is sent.
    ///   - progress: Takes a line on what is done.
    package init(
        _ client: RegistryClient, to reference: ImageReference, mountingFrom mountsFrom: [String] = [],
        scratch: String, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.client = client
        self.reference = reference
        self.mountsFrom = mountsFrom
        self.scratch = scratch
        self.progress = progress
    }

    /// What was pushed.
    package struct Outcome: Sendable, Hashable {
        package var digest: Digest
        package var mediaType: String
        package var size: Int64
        package var sent = 0
        package var sentBytes = ByteCount.zero
        package var mounted = 0
        package var wereThere = 0
    }

    /// Pushes an image as it is stored, or packs its layers and makes a manifest where it is not.
    ///
    /// - Throws: ``PushError``, ``ImageError``, ``FileError``, ``NetworkError``, what the registry answers;
    ///   the reference then names what it named before.
    package func run(
        _ image: Image, stored: StoredImage?, remembering memory: inout PushMemory
    ) async throws -> Outcome {
        let bundle = try stored.map { self.bundle(of: $0) } ?? self.bundle(of: image, memory)
        if let digest = reference.digest, let last = bundle.stored?.last, last.digest != digest {
            throw PushError.otherDigest(reference: reference.description, image: last.digest)
        }
        var tally = Tally(count: bundle.parcels.count, bytes: bundle.parcels.map(\.size).reduce(0, +))
        let shipped = try await ship(bundle.parcels, &tally, &memory)
        let documents = try bundle.stored ?? [manifest(of: shipped)]
        var outcome = Outcome(digest: documents.last?.digest ?? SHA256.digest(of: []), mediaType: "", size: 0)
        for (index, document) in documents.enumerated() {
            let isLast = index == documents.count - 1
            if isLast, let digest = reference.digest, document.digest != digest {
                throw PushError.otherDigest(reference: reference.description, image: document.digest)
            }
            try await client.put(
                document.bytes, mediaType: document.mediaType, digest: document.digest,
                tag: isLast ? reference.tag : nil, of: reference)
            (outcome.mediaType, outcome.size) = (document.mediaType, Int64(document.bytes.count))
        }
        (outcome.sent, outcome.sentBytes) = (tally.sent, ByteCount(tally.sentBytes))
        (outcome.mounted, outcome.wereThere) = (tally.mounted, tally.wereThere)
        return outcome
    }

    // MARK: - What is to be sent

    private struct Bundle {
        var parcels: [Parcel]
        /// `nil` where the manifest is made of what has been sent.
        var stored: [StoredImage.Document]?
    }

    private func bundle(of stored: StoredImage) -> Bundle {
        let parcels = stored.parts.map { part in
            Parcel(mediaType: "", content: .stored(part.content, part.digest), size: part.size)
        }
        return Bundle(parcels: parcels, stored: stored.documents)
    }

    private func bundle(of image: Image, _ memory: PushMemory) throws -> Bundle {
        var parcels = try image.layers.map { layer in
            guard case .blob(let blob) = layer.place else { throw PushError.notImage(path: image.name) }
            guard let diffID = layer.diffID else {
                let named = image.layers.count { $0.diffID != nil }
                throw PushError.layersMissing(image: image.name, layers: image.layers.count, named: named)
            }
            let (file, range) = try blob.open()
            return try Parcel(file, range, diffID: diffID, of: image.name, memory)
        }
        let config = try image.configBytes()
        parcels.append(
            Parcel(
                mediaType: MediaType.config, content: .bytes(config), size: Int64(config.count)))
        return Bundle(parcels: parcels)
    }

    private func manifest(of shipped: [Descriptor]) throws -> StoredImage.Document {
        let layers = shipped.dropLast()
        let json = JSONValue.record([
            ("schemaVersion", .number("2")), ("mediaType", .string(MediaType.manifest)),
            ("config", shipped.last?.json), ("layers", .array(layers.map(\.json))),
        ])
        let bytes = Array(json.indented.utf8)
        return StoredImage.Document(
            mediaType: MediaType.manifest, digest: SHA256.digest(of: bytes), bytes: bytes)
    }

    // MARK: - Sending

    /// What has been done of all.
    private struct Tally {
        let count: Int
        let bytes: Int64
        var done = 0
        var doneBytes: Int64 = 0
        var sent = 0
        var sentBytes: Int64 = 0
        var mounted = 0
        var wereThere = 0

        mutating func add(_ shipped: Shipped) {
            done += 1
            doneBytes += shipped.parcelSize
            switch shipped.fate {
            case .wasThere: wereThere += 1
            case .mounted: mounted += 1
            case .sent:
                sent += 1
                sentBytes += shipped.descriptor.size
            }
        }

        var line: String {
            "\(done) of \(count) blobs, \(ByteCount(doneBytes)) of \(ByteCount(bytes))"
        }
    }

    /// Brings all parcels there, two at a time; gives what became of each, in their order.
    private func ship(
        _ parcels: [Parcel], _ tally: inout Tally, _ memory: inout PushMemory
    ) async throws -> [Descriptor] {
        let places = parcels.map { parcel in
            mountsFrom
                + (parcel.likelyDigest.map { memory.repositories(with: $0, in: reference.registry) } ?? [])
        }
        return try await withThrowingTaskGroup(of: (Int, Shipped).self) { group in
            var descriptors: [Int: Descriptor] = [:]
            func take(_ next: (Int, Shipped)) {
                let (index, shipped) = next
                descriptors[index] = shipped.descriptor
                tally.add(shipped)
                memory.note(shipped.descriptor.digest, at: reference)
                if let diffID = shipped.packedFrom {
                    memory.note(diffID, packedTo: shipped.descriptor.digest, size: shipped.descriptor.size)
                }
                progress(tally.line)
            }
            for (index, parcel) in parcels.enumerated() {
                if index >= 2, let next = try await group.next() { take(next) }
                let (client, reference, scratch) = (client, reference, "\(scratch)/layer-\(index).tar.gz")
                group.addTask {
                    let shipping = Shipping(
                        client: client, reference: reference, candidates: places[index], scratch: scratch)
                    return (index, try await shipping.ship(parcel))
                }
            }
            for try await next in group { take(next) }
            return parcels.indices.compactMap { descriptors[$0] }
        }
    }
}
