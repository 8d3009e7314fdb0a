// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareImage
public import PareModel
import PareNetwork

/// Attaches documents to an image in a registry.
public struct Attach: Sendable {
    private let reference: String
    private let platform: Platform?
    private let sboms: [String]
    private let vex: [String]
    private let proof: String?

    /// - Parameters:
    ///   - reference: The image; where it is there for several platforms, all of them are meant.
    ///   - platform: Which image of several is meant instead.
    ///   - sboms: Files with bills of materials: CycloneDX or SPDX, JSON.
    ///   - vex: Files with VEX documents: OpenVEX, CSAF, CycloneDX, or attestations that hold one.
    ///   - proof: Folder of a proof, as `pare fix` writes it.
    public init(reference: String, platform: Platform?, sboms: [String], vex: [String], proof: String?) {
        self.reference = reference
        self.platform = platform
        self.sboms = sboms
        self.vex = vex
        self.proof = proof
    }

    /// - Returns: What was attached, in the order of sboms, VEX documents and the proof.
    /// - Throws: ``AttachmentError``, ``VerbError`` for a proof that is none, and what the registry says; what was attached before
    ///   an error stays.
    public func run(in setup: Setup) async throws -> [ImageReference] {
        let target = try ImageReference(reference)
        var bundles =
            try sboms.map { try AttachmentBundle(sbom: $0) } + vex.map { try AttachmentBundle(vex: $0) }
        if let proof {
            bundles.append(
                try AttachmentBundle(proof: try RecordedProof(ProofFolder(path: proof)), in: proof))
        }
        return try await setup.withRegistries(for: [target.registry]) { client in
            let subject = try await client.subject(target, platform: platform)
            return try await bundles.attach(to: subject.descriptor, of: target, client, in: setup)
        }
    }
}

extension [AttachmentBundle] {
    /// Attaches one after the other what is not attached yet.
    func attach(
        to subject: Descriptor, of target: ImageReference, _ client: RegistryClient, in setup: Setup
    ) async throws -> [ImageReference] {
        let attaching = Attaching(client, target, subject: subject, created: setup.timestamp)
        var attached: [ImageReference] = []
        for bundle in self {
            let told = { (outcome: Attaching.Outcome) in outcome.wasThere ? "attached already" : "" }
            let outcome = try await setup.step("attach \(bundle.name)", outcome: told) {
                try await attaching.attach(bundle.files, as: bundle.type)
            }.value
            attached.append(
                ImageReference(
                    registry: target.registry, repository: target.repository, digest: outcome.digest))
        }
        return attached
    }
}

extension RegistryClient {
    /// The manifest that a reference leads to; where it is an index and a platform is named, the one for that.
    func subject(_ reference: ImageReference, platform: Platform?) async throws -> Manifest {
        let named = try await manifest(reference)
        guard let platform, named.isIndex else { return named }
        let image = try await registryImage(reference, platform: platform, client: self)
        return try await manifest(
            ImageReference(
                registry: reference.registry, repository: reference.repository, digest: image.manifestDigest))
    }
}
