// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareModel

extension RegistryClient {
    func address(of place: Endpoint) -> String {
        Self.address(of: place.registry, schemes[place.speech] ?? "https")
    }

    private static func address(of registry: String, _ scheme: String) -> String {
        "\(scheme)://\(registry == ImageReference.dockerHub ? "registry-1.docker.io" : registry)"
    }

    /// Whether a path, or an address that the registry has given, is the registry's own.
    func isOwn(_ url: String, of place: Endpoint) -> Bool {
        !url.contains("://") || WebAddress(url)?.origin == WebAddress(address(of: place))?.origin
    }

    /// Sends a request, over TLS unless the registry has none and may do without it.
    func send(
        _ request: HTTPRequest, to place: Endpoint, _ authorization: Authorization?, _ deadline: Deadline,
        retrying policy: RetryPolicy = .standard
    ) async throws -> HTTPAnswer {
        func addressed() -> HTTPRequest {
            var request = request
            if !request.url.contains("://") {
                let folder = place.repository.isEmpty ? "" : place.repository + "/"
                request.url = "\(address(of: place))/v2/\(folder)\(request.url)"
            }
            let isOwn = isOwn(request.url, of: place)
            request.takesAnyCertificate = place.isInsecure && isOwn
            request.showsCertificate = isOwn
            if let authorization, isOwn {
                request.headers.replaceOrAdd(name: "Authorization", value: authorization.header.text)
            }
            return request
        }
        let isNew = try await settleScheme(of: place, deadline)
        do {
            return try await transport.perform(addressed(), retrying: policy, until: deadline)
        } catch {
            if isNew { schemes[place.speech] = nil }
            throw error
        }
    }

    /// Finds out whether a registry speaks TLS, where it may do without: by asking it.  On this machine few do.
    ///
    /// - Returns: Whether that was not known before.
    private func settleScheme(of place: Endpoint, _ deadline: Deadline) async throws -> Bool {
        guard schemes[place.speech] == nil, mayBePlain(place) else { return false }
        let isNear = WebAddress("http://" + place.registry)?.isOnThisMachine ?? false
        for scheme in isNear ? ["http", "https"] : ["https", "http"] {
            // Nothing is noted before it is known: others ask at the same time.
            var question = HTTPRequest(.GET, Self.address(of: place.registry, scheme) + "/v2/")
            question.takesAnyCertificate = place.isInsecure
            do {
                let answer = try await transport.perform(question, retrying: .once, until: deadline)
                // Whoever speaks TLS says so to those who do not, or sends them where he does.
                if scheme == "https" || answer.status != 400 && !answer.url.hasPrefix("https:") {
                    schemes[place.speech] = scheme
                    return true
                }
            } catch let error as NetworkError {
                // A connection that was cut says nothing of how the other side speaks.
                if case .cut = error { continue }
                if scheme == "https", !error.speaksOfNoTLS(at: place) {
                    schemes[place.speech] = scheme
                    return true
                }
            }
        }
        schemes[place.speech] = isNear ? "http" : "https"
        return true
    }

    private nonisolated func mayBePlain(_ place: Endpoint) -> Bool {
        place.isInsecure || WebAddress("http://" + place.registry).map(mayBePlain) ?? false
    }

    /// Whether somebody may be spoken with in the clear: on this machine, as Docker does, or where the user allows it.
    private nonisolated func mayBePlain(_ address: WebAddress) -> Bool {
        !address.scheme.isUnix && (transport.options.isInsecure || address.isOnThisMachine)
    }

    /// Whether a manifest of a registry may name an address: never a socket, and nothing on this machine unless the
    /// registry is there too.
    nonisolated func mayLeadTo(_ address: WebAddress, _ registry: String) -> Bool {
        let isNear = WebAddress("http://" + registry)?.isOnThisMachine ?? false
        guard !address.isOnThisMachine || isNear else { return false }
        return address.scheme == .https || mayBePlain(address)
    }
}

extension Endpoint {
    fileprivate var speech: RegistryClient.Speech {
        .init(registry: registry, isInsecure: isInsecure)
    }
}

extension WebAddress {
    /// Names below `localhost` are not meant: who answers for them is up to whoever is asked for names.
    var isOnThisMachine: Bool {
        !scheme.isUnix && (host == "localhost" || IPAddress(host)?.isLoopback == true)
    }
}

extension NetworkError {
    /// Whether somebody may listen who does not speak TLS.
    fileprivate func speaksOfNoTLS(at place: Endpoint) -> Bool {
        switch self {
        case .tls(_, .notTLS), .tls(_, .ended): true
        case .refused: !place.registry.contains(":")
        default: false
        }
    }
}
