// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The way a request goes: all that go the same way share connections.
struct Route: Hashable, Sendable {
    var proxy: Proxy?
    /// Whether the server is spoken to over TLS.
    var isSecure: Bool
    /// The certificate of the user is shown to whom the request was meant for, and to nobody that it is redirected to.
    var showsCertificate: Bool
    /// Whether the server may show any certificate.
    var takesAnyCertificate = false

    /// A proxy for plain HTTP is asked itself, with the whole address; one for TLS is asked for a tunnel.  The library asks
    /// for tunnels only, which proxies refuse to port 80.
    var asksProxy: Proxy? { proxy.flatMap { isSecure || $0.kind == .socks ? nil : $0 } }

    /// - Throws: ``NetworkError`` where something that the user set cannot be used.
    func configuration(_ options: NetworkOptions) throws -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        // Silence while an answer is read is watched by us: the library's limit counts a slow reader's time too.
        configuration.timeout = .init(connect: TimeAmount(options.connectLimit))
        configuration.connectionPool.retryConnectionEstablishment = false
        if isSecure || asksProxy?.kind == .https {
            configuration.tlsConfiguration = try options.tlsConfiguration(
                showsCertificate: showsCertificate && isSecure, takesAny: takesAnyCertificate)
        }
        configuration.http1_1ConnectionDebugInitializer = { [asksProxy] channel in
            channel.eventLoop.makeCompletedFuture {
                // What comes fast comes in long pieces: each costs several changes of threads.
                try channel.syncOptions?.setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2048, maximum: 512 << 10))
                try Self.prepare(channel.pipeline.syncOperations, asking: asksProxy)
            }
        }
        if let proxy, asksProxy == nil { configuration.proxy = try tunnel(proxy) }
        return configuration
    }

    /// Puts our own handlers between those of the library.
    private static func prepare(
        _ pipeline: ChannelPipeline.SynchronousOperations, asking proxy: Proxy?
    ) throws {
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
        try pipeline.addHandler(StatusCheck(), position: .after(decoder))
        guard let proxy else { return }
        let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
        try pipeline.addHandler(
            WholeAddresses(authorization: proxy.address.basicAuthorization), position: .after(encoder))
    }

    private func tunnel(_ proxy: Proxy) throws(NetworkError) -> HTTPClient.Configuration.Proxy {
        let (host, port) = (proxy.address.host, proxy.address.port)
        switch proxy.kind {
        case .http:
            return .server(
                host: host, port: port,
                authorization: proxy.address.basicCredentials.map { .basic(credentials: $0) },
                connectHeaders: ["User-Agent": "pare"])
        case .https:
            throw .proxy(
                address: proxy.shown,
                .unsupported("tunnels through proxies that are reached by TLS are not built"))
        case .socks:
            guard proxy.address.userInfo == nil else {
                throw .proxy(address: proxy.shown, .unsupported("passwords for SOCKS are not sent"))
            }
            return .socksServer(host: host, port: port)
        }
    }
}

/// Names what is asked for by its whole address, as proxies want it.
///
/// - SeeAlso: RFC 9112, section 3.2.2.
private final class WholeAddresses: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let authorization: String?

    init(authorization: String?) { self.authorization = authorization }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var part = unwrapOutboundIn(data)
        if case .head(var head) = part, let host = head.headers.first(name: "Host") {
            head.uri = "http://\(host)\(head.uri)"
            if let authorization {
                head.headers.replaceOrAdd(name: "Proxy-Authorization", value: authorization)
            }
            part = .head(head)
        }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
