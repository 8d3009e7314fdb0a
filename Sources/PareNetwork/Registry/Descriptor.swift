// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
package import PareBytes
package import PareModel

/// What names a blob or manifest in a registry.
///
/// - SeeAlso: OCI image specification, descriptor.md.
package struct Descriptor: Sendable, Hashable {
    package var mediaType: String
    package var digest: Digest
    package var size: Int64
    package var annotations: [String: String]
    package var artifactType: String?
    package var platform: Platform?
    /// Where else it may be had.
    package var urls: [String]
    /// The content itself, where it is short and was put in; not verified yet.
    package var data: [UInt8]?

    package init(
        mediaType: String, digest: Digest, size: Int64, annotations: [String: String] = [:],
        artifactType: String? = nil, platform: Platform? = nil, urls: [String] = [], data: [UInt8]? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.annotations = annotations
        self.artifactType = artifactType
        self.platform = platform
        self.urls = urls
        self.data = data
    }

    /// A descriptor as it stands in a manifest or index; `nil` where it has no digest, or no size that something can have.
    package init?(_ json: JSONValue) {
        guard let digest = json["digest"]?.text.flatMap({ Digest($0) }), let size = json["size"]?.integer,
            size >= 0
        else { return nil }
        let annotations = json["annotations"]?.members ?? []
        let platform = json["platform"].flatMap { platform in
            platform["architecture"]?.text.map { architecture in
                Platform(
                    os: platform["os"]?.text ?? "linux", architecture: architecture,
                    variant: platform["variant"]?.text ?? "")
            }
        }
        self.init(
            mediaType: json["mediaType"]?.text ?? "", digest: digest, size: Int64(size),
            annotations: Dictionary(
                annotations.map { ($0.name, $0.value.text ?? "") }, uniquingKeysWith: { $1 }),
            artifactType: json["artifactType"]?.text, platform: platform, urls: json["urls"]?.texts ?? [],
            data: json["data"]?.text.flatMap { Data(base64Encoded: $0) }.map { Array($0) })
    }

    /// Whether registries need not hold it, by its media type; it is at its ``urls`` then.
    var isForeign: Bool { mediaType.contains(".nondistributable.") || mediaType.contains(".foreign.") }
}

/// A manifest or index as a registry gives it.
package struct Manifest: Sendable {
    package let descriptor: Descriptor
    package let bytes: [UInt8]
    package let json: JSONValue
    /// That it came from elsewhere than the name says, and by which file.
    package var detour: Diagnostic?

    package init(descriptor: Descriptor, bytes: [UInt8], json: JSONValue) {
        self.descriptor = descriptor
        self.bytes = bytes
        self.json = json
    }

    /// What can be read here, as an `Accept` header says it.
    static let accepted = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.artifact.manifest.v1+json",
    ].joined(separator: ", ")

    /// The longest that registries take.
    package static let lengthLimit = 4 << 20
}
