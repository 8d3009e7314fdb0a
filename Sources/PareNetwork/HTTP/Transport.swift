// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PareBytes
import Synchronization

/// Sends requests through one pool of connections, which are opened when they are first needed.  Should be closed with
/// ``close()`` when nothing more is to be sent.
///
/// Answers come as they are: an encoding such as gzip is never asked for, and refused when the body is read where a
/// server uses one all the same, as its bytes are not those that a digest was made of.
package final class Transport: Sendable {
    package let options: NetworkOptions
    private let clients = Clients()
    private let proxies: Proxies
    /// Servers that have answered in the clear, so that they do not speak TLS.
    private let plain = Mutex<Set<String>>([])

    package init(_ options: NetworkOptions) throws {
        self.options = options
        proxies = Proxies(environment: options.environment)
    }

    /// Closes all connections.
    package func close() async { await clients.close() }

    /// Sends a request once, and gives what is answered, whatever its status.  Redirects are not followed.
    ///
    /// - Parameters:
    ///   - request: What is sent; a `Location` of the answer is up to the caller.
    ///   - deadline: For the whole exchange with the body; ``NetworkOptions/timeLimit`` from now where it is `nil`.
    /// - Returns: The head of the answer, and the body to be read.
    /// - Throws: ``NetworkError``; `CancellationError`.
    package func send(_ request: HTTPRequest, until deadline: Deadline? = nil) async throws -> HTTPAnswer {
        let address = try address(of: request)
        return try await exchange(
            request, with: address, until: deadline ?? Deadline(after: options.timeLimit))
    }

    /// Where a request goes, if it may go at all.
    func address(of request: HTTPRequest) throws(NetworkError) -> WebAddress {
        guard !options.isOffline else { throw .offline(url: request.url) }
        guard let address = WebAddress(request.url) else { throw .badAddress(request.url) }
        return address
    }

    /// One request to an address, and its answer.
    func exchange(
        _ request: HTTPRequest, with address: WebAddress, until deadline: Deadline
    ) async throws -> HTTPAnswer {
        let route = try route(of: request, to: address)
        let client = try clients.client(for: route, options)
        let watch = Watch(
            on: client.eventLoopGroup.any(), patience: options.patience, deadline: deadline)
        let outgoing = outgoing(request, to: address, by: route, sign: watch.sign)
        let moment = deadline.moment + .seconds(60)
        do {
            let answer = try await watch.wait { try await client.execute(outgoing, deadline: moment) }
            if let proxy = route.asksProxy, answer.status == .proxyAuthenticationRequired {
                throw NetworkError.proxy(address: proxy.shown, route.proxy.refusal)
            }
            let told = HTTPAnswer(
                status: Int(answer.status.code), headers: answer.headers,
                body: HTTPBody(answer, from: address, watch: watch), url: address.text)
            guard route.proxy == nil, address.scheme == .http else { return told }
            let checked = try await told.unlessTLSIsWanted(at: address)
            plain.withLock { _ = $0.insert(address.origin) }
            return checked
        } catch {
            if let limit = watch.expired { throw NetworkError.timedOut(url: address.shown, limit) }
            if Task.isCancelled { throw CancellationError() }
            let failure = NetworkError(error, at: address, by: route, connectLimit: options.connectLimit)
            if plain.withLock({ $0.contains(address.origin) }) { throw failure }
            throw await failure.lookedInto(at: address, by: route, options, until: deadline)
        }
    }

    private func route(of request: HTTPRequest, to address: WebAddress) throws(NetworkError) -> Route {
        let proxy = try proxies.proxy(for: address)
        if let proxy, address.scheme.isSecure, !options.isInsecure, !request.takesAnyCertificate,
            IPAddress(address.host) != nil
        {
            // The library would compare the certificate with the address that it is connected to: the proxy's.
            throw .proxy(
                address: proxy.shown,
                .unsupported(
                    "through it, a certificate for the bare address '\(address.host)' cannot be checked"))
        }
        return Route(
            proxy: proxy, isSecure: address.scheme.isSecure, showsCertificate: request.showsCertificate,
            takesAnyCertificate: request.takesAnyCertificate)
    }

    private func outgoing(
        _ request: HTTPRequest, to address: WebAddress, by route: Route, sign: @escaping @Sendable () -> Void
    ) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(
            url: (route.asksProxy?.address.origin ?? address.origin) + address.target)
        outgoing.method = request.method
        outgoing.headers = request.headers
        func add(_ name: String, _ value: @autoclosure () -> String?) {
            if !outgoing.headers.contains(name: name), let value = value() {
                outgoing.headers.add(name: name, value: value)
            }
        }
        if route.asksProxy != nil { add("Host", address.authority) }
        add("User-Agent", "pare")
        add("Accept-Encoding", "identity")
        add("Authorization", address.basicAuthorization)
        switch request.body {
        case .empty: break
        case .bytes(let bytes):
            outgoing.body = .stream(Pieces(of: bytes, sign: sign), length: .known(Int64(bytes.count)))
        case .part(let file, let range):
            outgoing.body = .stream(Pieces(of: file, range, sign: sign), length: .known(Int64(range.count)))
        }
        return outgoing
    }
}

extension HTTPBody {
    /// The body of an answer of the library, under watch.
    init(_ answer: HTTPClientResponse, from address: WebAddress, watch: Watch) {
        let once = Once()
        let encoding = answer.headers.first(name: "Content-Encoding")?.trimmingSpaces.lowercased() ?? ""
        self.init {
            guard once.take() else {
                return .failing(.badAnswer(url: address.shown, reason: "it is read twice"))
            }
            guard encoding.isEmpty || encoding == "identity" else {
                return .failing(
                    .badAnswer(url: address.shown, reason: "it is encoded as '\(encoding)', unasked"))
            }
            let source = Source(answer.body.makeAsyncIterator())
            return AsyncIterator {
                do {
                    return try await watch.wait { try await source.next() }
                } catch {
                    if let limit = watch.expired { throw NetworkError.timedOut(url: address.shown, limit) }
                    if Task.isCancelled { throw CancellationError() }
                    throw NetworkError(duringAnswer: error, from: address)
                }
            }
        }
    }
}

extension HTTPBody.AsyncIterator {
    fileprivate static func failing(_ error: NetworkError) -> Self { Self { throw error } }
}

/// Says yes once.
private final class Once: Sendable {
    private let taken = Atomic(false)
    func take() -> Bool { !taken.exchange(true, ordering: .relaxed) }
}

/// The library's iterator, which one reader after the other uses, never two at a time.
private final class Source: @unchecked Sendable {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    init(_ iterator: HTTPClientResponse.Body.AsyncIterator) { self.iterator = iterator }
    func next() async throws -> ByteBuffer? { try await iterator.next() }
}
