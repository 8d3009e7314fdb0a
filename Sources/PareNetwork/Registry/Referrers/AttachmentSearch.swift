// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// Finds what is attached to an image in a registry: what refers to it, what cosign has put under its tags, and what BuildKit
/// has put into its index.
package struct AttachmentSearch: Sendable {
    private let client: RegistryClient
    private let reference: ImageReference
    private let subjects: [Digest]
    /// For all requests together.
    private let deadline: Deadline

    /// - Parameters:
    ///   - client: Speaks with the registry.
    ///   - reference: An image of the repository.
    ///   - subjects: The image's manifest, and the index that leads to it.
    ///   - deadline: For all of it; the time limit of one operation from now where it is `nil`.
    package init(
        _ client: RegistryClient, _ reference: ImageReference, subjects: [Digest],
        until deadline: Deadline? = nil
    ) {
        self.deadline = deadline ?? Deadline(after: client.transport.options.timeLimit)
        self.client = client
        self.reference = reference
        self.subjects = subjects
    }

    /// What was found, oldest first as far as it says; and what of it was passed over.
    package struct Result: Sendable {
        package var attachments: [ImageAttachment] = []
        package var diagnostics: [Diagnostic] = []
    }

    /// Manifests that are looked at; each costs a request.
    private static let manifestLimit = 200
    private static let fileLimit = 1000

    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.  Attachments that are not what they are said to be are
    ///   passed over.
    package func run() async throws -> Result {
        var result = Result()
        var candidates: [Candidate] = []
        for subject in subjects {
            let list = try await client.referrers(of: subject, in: reference, until: deadline)
            result.diagnostics += list.diagnostics
            candidates += list.descriptors.map {
                Candidate(name: .digest($0.digest), subject: subject, size: $0.size)
            }
            for suffix in ["att", "sbom", "sig"] {
                candidates.append(
                    Candidate(name: .tag("\(fallbackTag(of: subject)).\(suffix)"), subject: subject))
            }
        }
        candidates += try await attestations()
        if candidates.count > Self.manifestLimit {
            result.diagnostics.append(
                Diagnostic(
                    .warning, "only \(Self.manifestLimit) of \(candidates.count) attachments were looked at"))
        }
        let looked = try await look(at: Array(candidates.prefix(Self.manifestLimit)))
        var seen: Set<Digest> = []
        for look in looked {
            switch look {
            case .found(let attachment):
                if seen.insert(attachment.digest).inserted { result.attachments.append(attachment) }
            case .passedOver(let diagnostic): result.diagnostics.append(diagnostic)
            case .missing: break
            }
        }
        result.attachments.sort { ($0.created ?? "", $0.digest) < ($1.created ?? "", $1.digest) }
        return result
    }

    private struct Candidate: Sendable {
        enum Name: Sendable {
            case digest(Digest)
            /// Of cosign's, which need not be there.
            case tag(String)
        }
        let name: Name
        let subject: Digest
        var size: Int64?
        /// It stands in the image's own index, which says what it belongs to.
        var isListed = false
    }

    private enum Look: Sendable {
        case found(ImageAttachment)
        case passedOver(Diagnostic)
        case missing
    }

    /// Manifests that an index of BuildKit's names as belonging to the image.
    private func attestations() async throws -> [Candidate] {
        let named = try await client.manifest(reference, until: deadline)
        guard named.isIndex else { return [] }
        return (named.json["manifests"]?.elements ?? []).compactMap { element in
            guard let descriptor = Descriptor(element),
                let subject = descriptor.annotations["vnd.docker.reference.digest"].flatMap({ Digest($0) }),
                subjects.contains(subject)
            else { return nil }
            return Candidate(
                name: .digest(descriptor.digest), subject: subject, size: descriptor.size, isListed: true)
        }
    }

    /// Four at a time; the results are in the order of the candidates.
    private func look(at candidates: [Candidate]) async throws -> [Look] {
        try await withThrowingTaskGroup(of: (Int, Look).self) { group in
            var looks: [Int: Look] = [:]
            for (index, candidate) in candidates.enumerated() {
                if index >= 4, let (number, look) = try await group.next() { looks[number] = look }
                group.addTask { (index, try await look(at: candidate)) }
            }
            for try await (number, look) in group { looks[number] = look }
            return candidates.indices.compactMap { looks[$0] }
        }
    }

    private func look(at candidate: Candidate) async throws -> Look {
        let there: ImageReference
        let name: String
        switch candidate.name {
        case .digest(let digest):
            there = ImageReference(
                registry: reference.registry, repository: reference.repository, digest: digest)
            name = digest.description
        case .tag(let tag):
            there = ImageReference(registry: reference.registry, repository: reference.repository, tag: tag)
            name = tag
        }
        func passedOver(_ reason: String) -> Look {
            .passedOver(Diagnostic(.warning, "an attachment was passed over: \(reason)", at: name))
        }
        do {
            let manifest = try await client.manifest(there, until: deadline)
            if let size = candidate.size, size != manifest.descriptor.size {
                return passedOver("it is not as long as the list says")
            }
            if case .digest = candidate.name, !candidate.isListed {
                let subject = manifest.json["subject"]?["digest"]?.text
                guard subject == candidate.subject.description else {
                    return passedOver("it refers to something else than this image")
                }
            }
            guard let attachment = attachment(manifest, candidate.subject) else {
                return passedOver("it has more than \(Self.fileLimit) files")
            }
            return .found(attachment)
        } catch RegistryError.notFound {
            guard case .digest = candidate.name else { return .missing }
            return passedOver("it is listed, but not there")
        } catch let error as RegistryError where error.isOfContent {
            return passedOver(error.problem)
        }
    }

    private func attachment(_ manifest: Manifest, _ subject: Digest) -> ImageAttachment? {
        let json = manifest.json
        let layers = (json["layers"]?.elements ?? []).compactMap(Descriptor.init)
        guard layers.count <= Self.fileLimit else { return nil }
        let types = [
            json["artifactType"]?.text, json["config"]?["mediaType"]?.text, layers.first?.mediaType,
        ].compactMap(\.self)
        let general: Set = ["", MediaType.empty, MediaType.config]
        let annotations = json["annotations"]
        return ImageAttachment(
            digest: manifest.descriptor.digest,
            type: shownText(types.first { !general.contains($0) } ?? "", limit: 200),
            created: annotations?["org.opencontainers.image.created"]?.text.map { shownText($0, limit: 40) },
            subject: subject,
            files: layers.map { layer in
                ImageAttachment.File(
                    name: layer.annotations["org.opencontainers.image.title"],
                    mediaType: shownText(layer.mediaType, limit: 200), digest: layer.digest,
                    size: ByteCount(layer.size))
            })
    }
}

extension RegistryError {
    /// What is there is not what it should be, which may be so for one attachment and not for others.
    fileprivate var isOfContent: Bool {
        switch self {
        case .digestLies, .sizeLies, .tooLong, .broken, .schema1: true
        default: false
        }
    }
}
