// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOSSL

/// Looks at the certificate of a server that was not trusted, to tell why: the library says only that it was not.  The
/// server is reached once more by the same way and left as soon as it has shown its certificate; nothing is asked, and
/// no certificate of ours is shown.
///
/// - Returns: `nil` where the server shows nothing this time.
func whyNotTrusted(
    _ address: WebAddress, by route: Route, _ options: NetworkOptions, until deadline: Deadline
) async -> NetworkError.TLSFailure? {
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
    var failure: NetworkError.TLSFailure?
    do {
        let soon = min(deadline.moment, .now() + TimeAmount(options.connectLimit))
        _ = try await client.execute(HTTPClientRequest(url: address.origin), deadline: soon)
    } catch let seen as Seen {
        let now = time(nil)
        if let until = seen.until, until < now {
            failure = .expired
        } else if let from = seen.from, from > now {
            failure = .notYetValid
        } else {
            failure = .unknownAuthority
        }
    } catch {}
    try? await client.shutdown()
    return failure
}

/// When a certificate is valid.
private struct Seen: Error {
    let from: time_t?
    let until: time_t?
}
