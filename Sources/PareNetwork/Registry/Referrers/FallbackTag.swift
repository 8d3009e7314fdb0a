// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareBytes
import PareModel

/// The tag under which an index lists what refers to a manifest, where a registry does not keep count itself.
func fallbackTag(of digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hex.prefix(64))" }

/// What such a tag names.
enum FallbackIndex: Sendable {
    case index(Manifest)
    /// Something that is no index, and not to be touched.
    case other
    case missing
}

extension RegistryClient {
    func fallbackIndex(
        of digest: Digest, in reference: ImageReference, until deadline: Deadline? = nil
    ) async throws -> FallbackIndex {
        let tag = ImageReference(
            registry: reference.registry, repository: reference.repository, tag: fallbackTag(of: digest))
        do {
            let manifest = try await manifest(tag, until: deadline)
            return manifest.isIndex ? .index(manifest) : .other
        } catch RegistryError.notFound {
            return .missing
        }
    }

    /// Adds an entry to the index under the tag; what others have put there stays as it is.
    ///
    /// Registries do not tell two writers from each other, so after writing it is read again, later than any other writer
    /// that read before would have written, and written again where the entry has gone.
    ///
    /// - Throws: ``AttachError``, ``RegistryError``, ``NetworkError``; `CancellationError`.
    func addToFallbackIndex(
        _ entry: Descriptor, of digest: Digest, in reference: ImageReference
    ) async throws {
        let tag = fallbackTag(of: digest)
        for _ in 0..<20 {
            let began = ContinuousClock.now
            let elements: [JSONValue]
            var rest: [JSONValue.Member] = []
            switch try await fallbackIndex(of: digest, in: reference) {
            case .index(let index):
                elements = index.json["manifests"]?.elements ?? []
                rest = (index.json.members ?? []).filter { $0.name != "manifests" }
                if elements.contains(where: { $0["digest"]?.text == entry.digest.description }) { return }
            case .other: throw AttachError.tagTaken(image: reference.name, tag: tag)
            case .missing:
                elements = []
                rest =
                    JSONValue.record([
                        ("schemaVersion", .number("2")), ("mediaType", .string(MediaType.index)),
                    ]).members ?? []
            }
            let index = JSONValue.record(
                rest.map { ($0.name, $0.value) } + [("manifests", .array(elements + [entry.json]))])
            let bytes = Array(index.indented.utf8)
            guard bytes.count <= Manifest.lengthLimit else {
                throw AttachError.tooMany(image: reference.name, tag: tag)
            }
            try await put(
                bytes, mediaType: index["mediaType"]?.text ?? MediaType.index,
                digest: SHA256.digest(of: bytes),
                tag: tag, of: reference)
            // Others may be slower, or held up between reading and writing.
            let pause = max(ContinuousClock.now - began, .milliseconds(250)) * Double.random(in: 2...4)
            try await Task.sleep(for: min(pause, .seconds(5)))
        }
        throw AttachError.contended(image: reference.name, tag: tag)
    }
}

/// Why something could not be attached to an image.
package enum AttachError: Explained, Hashable {
    /// The tag names something else than an index.
    case tagTaken(image: String, tag: String)
    case tooMany(image: String, tag: String)
    /// Others write the index all the time.
    case contended(image: String, tag: String)

    package var problem: String {
        switch self {
        case .tagTaken(let image, let tag):
            "the tag '\(tag)' of '\(image)' names something else than a list of attachments"
        case .tooMany(let image, let tag):
            "the list of attachments '\(tag)' of '\(image)' would be longer than registries take"
        case .contended(let image, let tag):
            "the list of attachments '\(tag)' of '\(image)' is written by others all the time"
        }
    }

    package var hint: String? {
        switch self {
        case .tagTaken: "look what it is; it is left as it is"
        case .tooMany: "remove some first"
        case .contended: "try again later"
        }
    }
}
