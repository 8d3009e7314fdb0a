// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// Why an image could not be pushed, where the registry or the network has not said it already.
package enum PushError: Explained, Hashable {
    /// Nothing that a registry takes: a root file system folder.
    case notImage(path: String)
    /// The registry did not begin an upload as it should.
    case noUpload(registry: String, reason: String)
    /// A registry has something else than what was sent.
    case digestDiffers(reference: String, sent: Digest, registry: String)
    /// The reference names a digest, and the image has another.
    case otherDigest(reference: String, image: Digest)
    /// The registry took none of the ways to send a blob.
    case refused(digest: Digest, reason: String)
    /// A blob could not be sent, for all tries.
    case gaveUp(digest: Digest, tries: Int, reason: String)
    case layersMissing(image: String, layers: Int, named: Int)

    package var problem: String {
        switch self {
        case .notImage(let path): "'\(path)' is a root file system folder, not an image"
        case .noUpload(let registry, let reason): "'\(registry)' does not begin an upload: \(reason)"
        case .digestDiffers(let reference, let sent, let registry):
            "the registry has '\(reference)' as '\(registry)', but \(sent) was sent"
        case .otherDigest(let reference, let image):
            "'\(reference)' names a digest, and the image has another: \(image)"
        case .refused(let digest, let reason): "the registry does not take the blob \(digest): \(reason)"
        case .gaveUp(let digest, let tries, let reason):
            "the blob \(digest) could not be sent in \(tries) tries: \(reason)"
        case .layersMissing(let image, let layers, let named):
            "'\(image)' has \(layers) layers, but its configuration names \(named)"
        }
    }

    package var hint: String? {
        switch self {
        case .notImage: "build an image of it first, or name an OCI layout or a tar of 'docker save'"
        case .noUpload: "look whether the address is a registry's"
        case .digestDiffers: "something between changes what is sent: look at proxies, then push again"
        case .otherDigest: "name a tag, or nothing, in place of the digest"
        case .refused: nil
        case .gaveUp: "push again: what the registry has already is not sent twice"
        case .layersMissing: "save the image again, it may be incomplete"
        }
    }
}
