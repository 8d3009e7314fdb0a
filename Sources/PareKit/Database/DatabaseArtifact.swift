// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes
import PareModel
import PareNetwork

/// A data base of Trivy's as registries hold it: an OCI image manifest with one layer, a tar in gzip.
///
/// - SeeAlso: Trivy, `pkg/oci/artifact.go`; the OCI image specification, manifest.md, "Guidelines for Artifact Usage".
struct DatabaseArtifact: Sendable {
    let manifest: Digest
    let layer: Descriptor

    private static let type = "application/vnd.aquasec.trivy.config.v1+json"
    /// What tools put for an artifact that needs no configuration.
    private static let neutralTypes: Set = [
        "application/vnd.oci.empty.v1+json", "application/vnd.oci.image.config.v1+json",
        "application/vnd.unknown.config.v1+json",
    ]

    /// - Throws: ``AdvisoryError/notAnArtifact(reason:)`` for anything else.
    init(_ manifest: Manifest, of kind: DatabaseKind) throws(AdvisoryError) {
        func other(_ reason: String) -> AdvisoryError { .notAnArtifact(reason: reason) }
        let json = manifest.json
        guard let layers = json["layers"]?.elements, json["manifests"] == nil else {
            throw other("it is no image manifest, but '\(manifest.descriptor.mediaType)'")
        }
        let said = json["artifactType"]?.text ?? ""
        let config = json["config"]?["mediaType"]?.text ?? ""
        guard said == Self.type || said.isEmpty && (config == Self.type || Self.neutralTypes.contains(config))
        else {
            throw other("its type is '\(said.isEmpty ? config : said)', not '\(Self.type)'")
        }
        guard layers.count == 1, let layer = layers.first else {
            throw other("it has \(layers.count) layers, not one")
        }
        let mediaType = layer["mediaType"]?.text ?? ""
        guard mediaType == kind.layerType else {
            throw other("its layer is '\(mediaType)', not '\(kind.layerType)'")
        }
        guard let digest = layer["digest"]?.text.flatMap({ Digest($0) }), let size = layer["size"]?.integer,
            size > 0, Int64(size) <= kind.sizeLimit
        else { throw other("its layer has no digest or no fitting size") }
        self.manifest = manifest.descriptor.digest
        self.layer = Descriptor(mediaType: mediaType, digest: digest, size: Int64(size))
    }
}
