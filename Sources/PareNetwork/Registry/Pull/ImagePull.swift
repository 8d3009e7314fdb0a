// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareImage
package import PareModel

/// Saves an image of a registry as an OCI layout, byte by byte as it is there.
///
/// - SeeAlso: OCI image specification, image-layout.md.
package struct ImagePull: Sendable {
    private let client: RegistryClient
    private let reference: ImageReference
    private let progress: @Sendable (String) -> Void

    /// Blobs that are pulled at once.
    private static let atOnce = 3
    /// Of all manifests together, in bytes; those of real images have a few thousand each.
    private static let documentLimit = 16 << 20

    /// - Parameters:
    ///   - client: Asks the registry.
    ///   - reference: Names the image.
    ///   - progress: Takes a line on what is done.
    package init(
        _ client: RegistryClient, of reference: ImageReference,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.client = client
        self.reference = reference
        self.progress = progress
    }

    /// What was saved.
    package struct Outcome: Sendable, Hashable {
        /// Of the manifest, or of the index with all that it lists.
        package let digest: Digest
        package var blobs = 0
        package var size = ByteCount.zero
        /// What was odd.
        package var diagnostics: [Diagnostic] = []
    }

    /// Pulls the image for a platform, or with `everything` the index and all that it lists.
    ///
    /// - Parameters:
    ///   - folder: An empty one, which becomes the layout; after an error it holds what had come.
    ///   - platform: What to choose where the image is there for several; this machine's by default.
    ///   - everything: Whether to take all platforms, and what stands beside them in the index.
    /// - Returns: What was saved.
    /// - Throws: ``RegistryError``, ``ImageError``, ``NetworkError``, ``FileError``; `CancellationError`.
    package func run(
        into folder: String, platform: Platform? = nil, everything: Bool = false
    ) async throws -> Outcome {
        var documents: [Manifest]
        var entry: Descriptor
        var diagnostics: [Diagnostic] = []
        if everything {
            let named = try await client.manifest(reference)
            documents = [named]
            entry = named.descriptor
            try await addListed(in: named, depth: 1, to: &documents)
        } else {
            var finding = ImageFinding(reference: reference, client: client)
            let found = try await finding.manifest(for: platform)
            if platform != nil, found.chosen == nil {
                // Only the configuration says what a single image is for.
                _ = try await finding.image(found.image, named: found.named, platform: platform)
            }
            diagnostics = finding.diagnostics
            documents = [found.image]
            entry = found.image.descriptor
            entry.platform = found.chosen
        }
        for algorithm in Set(documents.map(\.descriptor.digest.algorithm)) {
            makeFolders("\(folder)/blobs/\(algorithm)")
        }
        for document in documents {
            try writeFile(document.bytes, to: document.descriptor.digest.path(in: folder))
        }
        var outcome = Outcome(digest: entry.digest, diagnostics: diagnostics)
        try await pull(try blobs(of: documents), into: folder, &outcome)
        try writeIndex(entry, in: folder)
        return outcome
    }

    /// What an index lists, and what that lists: images, attestations, and whatever else there may be.
    private func addListed(in index: Manifest, depth: Int, to documents: inout [Manifest]) async throws {
        guard index.isIndex else { return }
        guard depth < ListedImage.depthLimit else { throw broken("the index", "indexes hold each other") }
        for element in index.json["manifests"]?.elements ?? [] {
            guard let digest = element["digest"]?.text.flatMap({ Digest($0) }) else {
                throw broken("the index", "a manifest without a digest")
            }
            guard !documents.contains(where: { $0.descriptor.digest == digest }) else { continue }
            try ListedImage.check(documents.count, image: reference.familiar)
            let listed = try await client.manifest(
                listedAs: element, digest, for: Descriptor(element)?.platform, of: reference)
            documents.append(listed)
            let size = documents.reduce(0) { $0 + $1.bytes.count }
            guard size <= Self.documentLimit else {
                throw ImageError.tooMuch(
                    image: reference.familiar, what: "\(ByteCount(size)) of manifests")
            }
            try await addListed(in: listed, depth: depth + 1, to: &documents)
        }
    }

    /// Configurations and layers, each once, long ones first.
    private func blobs(of documents: [Manifest]) throws -> [Descriptor] {
        var seen: Set<Digest> = []
        var found: [Descriptor] = []
        for document in documents where !document.isIndex {
            let json = document.json
            let parts =
                [json["config"]].compactMap(\.self) + (json["layers"]?.elements ?? [])
                + (json["blobs"]?.elements ?? [])
            for part in parts {
                guard let descriptor = Descriptor(part) else {
                    throw broken(
                        "the manifest \(document.descriptor.digest.short)", "a part without digest and size")
                }
                if seen.insert(descriptor.digest).inserted { found.append(descriptor) }
            }
        }
        return found.sorted { $0.size > $1.size }
    }

    private func broken(_ part: String, _ reason: String) -> RegistryError {
        .broken(image: reference.familiar, part: part, reason: reason)
    }

    private func pull(_ blobs: [Descriptor], into folder: String, _ outcome: inout Outcome) async throws {
        let total = blobs.map { ByteCount($0.size) }.reduce(.zero, +)
        for algorithm in Set(blobs.map(\.digest.algorithm)) { makeFolders("\(folder)/blobs/\(algorithm)") }
        try await withThrowingTaskGroup(of: Descriptor.self) { group in
            func take(_ done: Descriptor) {
                outcome.blobs += 1
                outcome.size = outcome.size + ByteCount(done.size)
                progress("\(outcome.blobs) of \(blobs.count) blobs, \(outcome.size) of \(total)")
            }
            for (index, blob) in blobs.enumerated() {
                if index >= Self.atOnce, let done = try await group.next() { take(done) }
                group.addTask { [client, reference] in
                    try await client.download(blob, of: reference, to: blob.digest.path(in: folder))
                    return blob
                }
            }
            for try await done in group { take(done) }
        }
    }

    private func writeIndex(_ entry: Descriptor, in folder: String) throws {
        var entry = entry
        if let tag = reference.tag {
            let named = ImageReference(
                registry: reference.registry, repository: reference.repository, tag: tag)
            // Podman and skopeo know an image of a layout by the one, containerd and Docker by the other.
            entry.annotations = [
                "org.opencontainers.image.ref.name": tag,
                "io.containerd.image.name": named.description,
            ]
        }
        let index = JSONValue.record([
            ("schemaVersion", .number("2")), ("mediaType", .string(MediaType.index)),
            ("manifests", .array([entry.json])),
        ])
        try writeFile(Array(index.document.utf8), to: folder + "/index.json")
        let layout = JSONValue.record([("imageLayoutVersion", .string("1.0.0"))])
        // What makes a folder a layout comes last.
        try writeFile(Array(layout.document.utf8), to: folder + "/oci-layout")
    }
}

extension Digest {
    fileprivate func path(in layout: String) -> String { "\(layout)/blobs/\(algorithm)/\(hex)" }
}
