// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareImage
public import PareModel
import PareNetwork

/// Brings an image from a file into a registry.
public struct Push: Sendable {
    private let source: String
    private let reference: String
    private let platform: Platform?
    private let takesAllPlatforms: Bool
    private let mountsFrom: [String]
    private let proof: String?

    /// - Parameters:
    ///   - source: Path of an OCI layout or of a docker-archive.
    ///   - reference: Where the image goes: `registry.example/team/app:1`.
    ///   - platform: Which image of several; `nil` for this machine's.
    ///   - takesAllPlatforms: Whether the index goes, with all that it lists.
    ///   - mountsFrom: Repositories of the same registry that may have some of the layers.
    ///   - proof: Folder of a proof that is attached to the image, with its bill of materials and VEX document.
    public init(
        source: String, reference: String, platform: Platform?, takesAllPlatforms: Bool = false,
        mountsFrom: [String] = [], attaching proof: String? = nil
    ) {
        self.source = source
        self.reference = reference
        self.platform = platform
        self.takesAllPlatforms = takesAllPlatforms
        self.mountsFrom = mountsFrom
        self.proof = proof
    }

    /// - Returns: The image in the registry, named by its digest.
    /// - Throws: ``ReferenceError``, and what reading and pushing throw; the reference then names
    ///   what it named before.
    public func run(in setup: Setup) async throws -> ImageReference {
        let target = try ImageReference(reference)
        let repositories = try mountsFrom.map { try repository($0, in: target.registry) }
        let bundles = try proof.map { try AttachmentBundle.all(ofProofIn: $0) } ?? []
        let (image, stored) = try openStored(at: source, platform: platform, everything: takesAllPlatforms)
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-push")
        defer { scratch.remove() }
        var memory = PushMemory(file: setup.cacheFolder.map { $0 + "/pushes" })
        let step = "push \(target.familiar)"
        let outcome = try await setup.withRegistries(for: [target.registry]) { client in
            let push = ImagePush(client, to: target, mountingFrom: repositories, scratch: scratch.path) {
                line in
                setup.progress.report(.said(step: step, line: line))
            }
            let outcome = try await setup.step(step, outcome: \.summary) {
                try await push.run(image, stored: stored, remembering: &memory)
            }.value
            let subject = Descriptor(
                mediaType: outcome.mediaType, digest: outcome.digest, size: outcome.size)
            _ = try await bundles.attach(to: subject, of: target, client, in: setup)
            return outcome
        }
        memory.save()
        return ImageReference(
            registry: target.registry, repository: target.repository, digest: outcome.digest)
    }

    /// A repository that a user names with or without the registry.
    private func repository(_ text: String, in registry: String) throws -> String {
        let name = text.hasPrefix(registry + "/") ? text : "\(registry)/\(text)"
        return try ImageReference(name).repository
    }
}

extension ImagePush.Outcome {
    fileprivate var summary: String {
        let parts = [
            sent > 0 ? "\(sent) sent (\(sentBytes))" : nil, mounted > 0 ? "\(mounted) mounted" : nil,
            wereThere > 0 ? "\(wereThere) there already" : nil,
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
