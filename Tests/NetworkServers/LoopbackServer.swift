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
        var connections = 0
        /// The conversations that go on, by their number.
        var open: [Int: Task<Void, Never>] = [:]
        var listener: (any Channel)?
        var isStopped = false

        mutating func request(_ head: HTTPRequestHead, _ body: [UInt8]) -> ServedRequest {
            let key = "\(head.method) \(head.uri)"
            let request = ServedRequest(
                method: head.method, uri: head.uri, headers: head.headers, body: body,
                turn: turns[key, default: 0])
            turns[key, default: 0] += 1
            requests.append(request)
            return request
        }
    }

    package let port: Int
    private let state: Shared<State>

    /// - Parameters:
    ///   - tls: What to speak TLS with; `nil` for plain HTTP.
    ///   - isCurt: Whether it answers nothing to a client that speaks TLS where it does not, as few servers do.
    ///   - answering: Decides what is done for each request.
    /// - Throws: What keeps a port from being opened.
    package init(tls: NIOSSLContext? = nil, isCurt: Bool = false, answering: @escaping Answering) async throws
    {
        let state = Shared(State())
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    } else {
                        try pipeline.addHandler(PlainSpeech(isCurt: isCurt))
                    }
                    try pipeline.addHandler(
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
                    Self.begin(try Connection(wrappingChannelSynchronously: channel), state, answering)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        state.with { $0.listener = listener }
        self.state = state
        port = listener.localAddress?.port ?? 0
    }

    deinit { _ = end() }

    /// `127.0.0.1:PORT`.
    package var place: String { "127.0.0.1:\(port)" }

    /// All requests so far, in the order in which they came.
    package var requests: [ServedRequest] { state.with(\.requests) }

    /// Connections that are open now.
    package var openConnections: Int { state.with(\.open.count) }

    /// Connections that were ever taken.
    package var connections: Int { state.with(\.connections) }

    /// Closes all connections and waits until they are; a second time does nothing.
    package func stop() async {
        for conversation in end() { await conversation.value }
    }

    /// Ends whatever goes on; gives what may take a moment to end.
    private func end() -> [Task<Void, Never>] {
        let (listener, open) = state.with { state in
            state.isStopped = true
            return (state.listener, Array(state.open.values))
        }
        listener?.close(promise: nil)
        for conversation in open { conversation.cancel() }
        return open
    }

    /// Talks with a client in a task of its own; the library traps where a connection is dropped without one.
    private static func begin(
        _ connection: Connection, _ state: Shared<State>, _ answering: @escaping Answering
    ) {
        state.with { now in
            now.connections += 1
            let number = now.connections
            let conversation = Task {
                try? await serve(connection, state, answering)
                state.with { $0.open[number] = nil }
            }
            now.open[number] = conversation
            if now.isStopped { conversation.cancel() }
        }
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

    private static func serve(_ connection: Connection, _ state: Shared<State>, _ answering: Answering)
        async throws
    {
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
                    for step in await answering(state.with { [body] in $0.request(head, body) }) {
                        switch step {
                        case .send(let bytes): try await outbound.write(ByteBuffer(bytes: bytes))
                        case .wait(let time): try await Task.sleep(for: time)
                        case .endless(let bytes):
                            let buffer = ByteBuffer(bytes: bytes)
                            while true { try await outbound.write(buffer) }
                        case .hold: while try await parts.next() != nil {}
                        case .close: return
                        case .reset: return try await reset(connection.channel)
                        case .stopListening: try? await state.with(\.listener)?.close().get()
                        }
                    }
                    if !head.isKeepAlive { return }
                }
            }
        }
    }

    private static func reset(_ channel: any Channel) async throws {
        if let socket = channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await channel.close().get()
    }
}

/// Answers a client that speaks TLS to a server without as web servers do: with an error in plain text.
private final class PlainSpeech: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var isFirst = true
    private let isCurt: Bool

    init(isCurt: Bool) { self.isCurt = isCurt }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let isHello = isFirst && unwrapInboundIn(data).readableBytesView.first == 0x16
        isFirst = false
        guard isHello else { return context.fireChannelRead(data) }
        if !isCurt {
            let answer = WireStep.head(400, ["Connection": "close"], length: 0)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
        }
        context.close(promise: nil)
    }
}

/// Waits until something holds, half a minute at most; whether it does.
package func eventually(_ holds: () -> Bool) async -> Bool {
    for _ in 0..<3000 where !holds() { try? await Task.sleep(for: .milliseconds(10)) }
    return holds()
}

/// A value that tasks share.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func with<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}
