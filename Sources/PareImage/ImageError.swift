// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// Why an image cannot be read.  `image` is the path it was asked for by.
package enum ImageError: Explained, Hashable {
    /// Neither archive nor layout nor folder; with what it is instead.
    case notImage(image: String, is: String)
    /// A manifest of something else; with what it is.
    case artifact(image: String, is: String)
    /// A part that must be there is not: `the configuration 'abc.json'`.
    case missing(image: String, part: String)
    /// A part cannot be understood: `("manifest.json", "not JSON, at byte 5")`.
    case broken(image: String, part: String, reason: String)
    case noPlatform(image: String, wanted: Platform, there: [String])
    /// A blob is not what its name promises.
    case digestLies(image: String, claimed: Digest, actual: Digest)
    /// An engine exports another image than the one that it has named.
    case otherImage(image: String, named: Digest, actual: Digest)
    /// An index was asked for of a docker-archive, which has none.
    case noIndex(image: String)
    case sizeLies(image: String, claimed: Int64, actual: Int64, digest: Digest)
    /// The same of a layer that comes from elsewhere.
    case streamLies(image: String, claimed: Int64, actual: Int64, digest: Digest?)
    /// Layers are counted from 1 here, oldest first.
    case badLayer(image: String, layer: Int, reason: String, hint: String?)
    case tooMuch(image: String, what: String)
    case compressedArchiveTooLong(image: String, limit: Int)
    case unsupported(image: String, what: String)
    /// A file of the image was asked for that is not there, or is not a file.
    case noFile(image: String, path: String)

    package var problem: String {
        switch self {
        case .notImage(let image, let kind):
            "'\(image)' is neither an image archive nor an OCI layout: it is \(kind)"
        case .artifact(let image, let kind): "'\(image)' is not an image, it is \(kind)"
        case .missing(let image, let part): "'\(image)' does not hold \(part)"
        case .broken(let image, let part, let reason): "cannot read \(part) of '\(image)': \(reason)"
        case .noPlatform(let image, let wanted, let there):
            "'\(image)' has nothing for \(wanted), only for \(there.joined(separator: ", "))"
        case .digestLies(let image, let claimed, let actual):
            "layer digest lies in '\(image)': what is named \(claimed) is \(actual)"
        case .otherImage(let image, let named, let actual):
            "the engine says that '\(image)' is \(named), and exports another image: \(actual)"
        case .noIndex(let image): "'\(image)' is a docker-archive, which holds no index of platforms"
        case .sizeLies(let image, let claimed, let actual, let digest):
            "'\(image)' says that \(digest) has \(claimed) bytes, but it has \(actual)"
        case .streamLies(let image, let claimed, let actual, let digest):
            "\(digest.map { "the layer \($0.short)" } ?? "a layer") of '\(image)' should have \(claimed) bytes, but "
                + (actual > claimed ? "more come" : "only \(actual) come")
        case .badLayer(let image, let layer, let reason, _):
            "cannot read layer \(layer) of '\(image)': \(reason)"
        case .tooMuch(let image, let what): "'\(image)' has \(what), more than any real image"
        case .compressedArchiveTooLong(let image, let limit):
            "'\(image)' is a compressed archive of more than \(ByteCount(limit)) when unpacked"
        case .unsupported(let image, let what): "'\(image)' has \(what), which is not supported"
        case .noFile(let image, let path): "'\(image)' has no file '\(path)'"
        }
    }

    package var hint: String? {
        switch self {
        case .notImage:
            "give a tar of 'docker save' or 'podman save', an OCI layout, or a root file system folder"
        case .artifact: "look whether the name is the right one"
        case .missing, .broken, .sizeLies, .digestLies: "save or copy the image again, it may be incomplete"
        case .streamLies: "try again; if it stays so, push or save the image again"
        case .otherImage: "try again, as the name may have moved; if it stays so, do not trust the engine"
        case .noIndex: "leave out '--all-platforms', or name an OCI layout"
        case .noPlatform(_, _, let there): there.first.map { "choose one of them with --platform \($0)" }
        case .badLayer(_, _, _, let hint): hint ?? "save or copy the image again, it may be incomplete"
        case .tooMuch: "do not trust it, unless you know how it was made"
        case .compressedArchiveTooLong: "unpack it first, with gunzip or unzstd; layers may stay compressed"
        case .unsupported: "convert it with 'skopeo copy', or save it from an engine"
        case .noFile: nil
        }
    }
}
