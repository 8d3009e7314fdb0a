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

    package init(_ options: NetworkOptions) throws { self.options = options }

    /// Closes all connections.
    package func close() async { await clients.close() }

    /// Sends a request once, and gives what is answered, whatever its status.  Redirects are not followed.
    ///
    /// - Parameter deadline: For the whole exchange with the body; ``NetworkOptions/timeLimit`` from now where it is `nil`.
    /// - Throws: ``NetworkError``; `CancellationError`.
    package func send(_ request: HTTPRequest, until deadline: Deadline? = nil) async throws -> HTTPAnswer {
        let address = try address(of: request)
        return try await exchange(
            request, with: address, until: deadline ?? Deadline(after: options.timeLimit),
            showsCertificate: true)
    }

    /// Where a request goes, if it may go at all.
    func address(of request: HTTPRequest) throws(NetworkError) -> WebAddress {
        guard !options.isOffline else { throw .offline(url: request.url) }
        guard let address = WebAddress(request.url) else { throw .badAddress(request.url) }
        return address
    }

    /// One request to an address, and its answer.
    func exchange(
        _ request: HTTPRequest, with address: WebAddress, until deadline: Deadline, showsCertificate: Bool
    ) async throws -> HTTPAnswer {
        let route = Route(showsCertificate: showsCertificate)
        let client = try clients.client(for: route) { try configuration(for: route) }
        let watch = Watch(
            on: client.eventLoopGroup.any(), patience: options.patience, deadline: deadline,
            limit: options.timeLimit)
        let outgoing = outgoing(request, to: address, sign: watch.sign)
        let moment = deadline.moment + .seconds(60)
        do {
            let answer = try await watch.wait { try await client.execute(outgoing, deadline: moment) }
            return HTTPAnswer(
                status: Int(answer.status.code), headers: answer.headers,
                body: HTTPBody(answer, from: address, watch: watch), url: address.text)
        } catch {
            throw failure(error, at: address, watch: watch)
        }
    }

    private func configuration(for route: Route) throws -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        // Silence while an answer is read is watched by us: the library's limit counts a slow reader's time too.
        configuration.timeout = .init(connect: TimeAmount(options.connectLimit))
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private func outgoing(
        _ request: HTTPRequest, to address: WebAddress, sign: @escaping @Sendable () -> Void
    ) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: address.text)
        outgoing.method = request.method
        outgoing.headers = request.headers
        func add(_ name: String, _ value: @autoclosure () -> String?) {
            if !outgoing.headers.contains(name: name), let value = value() {
                outgoing.headers.add(name: name, value: value)
            }
        }
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

    private func failure(_ error: any Error, at address: WebAddress, watch: Watch) -> any Error {
        if let limit = watch.expired { return NetworkError.timedOut(url: address.shown, limit) }
        if Task.isCancelled { return CancellationError() }
        return NetworkError(error, at: address, connectLimit: options.connectLimit)
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
