// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOSSL

extension NetworkError {
    /// The same, more to the point where another look at the server tells more: the library says only that it was not
    /// trusted, did not speak HTTP, or said nothing.
    func lookedInto(
        at address: WebAddress, by route: Route, _ options: NetworkOptions, until deadline: Deadline
    ) async -> NetworkError {
        switch self {
        case .tls(let url, .unknownAuthority):
            guard let seen = await seenOver(TLSTo: address, by: route, options, until: deadline) else {
                return self
            }
            return .tls(url: url, seen.reason)
        case .badAnswer(let url, Self.notHTTP), .cut(let url):
            // Some close the connection without a word.
            guard address.scheme == .http, route.proxy == nil else { return self }
            let secure = Route(proxy: nil, isSecure: true, showsCertificate: false)
            let port = address.port == 80 ? ":80" : ""
            guard let same = WebAddress("https://\(address.authority)\(port)/"),
                await seenOver(TLSTo: same, by: secure, options, until: deadline) != nil
            else { return self }
            return .wantsTLS(url: url)
        default: return self
        }
    }

    /// Why an answer cannot be used that is something else than HTTP.
    static let notHTTP = "it is not HTTP"
}

/// Looks at the certificate of a server.  It is reached once more and left as soon as it has shown its certificate;
/// nothing is asked, and no certificate of ours is shown.
///
/// - Returns: `nil` where the server shows nothing this time.
private func seenOver(
    TLSTo address: WebAddress, by route: Route, _ options: NetworkOptions, until deadline: Deadline
) async -> Seen? {
    var route = route
    route.showsCertificate = false
    guard var configuration = try? route.configuration(options) else { return nil }
    configuration.tlsConfiguration?.certificateVerification = .none
    configuration.http1_1ConnectionDebugInitializer = { channel in
        channel.eventLoop.makeCompletedFuture {
            let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate()
            channel.close(promise: nil)
            throw Seen(from: certificate?.notValidBefore, until: certificate?.notValidAfter)
        }
    }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    var found: Seen?
    do {
        let soon = min(deadline.moment, .now() + TimeAmount(options.connectLimit))
        _ = try await client.execute(HTTPClientRequest(url: address.origin), deadline: soon)
    } catch let seen as Seen {
        found = seen
    } catch {}
    await shutDown(client)
    return found
}

/// When a certificate is valid.
private struct Seen: Error {
    let from: time_t?
    let until: time_t?

    /// Why the server was not trusted.
    var reason: NetworkError.TLSFailure {
        let now = time(nil)
        if let until, until < now { return .expired }
        if let from, from > now { return .notYetValid }
        return .unknownAuthority
    }
}
