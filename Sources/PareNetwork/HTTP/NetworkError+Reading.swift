// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

extension NetworkError {
    /// What an error of the library means that came before an answer did.
    init(_ error: any Error, at address: WebAddress, connectLimit: Duration) {
        let url = address.shown
        switch error {
        case let error as NetworkError: self = error
        case let error as NIOConnectionError: self.init(error, at: address, connectLimit: connectLimit)
        case let error as IOError: self.init(code: error.errnoCode, url: url)
        case let error as HTTPClientError: self.init(error, at: address, connectLimit: connectLimit)
        case ChannelError.connectTimeout: self = .timedOut(url: url, .connecting(connectLimit))
        default: self.init(duringAnswer: error, from: address)
        }
    }

    /// What an error means that came while an answer was read.
    init(duringAnswer error: any Error, from address: WebAddress) {
        let url = address.shown
        switch error {
        case let error as NetworkError: self = error
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection, ChannelError.eof,
            ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed, ChannelError.inputClosed:
            self = .cut(url: url)
        case is HTTPParserError: self = .badAnswer(url: url, reason: "it is not HTTP")
        case let error as HTTPClientError where error == .remoteConnectionClosed: self = .cut(url: url)
        case let error as HTTPClientError where error == .cancelled:
            self = .unreachable(url: url, reason: "the connections were closed")
        case is CancellationError: self = .unreachable(url: url, reason: "the connections were closed")
        case let error as HTTPClientError:
            self = .badAnswer(url: url, reason: error.shortDescription.lowercased())
        case let error as IOError: self.init(code: error.errnoCode, url: url)
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

    private init(_ error: HTTPClientError, at address: WebAddress, connectLimit: Duration) {
        let url = address.shown
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            self = .timedOut(url: url, .connecting(connectLimit))
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath: self = .badAddress(url)
        default: self.init(duringAnswer: error, from: address)
        }
    }

    private init(code: Int32, url: String) {
        switch code {
        case ECONNREFUSED: self = .refused(url: url)
        case ECONNRESET, ECONNABORTED, EPIPE: self = .cut(url: url)
        default: self = .unreachable(url: url, reason: String(cString: strerror(code)).lowercased())
        }
    }
}
