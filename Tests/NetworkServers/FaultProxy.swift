// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Samples

/// Passes requests on to a server, and spoils the answers as it is told.
///
/// Answers are held in memory, so it is for small images.
package final class FaultProxy: Sendable {
    /// Decides what is spoilt, from a request and how often it came before.
    package typealias Plan = @Sendable (ServedRequest) -> Fault

    /// Another host, as far as clients can tell: redirects lead there, and it gives what the server gives.
    package let elsewhere: LoopbackServer
    private let server: LoopbackServer
    private let upstream: Upstream

    /// - Parameters:
    ///   - place: The server's, `127.0.0.1:PORT`.
    ///   - authorization: What ``elsewhere`` shows to the server in its own name.
    ///   - plan: Decides for each request.
    /// - Throws: What keeps a port from being opened.
    package init(to place: String, authorization: String? = nil, plan: @escaping Plan) async throws {
        let upstream = Upstream(place)
        self.upstream = upstream
        elsewhere = try await LoopbackServer { request in
            let answer = await upstream.ask(request, authorization: authorization)
            return [.send(answer.bytes)]
        }
        let elsewherePlace = elsewhere.place
        server = try await LoopbackServer { request in
            await Self.steps(plan(request), request, upstream, elsewherePlace)
        }
    }

    /// `127.0.0.1:PORT`.
    package var place: String { server.place }

    /// All requests so far, in the order in which they came.
    package var requests: [ServedRequest] { server.requests }

    /// Connections of clients that are open now, here and ``elsewhere``.
    package var openConnections: Int { server.openConnections + elsewhere.openConnections }

    /// Ends both servers and all connections.
    package func stop() async {
        await server.stop()
        await elsewhere.stop()
        await upstream.close()
    }

    private static func steps(
        _ fault: Fault, _ request: ServedRequest, _ upstream: Upstream, _ elsewhere: String
    ) async -> [WireStep] {
        switch fault {
        case .silent: return [.hold]
        case .status(let status, let retryAfter):
            var headers: HTTPHeaders = ["Content-Type": "application/json"]
            if let retryAfter { headers.add(name: "Retry-After", value: retryAfter.header) }
            let text = #"{"errors":[{"code":"UNKNOWN","message":"made up by the proxy"}]}"#
            return [
                .answer(status, headers, request.method == .HEAD || status == 204 ? [] : Array(text.utf8))
            ]
        case .redirect(let status, let place):
            return [.answer(status, ["Location": "http://\(place ?? elsewhere)\(request.uri)"])]
        case .cutUpload(let count):
            if request.method == .PATCH { _ = await upstream.ask(request, bodyLimit: count) }
            return [.close]
        default: break
        }
        let answer = await upstream.ask(request, hidesRange: fault == .ignoredRange)
        switch fault {
        case .cut(let count): return [.send(Array(answer.bytes.prefix(count))), .close]
        case .reset(let count): return [.send(Array(answer.bytes.prefix(count))), .reset]
        case .stall(let count): return [.send(Array(answer.bytes.prefix(count))), .hold]
        case .drip(let size, let pause):
            return stride(from: 0, to: answer.bytes.count, by: max(1, size)).flatMap { start in
                [
                    .send(Array(answer.bytes[start..<min(answer.bytes.count, start + max(1, size))])),
                    .wait(pause),
                ]
            }
        case .thenRefuses: return [.stopListening, .send(answer.bytes), .close]
        default: return spoil(answer, fault)
        }
    }

    /// Faults of the body and of what is said about it.
    private static func spoil(_ answer: Answer, _ fault: Fault) -> [WireStep] {
        var answer = answer
        guard !answer.body.isEmpty else { return [.send(answer.bytes)] }
        switch fault {
        case .wrongByte(let place): answer.body[place % answer.body.count] ^= 0x20
        case .longer(let count):
            answer.body += [UInt8](repeating: 0, count: count)
            answer.length = answer.body.count
        case .shortened(let count, let ending):
            answer.body.removeLast(min(count, answer.body.count))
            switch ending {
            case .length: return [.send(answer.bytes), .close]
            case .shortLength: answer.length = answer.body.count
            case .chunks: return [.send(answer.chunked(isEnded: true))]
            case .openChunks: return [.send(answer.chunked(isEnded: false)), .close]
            }
        case .endless:
            answer.length = nil
            answer.headers.replaceOrAdd(name: "Connection", value: "close")
            return [.send(answer.bytes), .endless([UInt8](repeating: 0, count: 1 << 16))]
        case .gzipped:
            answer.body = Packing.gzip(level: 6).pack(answer.body)
            answer.length = answer.body.count
            answer.headers.replaceOrAdd(name: "Content-Encoding", value: "gzip")
        case .lyingRange(let count):
            let total = answer.length ?? answer.body.count
            let start = max(0, count)
            answer.status = 206
            answer.headers.replaceOrAdd(
                name: "Content-Range", value: "bytes \(start)-\(start + total - 1)/\(start + total)")
        default: break
        }
        return [.send(answer.bytes)]
    }
}

/// What a server answered, in parts that can be spoilt.
struct Answer: Sendable {
    var status: Int
    /// Without what says the length.
    var headers: HTTPHeaders
    var body: [UInt8]
    /// What is said to be the length; for HEAD more than there is.
    var length: Int?

    var bytes: [UInt8] { WireStep.head(status, headers, length: length) + body }

    func chunked(isEnded: Bool) -> [UInt8] {
        var headers = headers
        headers.add(name: "Transfer-Encoding", value: "chunked")
        let middle = body.count / 2
        let chunks = [body[..<middle], body[middle...]].filter { !$0.isEmpty }.flatMap {
            Array("\(String($0.count, radix: 16))\r\n".utf8) + $0 + Array("\r\n".utf8)
        }
        return WireStep.head(status, headers, length: nil) + chunks + (isEnded ? Array("0\r\n\r\n".utf8) : [])
    }
}

/// The server behind the proxy.
private struct Upstream: Sendable {
    let place: String
    private let client: HTTPClient

    init(_ place: String) {
        self.place = place
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async { try? await client.shutdown() }

    /// The server's answer; 502 with the reason where there is none.
    func ask(
        _ request: ServedRequest, authorization: String? = nil, bodyLimit: Int = .max,
        hidesRange: Bool = false
    )
        async -> Answer
    {
        var outgoing = HTTPClientRequest(url: "http://\(place)\(request.uri)")
        outgoing.method = request.method
        outgoing.headers = request.headers
        for name in ["Connection", "Content-Length", "Transfer-Encoding"] {
            outgoing.headers.remove(name: name)
        }
        if hidesRange { outgoing.headers.remove(name: "Range") }
        if let authorization { outgoing.headers.replaceOrAdd(name: "Authorization", value: authorization) }
        if [.POST, .PUT, .PATCH].contains(request.method) {
            outgoing.body = .bytes(Array(request.body.prefix(bodyLimit)))
        }
        do {
            let answer = try await client.execute(outgoing, timeout: .seconds(60))
            var headers = answer.headers
            let length = headers.first(name: "Content-Length").flatMap { Int($0) }
            for name in ["Connection", "Content-Length", "Transfer-Encoding"] { headers.remove(name: name) }
            let body =
                request.method == .HEAD
                ? [] : Array(try await answer.body.collect(upTo: 1 << 28).readableBytesView)
            let hasBody =
                request.method != .HEAD && answer.status != .noContent && answer.status != .notModified
            return Answer(
                status: Int(answer.status.code), headers: headers, body: body,
                length: hasBody ? body.count : length)
        } catch {
            let text = Array("\(error)".utf8)
            return Answer(
                status: 502, headers: ["Content-Type": "text/plain"], body: text, length: text.count)
        }
    }
}
