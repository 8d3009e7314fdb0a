// SPDX-License-Identifier: Apache-2.0

/// What Maven knows an artifact by: `org.example:lib:1.0`.
public struct MavenArtifact: Hashable, Sendable {
    public let group: String
    public let artifact: String
    public let version: String

    /// `nil` where a part is missing.
    public init?(group: String, artifact: String, version: String) {
        guard !group.isEmpty, !artifact.isEmpty, !version.isEmpty else { return nil }
        self.group = group
        self.artifact = artifact
        self.version = version
    }

    /// `group:artifact`, as feeds of advisories have it.
    public var name: String { group + ":" + artifact }
}

/// A jar that does not say itself which artifact it is, with all that an index can be asked about it.
public struct JarInquiry: Hashable, Sendable {
    /// The jar, within others perhaps: `outer.war/WEB-INF/lib/inner.jar`.
    public let evidence: Package.Evidence

    /// Of the jar's bytes, 20 of them.
    public let sha1: [UInt8]

    /// What its manifest says, which is often no artifact of Maven's.
    public let manifest: MavenArtifact?

    /// What its name says: an artifact's id and a version, without the group.
    public let fileName: FileName?

    /// Whether nothing at all was found in the jar; else there are other artifacts in it, or other jars.
    public let isBlank: Bool

    /// The parts of `spring-core-5.3.4.jar`.
    public struct FileName: Hashable, Sendable {
        public let artifact: String
        public let version: String

        public init(artifact: String, version: String) {
            self.artifact = artifact
            self.version = version
        }
    }

    public init(
        evidence: Package.Evidence, sha1: [UInt8], manifest: MavenArtifact?, fileName: FileName?,
        isBlank: Bool
    ) {
        self.evidence = evidence
        self.sha1 = sha1
        self.manifest = manifest
        self.fileName = fileName
        self.isBlank = isBlank
    }

    /// The same with the layer that brought the jar.
    public func brought(by layer: Int) -> JarInquiry {
        JarInquiry(
            evidence: Package.Evidence(path: evidence.path, layer: layer), sha1: sha1, manifest: manifest,
            fileName: fileName, isBlank: isBlank)
    }
}
