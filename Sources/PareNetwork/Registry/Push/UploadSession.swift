// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareModel

/// An upload that a registry has begun.
///
/// - SeeAlso: OCI distribution specification 1.1, "Pushing a blob in chunks".
struct UploadSession: Sendable, Hashable {
    /// Where the next bytes go; each answer may name another place.
    private(set) var url: String
    /// Chunks but the last must have so many bytes.
    private(set) var leastChunk = 0

    /// - Throws: ``PushError/noUpload(registry:reason:)`` where the answer names no place.
    init(_ answer: HTTPAnswer, of reference: ImageReference) throws {
        let location = answer.headers.first(name: "Location") ?? ""
        guard let url = Self.resolve(location, from: answer.url) else {
            let leavesTLS = WebAddress(answer.url)?.scheme == .https && WebAddress(location)?.scheme == .http
            throw PushError.noUpload(
                registry: reference.registry,
                reason: leavesTLS ? "it leads from https to http" : "it names no place for it")
        }
        self.url = url
        leastChunk = answer.headers.first(name: "OCI-Chunk-Min-Length").flatMap { Int($0) } ?? 0
    }

    /// Takes the place that an answer names for what comes next.
    mutating func update(_ answer: HTTPAnswer) {
        guard let location = answer.headers.first(name: "Location"),
            let next = Self.resolve(location, from: answer.url)
        else { return }
        url = next
    }

    /// The place that finishes the upload.
    func finishing(_ digest: Digest) -> String { url + (url.contains("?") ? "&" : "?") + "digest=\(digest)" }

    /// How many bytes the registry has, by `Range: 0-99` or `bytes=0-99`; `nil` where it does not say.
    ///
    /// Registries say `0-0` of an empty upload, so a single byte counts as none.
    static func received(_ headers: HTTPHeaders) -> Int? {
        guard let text = headers.first(name: "Range") else { return nil }
        let range = text.hasPrefix("bytes=") ? text.dropFirst(6) : text[...]
        let ends = range.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends[0] == "0", let last = Int(ends[1]), last >= 0, last < .max else {
            return nil
        }
        return last == 0 ? 0 : last + 1
    }

    /// The address that a `Location` means in an answer.
    ///
    /// A registry behind a proxy may not know that it is spoken to by TLS: on the same host it goes on so, and never to
    /// another one in the clear.
    ///
    /// - SeeAlso: RFC 3986 §5.2.
    static func resolve(_ location: String, from base: String) -> String? {
        guard !location.isEmpty, let base = WebAddress(base), let address = base.resolving(location),
            !address.scheme.isUnix
        else { return nil }
        guard base.scheme == .https, address.scheme == .http else { return address.text }
        guard address.host == base.host,
            address.port == base.port || address.port == 80 && base.port == 443
        else { return nil }
        return WebAddress("https" + address.text.dropFirst(4))?.text
    }
}
