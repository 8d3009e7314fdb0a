// SPDX-License-Identifier: Apache-2.0

/// What a scan found: the image, its packages, their findings, and the data that was used.
public struct ScanReport: Sendable, Codable {
    /// What was asked for: `image.tar`, `./layout`, `demo-api:fat`.
    public let target: String
    public let kind: TargetKind
    /// When, as an RFC 3339 text in UTC.
    public let created: String
    /// The image's facts; `nil` for a folder.
    public let image: ImageFacts?
    public let distro: Distro?
    public let packages: [Package]
    /// Open and dismissed ones, in the order of a report.
    public let findings: [Finding]
    public let store: StoreFacts
    public let diagnostics: [Diagnostic]
    /// How many findings the filters left out; `nil` where nobody counted.
    public let hiddenFindings: Int?
    /// What became of each VEX statement that was given.
    public let statements: [StatementUse]

    public enum TargetKind: String, Sendable, Codable { case image, folder }

    public init(
        target: String, kind: TargetKind, created: String, image: ImageFacts?, distro: Distro?,
        packages: [Package],
        findings: [Finding], store: StoreFacts, diagnostics: [Diagnostic],
        hiddenFindings: Int? = nil, statements: [StatementUse] = []
    ) {
        self.target = target
        self.kind = kind
        self.created = created
        self.image = image
        self.distro = distro
        self.packages = packages
        self.findings = findings
        self.store = store
        self.diagnostics = diagnostics
        self.hiddenFindings = hiddenFindings
        self.statements = statements
    }

    /// Whether the distribution's release got no security updates any more when the report was made.
    public var isPastSupport: Bool {
        guard let end = distro?.endOfSupport, let day = Day(created) else { return false }
        return end < day
    }

    public var open: [Finding] { findings.filter(\.isOpen) }
    public var dismissed: [Finding] { findings.filter { !$0.isOpen } }
}

/// What an image says of itself.
public struct ImageFacts: Sendable, Codable {
    /// The digest of the configuration, which engines call the image's ID.
    public let id: Digest?
    public let tags: [String]
    /// Oldest first.
    public let layers: [LayerFacts]
    public let config: ImageConfig
    /// The configuration's JSON as it stands in the image.
    public let rawConfig: String
    /// What registries know the image by; `nil` where it lies neither in an OCI layout nor in a registry.
    public let manifestDigest: Digest?
    /// What the registry that it comes from knows it by, `registry.example/app@sha256:…`; absent for files.
    public let repositoryDigests: [String]?

    public init(
        id: Digest?, tags: [String], layers: [LayerFacts], config: ImageConfig, rawConfig: String,
        manifestDigest: Digest? = nil, repositoryDigests: [String]? = nil
    ) {
        self.manifestDigest = manifestDigest
        self.repositoryDigests = repositoryDigests
        self.id = id
        self.tags = tags
        self.layers = layers
        self.config = config
        self.rawConfig = rawConfig
    }

    /// Sum of the layers' uncompressed tars.
    public var size: ByteCount { layers.map(\.size).reduce(.zero, +) }

    /// Sum of the layers as a registry holds them; `nil` where a layer's is not known.
    public var compressedSize: ByteCount? {
        let sizes = layers.compactMap(\.compressedSize)
        return sizes.count == layers.count ? sizes.reduce(.zero, +) : nil
    }
}

/// What is known of one layer.
public struct LayerFacts: Sendable, Codable, Hashable {
    /// Digest of the blob as stored, where the image names it; absent in a docker-archive.
    public let digest: Digest?
    /// Digest of the uncompressed tar.
    public let diffID: Digest?
    /// Length of the uncompressed tar.
    public let size: ByteCount
    public let compressedSize: ByteCount?
    /// The history entry's `created_by`, as it stands there.
    public let createdBy: String
    /// Whether the layer belongs to the base image, by the history.
    public let isBase: Bool

    public init(
        digest: Digest?, diffID: Digest?, size: ByteCount, compressedSize: ByteCount?, createdBy: String,
        isBase: Bool
    ) {
        self.digest = digest
        self.diffID = diffID
        self.size = size
        self.compressedSize = compressedSize
        self.createdBy = createdBy
        self.isBase = isBase
    }
}

/// How an image is run: the part of its configuration that containers see.
///
/// - SeeAlso: OCI image specification, config.md.
public struct ImageConfig: Sendable, Codable, Hashable {
    public let architecture: String
    public let os: String
    public let user: String
    public let exposedPorts: [String]
    public let environment: [String]
    public let entrypoint: [String]
    public let command: [String]
    public let workingDirectory: String
    public let labels: [String: String]

    public init(
        architecture: String = "", os: String = "", user: String = "", exposedPorts: [String] = [],
        environment: [String] = [], entrypoint: [String] = [], command: [String] = [],
        workingDirectory: String = "",
        labels: [String: String] = [:]
    ) {
        self.architecture = architecture
        self.os = os
        self.user = user
        self.exposedPorts = exposedPorts
        self.environment = environment
        self.entrypoint = entrypoint
        self.command = command
        self.workingDirectory = workingDirectory
        self.labels = labels
    }
}

/// Which advisory data a report rests on.
public struct StoreFacts: Sendable, Codable, Hashable {
    /// `trivy-db at /root/.cache/trivy/db`, `snapshot on board`.
    public let name: String
    /// When the data was made, RFC 3339; empty where not said.
    public let updated: String
    public let advisoryCount: Int
    public init(name: String, updated: String, advisoryCount: Int) {
        self.name = name
        self.updated = updated
        self.advisoryCount = advisoryCount
    }
}
