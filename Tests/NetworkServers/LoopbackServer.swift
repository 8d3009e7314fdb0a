// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOCore
package import NIOHTTP1
import NIOPosix
package import NIOSSL
import Synchronization

/// A request as a server of the tests got it.
package struct ServedRequest: Sendable {
    package let method: HTTPMethod
    /// Path and query.
    package let uri: String
    package let headers: HTTPHeaders
    package let body: [UInt8]
    /// Counts the requests for the same method and path, from 0.
    package let turn: Int

    package var path: String { String(uri.prefix { $0 != "?" }) }
}

/// What a server of the tests does on the wire, one after the other.
package enum WireStep: Sendable {
    case send([UInt8])
    case wait(Duration)
    /// The same bytes for ever.
    case endless([UInt8])
    /// Nothing more, until the other side closes.
    case hold
    case close
    /// Closes so that the other side sees a reset.
    case reset
    /// No new connection is taken any more.
    case stopListening

    /// A whole answer; its length is said unless the headers say how long it is.
    package static func answer(_ status: Int, _ headers: HTTPHeaders = [:], _ body: [UInt8] = []) -> WireStep
    {
        .send(head(status, headers, length: body.count) + body)
    }

    /// The first lines of an answer, up to the empty one.
    package static func head(_ status: Int, _ headers: HTTPHeaders, length: Int?) -> [UInt8] {
        var headers = headers
        if let length, headers["Content-Length"].isEmpty, headers["Transfer-Encoding"].isEmpty {
            headers.add(name: "Content-Length", value: "\(length)")
        }
        let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
        let lines = ["HTTP/1.1 \(status) \(reason)"] + headers.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}

/// An HTTP/1.1 server on a free port of 127.0.0.1 that answers with whatever bytes a test wants, until it is stopped or
/// this value goes.
package final class LoopbackServer: Sendable {
    package typealias Answering = @Sendable (ServedRequest) async -> [WireStep]

    private struct State {
        var requests: [ServedRequest] = []
        var turns: [String: Int] = [:]
        var openConnections = 0
        var connections = 0
    }

    package let port: Int
    private let listener: any Channel
    private let serving: Task<Void, Never>
    private let state: Shared<State>

    /// - Parameters:
    ///   - tls: What to speak TLS with; `nil` for plain HTTP.
    ///   - answering: Decides what is done for each request.
    /// - Throws: What keeps a port from being opened.
    package init(tls: NIOSSLContext? = nil, answering: @escaping Answering) async throws {
        let state = Shared(State())
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let listener = server.channel
        self.state = state
        self.listener = listener
        port = listener.localAddress?.port ?? 0
        serving = Task {
            try? await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask {
                            state.with {
                                $0.openConnections += 1; $0.connections += 1
                            }
                            try? await Self.serve(connection, state, listener, answering)
                            state.with { $0.openConnections -= 1 }
                        }
                    }
                }
            }
        }
    }

    deinit { serving.cancel() }

    /// `127.0.0.1:PORT`.
    package var place: String { "127.0.0.1:\(port)" }

    /// All requests so far, in the order in which they came.
    package var requests: [ServedRequest] { state.with(\.requests) }

    /// Connections that are open now.
    package var openConnections: Int { state.with(\.openConnections) }

    /// Connections that were ever taken.
    package var connections: Int { state.with(\.connections) }

    /// Closes all connections and waits until they are; a second time does nothing.
    package func stop() async {
        serving.cancel()
        await serving.value
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

    private static func serve(
        _ connection: Connection, _ state: Shared<State>, _ listener: any Channel, _ answering: Answering
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            while let part = try await parts.next() {
                switch part {
                case .head(let new): (head, body) = (new, [])
                case .body(let piece): body += piece.readableBytesView
                case .end:
                    guard let head else { return }
                    let request = state.with { state in
                        let key = "\(head.method) \(head.uri)"
                        let request = ServedRequest(
                            method: head.method, uri: head.uri, headers: head.headers, body: body,
                            turn: state.turns[key, default: 0])
                        state.turns[key, default: 0] += 1
                        state.requests.append(request)
                        return request
                    }
                    for step in await answering(request) {
                        switch step {
                        case .send(let bytes): try await outbound.write(ByteBuffer(bytes: bytes))
                        case .wait(let time): try await Task.sleep(for: time)
                        case .endless(let bytes):
                            let buffer = ByteBuffer(bytes: bytes)
                            while true { try await outbound.write(buffer) }
                        case .hold: while try await parts.next() != nil {}
                        case .close: return
                        case .reset:
                            if let socket = connection.channel as? any SocketOptionProvider {
                                try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
                            }
                            try await connection.channel.close().get()
                            return
                        case .stopListening: try? await listener.close().get()
                        }
                    }
                    if !head.isKeepAlive { return }
                }
            }
        }
    }
}

/// A value that tasks share.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func with<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}
