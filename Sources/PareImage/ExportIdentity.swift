// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// Whether an export is of the image that its engine has named.
///
/// Engines call an image by the digest of its configuration, of its manifest, or of the index that its manifest is in.
extension ImageExport {
    /// - Throws: ``ImageError/otherImage(image:named:actual:)``.
    func checkIdentity(of found: Image, in files: NamedFiles) throws(ImageError) {
        guard let id, let actual = found.id, id != actual else { return }
        var seen: Set<Digest> = []
        guard files.leads(from: id, to: actual, &seen) else {
            throw .otherImage(image: image, named: id, actual: actual)
        }
    }

    /// Whether the engine's name for it can be that of no other image for this platform.
    func isOneImage(_ found: Image) -> Bool {
        let wanted = platform ?? .host
        let (its, os) = (found.config.architecture, found.config.os)
        return id == found.id
            || (its.isEmpty || its == wanted.architecture) && (os.isEmpty || os == wanted.os)
    }
}

extension NamedFiles {
    /// Whether a digest is that of a manifest with a configuration, or of an index with such a manifest, as the bytes say that
    /// have these digests.
    fileprivate func leads(
        from digest: Digest, to config: Digest, _ seen: inout Set<Digest>, depth: Int = 0
    ) -> Bool {
        guard depth < ListedImage.depthLimit, seen.insert(digest).inserted,
            let bytes = try? text("blobs/\(digest.algorithm.rawValue)/\(digest.hex)", as: "\(digest)"),
            RunningDigest.digest(of: bytes, by: digest.algorithm) == digest,
            let json = try? JSONValue(bytes)
        else { return false }
        if json["config"]?["digest"]?.text == config.description { return true }
        for listed in json["manifests"]?.elements ?? [] {
            if let inner = listed["digest"]?.text.flatMap({ Digest($0) }),
                leads(from: inner, to: config, &seen, depth: depth + 1)
            {
                return true
            }
        }
        return false
    }
}
