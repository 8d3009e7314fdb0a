// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Media types of what is attached to images.
///
/// - SeeAlso: IANA's media types for CycloneDX and SPDX; in-toto, `spec/v1/bundle.md`; DSSE, `envelope.md`.
package enum ArtifactType {
    package static let cycloneDX = "application/vnd.cyclonedx+json"
    package static let spdx = "application/spdx+json"
    package static let openVEX = "application/vnd.openvex+json"
    package static let csaf = "application/csaf+json"
    package static let statement = "application/vnd.in-toto+json"
    package static let envelope = "application/vnd.dsse.envelope.v1+json"
    /// All files of a proof.
    package static let proof = "application/vnd.pare.proof.v2"

    static let cosignSignature = "application/vnd.dev.cosign.simplesigning.v1+json"

    /// Whether there may be VEX in it that is about the image: a proof is about two images, and a signature says nothing.
    static func mayHoldVEX(_ type: String) -> Bool {
        !type.hasPrefix("application/vnd.pare.") && type != cosignSignature && !type.contains("spdx")
    }
}
