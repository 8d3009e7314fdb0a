// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareBytes
import PareModel

/// What a registry lists as referring to a manifest; none of it is verified yet.
struct ReferrerList: Sendable {
    var descriptors: [Descriptor] = []
    var diagnostics: [Diagnostic] = []

    /// More than anybody attaches; what comes after is passed over.
    static let limit = 1000
    static let pageLimit = 50

    mutating func add(_ index: JSONValue, named name: String) {
        let elements = index["manifests"]?.elements ?? []
        let readable = elements.compactMap(Descriptor.init)
        if readable.count < elements.count {
            let count = elements.count - readable.count
            diagnostics.append(
                Diagnostic(.warning, "\(count) entries without a digest and size were passed over", at: name))
        }
        let room = Self.limit - descriptors.count
        if readable.count > room {
            diagnostics.append(
                Diagnostic(
                    .warning, "more than \(Self.limit) attachments: the rest was passed over", at: name))
        }
        let known = Set(descriptors.map(\.digest))
        descriptors += readable.prefix(room).filter { !known.contains($0.digest) }
    }
}

extension RegistryClient {
    /// What refers to a manifest of a repository: as the referrers API says, or where a registry has none, the index under the
    /// tag `sha256-…`.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    /// - SeeAlso: OCI distribution specification 1.1, "Listing Referrers" and "Referrers Tag Schema".
    func referrers(
        of digest: Digest, in reference: ImageReference, until deadline: Deadline? = nil
    ) async throws -> ReferrerList {
        let deadline = deadline ?? Deadline(after: transport.options.timeLimit)
        if let list = try await listedReferrers(of: digest, in: reference, deadline) { return list }
        var list = ReferrerList()
        switch try await fallbackIndex(of: digest, in: reference, until: deadline) {
        case .index(let index): list.add(index.json, named: fallbackTag(of: digest))
        case .other:
            list.diagnostics.append(
                Diagnostic(
                    .warning, "what the tag names is no list of attachments", at: fallbackTag(of: digest)))
        case .missing: break
        }
        return list
    }

    /// `nil` where the registry has no referrers API.
    private func listedReferrers(
        of digest: Digest, in reference: ImageReference, _ deadline: Deadline
    ) async throws -> ReferrerList? {
        var list = ReferrerList()
        var path = "referrers/\(digest)"
        for page in 1... {
            let answer: HTTPAnswer
            do {
                answer = try await request(
                    .GET, path, of: reference,
                    headers: ["Accept": MediaType.index, "Accept-Encoding": "identity"],
                    until: deadline)
            } catch let error as RegistryError where page == 1 && error.speaksOfNoAPI {
                return nil
            }
            let type = answer.headers.first(name: "Content-Type").map { $0.prefix { $0 != ";" } }
            let bytes = try await answer.body.collect(limit: Manifest.lengthLimit, from: answer.url)
            // Pages for people are answered with 200 by some.
            guard type == MediaType.index[...], let json = try? JSONValue(bytes) else {
                if page == 1 { return nil }
                throw RegistryError.broken(
                    image: reference.familiar, part: "the list of attachments", reason: "it is no index")
            }
            list.add(json, named: "referrers/\(digest.short)")
            guard let next = Self.nextPage(answer), list.descriptors.count < ReferrerList.limit else { break }
            guard page < ReferrerList.pageLimit else {
                list.diagnostics.append(
                    Diagnostic(.warning, "more than \(ReferrerList.pageLimit) pages of attachments"))
                break
            }
            path = next
        }
        return list
    }

    /// The address that `Link: </v2/…>; rel="next"` means, on the same server.
    static func nextPage(_ answer: HTTPAnswer) -> String? {
        for link in answer.headers["Link"].flatMap({ $0.split(separator: ",") }) {
            let parts = link.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let target = parts.first, target.hasPrefix("<"), target.hasSuffix(">"),
                parts.dropFirst().contains(where: { $0 == "rel=\"next\"" || $0 == "rel=next" }),
                let base = WebAddress(answer.url),
                let next = base.resolving(String(target.dropFirst().dropLast())), next.origin == base.origin
            else { continue }
            return next.text
        }
        return nil
    }
}

extension RegistryError {
    /// What registries say of an address they do not know.
    fileprivate var speaksOfNoAPI: Bool {
        switch self {
        case .notFound: true
        case .refused(_, let status, _): [400, 405, 406].contains(status)
        case .server(_, let status, _): status == 501
        default: false
        }
    }
}
