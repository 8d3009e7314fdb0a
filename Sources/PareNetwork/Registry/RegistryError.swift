// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// Why a registry did not give, or take, what it should.  `image` is the name that was asked for; `message` what the registry
/// says of it, made fit to be shown.
package enum RegistryError: Explained, Hashable {
    /// No such repository, tag or digest.
    case notFound(image: String, isRepositoryMissing: Bool)
    /// The registry has the manifest, and not what it names.
    case blobMissing(image: String, digest: Digest)
    /// Without credentials, or with wrong ones.
    case unauthorised(image: String, registry: String, hasCredentials: Bool, message: String?)
    /// The registry knows who asks, and does not allow it.
    case forbidden(image: String, registry: String, message: String?)
    /// `retryAfter` as the registry says it, in seconds or as a date.
    case rateLimited(registry: String, retryAfter: String?, message: String?)
    /// The registry's own trouble.
    case server(registry: String, status: Int, message: String?)
    /// Any other status.
    case refused(image: String, status: Int, message: String?)
    /// The token service that the registry names cannot be used.
    case tokenService(registry: String, reason: String)
    /// What comes is not what its digest says.
    case digestLies(image: String, part: String, claimed: Digest, actual: Digest)
    case sizeLies(image: String, part: String, claimed: Int64, actual: Int64)
    case tooLong(image: String, part: String, limit: Int)
    /// A part cannot be understood: `("the manifest", "not JSON, at byte 5")`.
    case broken(image: String, part: String, reason: String)
    /// A manifest of 2014's form.
    case schema1(image: String)
    /// The index names an image that the registry does not hold.
    case sparse(image: String, digest: Digest, platform: Platform?)
    /// A layer that registries do not hold, and that could not be had elsewhere either.
    case foreign(image: String, digest: Digest, reason: String)

    package var problem: String {
        switch self {
        case .notFound(let image, true): "there is no repository of '\(image)'"
        case .notFound(let image, false): "there is no '\(image)'"
        case .blobMissing(let image, let digest):
            "the registry does not hold \(digest.short), which is a part of '\(image)'"
        case .unauthorised(let image, let registry, false, let message):
            "'\(registry)' does not give '\(image)' to everybody" + said(message)
        case .unauthorised(let image, let registry, true, let message):
            "'\(registry)' does not take the credentials for '\(image)'" + said(message)
        case .forbidden(let image, _, let message): "access to '\(image)' is denied" + said(message)
        case .rateLimited(let registry, _, let message):
            "'\(registry)' has had too many requests" + said(message)
        case .server(let registry, let status, let message):
            "'\(registry)' is in trouble: it answered with status \(status)" + said(message)
        case .refused(let image, let status, let message):
            "the registry answered with status \(status) for '\(image)'" + said(message)
        case .tokenService(let registry, let reason): "cannot get a token for '\(registry)': \(reason)"
        case .digestLies(let image, let part, let claimed, let actual):
            "\(part) of '\(image)' should be \(claimed), but what comes is \(actual)"
        case .sizeLies(let image, let part, let claimed, let actual):
            "\(part) of '\(image)' should have \(claimed) bytes, but "
                + (actual > claimed ? "more come" : "only \(actual) come")
        case .tooLong(let image, let part, let limit):
            "\(part) of '\(image)' is longer than \(ByteCount(limit)), more than any real one"
        case .broken(let image, let part, let reason): "cannot read \(part) of '\(image)': \(reason)"
        case .schema1(let image):
            "'\(image)' has a manifest of schema version 1, which says too little to be verified"
        case .sparse(let image, let digest, let platform):
            "the index of '\(image)' names \(digest.short)\(platform.map { " for \($0)" } ?? ""), "
                + "but the registry does not hold it"
        case .foreign(let image, let digest, let reason):
            "the layer \(digest.short) of '\(image)' is not in the registry, nor to be had elsewhere: \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .notFound(_, true): "look at the name; some registries say so too when a login is missing"
        case .notFound(_, false): "look at the tag or digest"
        case .blobMissing: "push the image again"
        case .unauthorised(_, let registry, false, _):
            "'pare login \(registry)', if you may have it; else there may be no such repository"
        case .unauthorised(_, let registry, true, _):
            "'pare login \(registry)' again, with the right password"
        case .forbidden(_, let registry, _):
            "ask its owner for access, or 'pare login \(registry)' as somebody else"
        case .rateLimited(let registry, let time, _):
            (time.map { "wait until then (Retry-After: \($0)), or " } ?? "wait, or ")
                + "'pare login \(registry)': who is known may ask more often"
        case .server: "try again later"
        case .refused: nil
        case .tokenService: "look whether a proxy stands between, or ask who runs the registry"
        case .digestLies, .sizeLies:
            "try again; if it stays so, a proxy changes what passes, or the image must be pushed again"
        case .tooLong, .broken: "do not trust it, unless you know how it was made"
        case .schema1: "push it again with a tool of this decade: 'skopeo copy' converts it"
        case .sparse: "choose another platform with --platform, or copy the image whole: 'skopeo copy --all'"
        case .foreign: "an engine on the platform it is for may have it: save the image there"
        }
    }

    private func said(_ message: String?) -> String { message.map { ": \($0)" } ?? "" }
}
