// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension NetworkError {
    /// What an error of the library means that came before an answer did.
    init(_ error: any Error, at address: WebAddress, by route: Route, connectLimit: Duration) {
        let url = address.shown
        switch error {
        case let error as NetworkError: self = error
        case let error as NIOConnectionError: self.init(error, at: address, connectLimit: connectLimit)
        case let error as HTTPClientError:
            self.init(error, at: address, proxy: route.proxy, connectLimit: connectLimit)
        case ChannelError.connectTimeout: self = .timedOut(url: url, .connecting(connectLimit))
        case let error where error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError:
            self.init(ofTLS: error, at: address)
        default: self.init(duringAnswer: error, from: address)
        }
        if let proxy = route.proxy, let reason = connectionFailure {
            self = .proxy(address: proxy.shown, .unreachable(reason))
        }
    }

    /// What an error means that came while an answer was read.
    init(duringAnswer error: any Error, from address: WebAddress) {
        let url = address.shown
        switch error {
        case let error as NetworkError: self = error
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection, ChannelError.eof,
            ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed, ChannelError.inputClosed,
            NIOSSLError.uncleanShutdown:
            self = .cut(url: url)
        case is HTTPParserError: self = .badAnswer(url: url, reason: Self.notHTTP)
        case let error as HTTPClientError where error == .remoteConnectionClosed: self = .cut(url: url)
        case let error as HTTPClientError where error == .cancelled:
            self = .unreachable(url: url, reason: "the connections were closed")
        case is CancellationError: self = .unreachable(url: url, reason: "the connections were closed")
        case let error as HTTPClientError:
            self = .badAnswer(url: url, reason: error.shortDescription.lowercased())
        case let error as IOError: self.init(code: error.errnoCode, url: url)
        case let error where error is NIOSSLError || error is BoringSSLError:
            self.init(ofTLS: error, at: address)
        default: self = .unreachable(url: url, reason: "\(error)")
        }
    }

    private init(_ error: NIOConnectionError, at address: WebAddress, connectLimit: Duration) {
        let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
        if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
            self = .unknownHost(url: address.shown, host: error.host)
        } else if let code = codes.first(where: { $0 == ECONNREFUSED }) ?? codes.first {
            self.init(code: code, url: address.shown)
        } else {
            self = .timedOut(url: address.shown, .connecting(connectLimit))
        }
    }

    private init(_ error: HTTPClientError, at address: WebAddress, proxy: Proxy?, connectLimit: Duration) {
        let url = address.shown
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            self = .timedOut(url: url, .connecting(connectLimit))
        case .proxyAuthenticationRequired: self = .proxy(address: proxy?.shown ?? "", proxy.refusal)
        case .invalidProxyResponse:
            self = .proxy(
                address: proxy?.shown ?? "",
                .refused("it makes no connection to '\(address.host):\(address.port)'"))
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath: self = .badAddress(url)
        default: self.init(duringAnswer: error, from: address)
        }
    }

    private init(ofTLS error: any Error, at address: WebAddress) {
        let url = address.shown
        // The library tells what happened by the words of BoringSSL only.
        let text = "\(error)"
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if (error as? NIOSSLExtraError) == .failedToValidateHostname || says("unableToValidateCertificate") {
            self = .tls(url: url, .wrongName)
        } else if says("CERTIFICATE_VERIFY_FAILED") {
            self = .tls(url: url, .unknownAuthority)
        } else if says("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST") {
            self = .tls(url: url, .notTLS)
        } else if says(
            "CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "ALERT_HANDSHAKE_FAILURE",
            "ALERT_CERTIFICATE_EXPIRED", "ALERT_CERTIFICATE_UNKNOWN", "ALERT_ACCESS_DENIED")
        {
            self = .tls(url: url, .clientCertificateWanted)
        } else if says("UNSUPPORTED_PROTOCOL", "ALERT_PROTOCOL_VERSION") {
            self = .tls(url: url, .other("it speaks none of TLS 1.2 and 1.3"))
        } else if says("EOF during handshake") {
            self = .tls(url: url, .ended)
        } else {
            self = .tls(url: url, .other(text))
        }
    }

    private init(code: Int32, url: String) {
        switch code {
        case ECONNREFUSED: self = .refused(url: url)
        case ECONNRESET, ECONNABORTED, EPIPE: self = .cut(url: url)
        default: self = .unreachable(url: url, reason: String(cString: strerror(code)).lowercased())
        }
    }

    /// Why there was no connection, where this says so: to whoever was to be connected to.
    private var connectionFailure: String? {
        switch self {
        case .unknownHost(_, let host): "no host '\(host)' is known"
        case .refused: "the connection was refused"
        case .unreachable(_, let reason): reason
        case .timedOut(_, .connecting(let time)): "no connection in \(time.shown)"
        default: nil
        }
    }
}

extension Proxy? {
    /// What status 407 means, with a password and without.
    var refusal: NetworkError.ProxyFailure {
        self?.address.userInfo == nil ? .wantsPassword : .refusesPassword
    }
}
