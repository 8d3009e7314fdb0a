// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why the network did not give what was asked for.  Addresses are told without user names, passwords and queries, which
/// may hold the signature that opens a store.
package enum NetworkError: Explained, Hashable {
    /// The network is switched off.
    case offline(url: String)
    case badAddress(String)
    case unknownHost(url: String, host: String)
    case refused(url: String)
    /// No way there, no such socket, and what has no case of its own.
    case unreachable(url: String, reason: String)
    case timedOut(url: String, Limit)
    case tls(url: String, TLSFailure)
    /// The server speaks TLS, and was asked without.
    case wantsTLS(url: String)
    /// The connection ended before the answer did.
    case cut(url: String)
    case proxy(address: String, ProxyFailure)
    case tooManyRedirects(url: String, limit: Int)
    /// From `https` to `http`, or to something that is not the web.
    case refusedRedirect(url: String, to: String)
    /// To somebody else, with what only the first one is told.
    case secretRedirect(url: String, to: String)
    case tooLong(url: String, limit: Int)
    /// An answer with another status than one that helps.
    case status(url: String, Int)
    /// What came is not HTTP, or not as it was asked for.
    case badAnswer(url: String, reason: String)
    /// A file or variable that says how to use the network cannot be used.
    case badSetting(name: String, reason: String)

    /// Which limit was reached.
    package enum Limit: Hashable, Sendable {
        case connecting(Duration)
        case silence(Duration)
        case total(Duration)
    }

    package enum TLSFailure: Hashable, Sendable {
        case unknownAuthority
        case expired
        case notYetValid
        case wrongName
        /// The server speaks without TLS.
        case notTLS
        /// The server ended the connection before it was secure, as some without TLS do.
        case ended
        /// The server wants a certificate of the client, or another one.
        case clientCertificateWanted
        case other(String)
    }

    package enum ProxyFailure: Hashable, Sendable {
        case unreachable(String)
        case wantsPassword
        /// Not the one that it was given.
        case refusesPassword
        case refused(String)
        case unsupported(String)
    }

    /// The same request may have another answer soon.
    package var isPassing: Bool {
        switch self {
        case .refused, .cut, .unreachable, .unknownHost, .tls(_, .ended): true
        case .timedOut(_, let limit): if case .total = limit { false } else { true }
        case .proxy(_, .unreachable): true
        case .offline, .badAddress, .tls, .wantsTLS, .proxy, .tooManyRedirects, .refusedRedirect,
            .secretRedirect, .tooLong, .status, .badAnswer, .badSetting:
            false
        }
    }
}

extension NetworkError {
    package var problem: String {
        switch self {
        case .offline(let url): "the network is switched off, so '\(shown(url))' was not asked"
        case .badAddress(let text): "'\(shown(text))' is not an address"
        case .unknownHost(let url, let host): "no host '\(host)' is known, so '\(shown(url))' was not asked"
        case .refused(let url): "nothing listens at '\(shown(url))': the connection was refused"
        case .unreachable(let url, let reason): "cannot reach '\(shown(url))': \(reason)"
        case .timedOut(let url, .connecting(let time)): "no connection to '\(shown(url))' in \(time.shown)"
        case .timedOut(let url, .silence(let time)): "'\(shown(url))' said nothing for \(time.shown)"
        case .timedOut(let url, .total(let time)): "'\(shown(url))' was not done in \(time.shown)"
        case .tls(let url, let failure): "no secure connection to '\(shown(url))': \(failure.reason)"
        case .wantsTLS(let url): "'\(shown(url))' was asked in the clear, and the server there speaks TLS"
        case .cut(let url): "the connection to '\(shown(url))' ended in the middle of the answer"
        case .proxy(let address, .unreachable(let reason)):
            "cannot reach the proxy '\(shown(address))': \(reason)"
        case .proxy(let address, .wantsPassword):
            "the proxy '\(shown(address))' wants a user name and password"
        case .proxy(let address, .refusesPassword):
            "the proxy '\(shown(address))' does not take the user name and password"
        case .proxy(let address, .refused(let reason)): "the proxy '\(shown(address))' refused: \(reason)"
        case .proxy(let address, .unsupported(let reason)):
            "the proxy '\(shown(address))' cannot be used: \(reason)"
        case .tooManyRedirects(let url, let limit): "'\(shown(url))' was redirected more than \(limit) times"
        case .refusedRedirect(let url, let target):
            "'\(shown(url))' leads to '\(shown(target))', which is not followed"
        case .secretRedirect(let url, let target):
            "'\(shown(url))' leads to '\(shown(target))', which is not told what is for the first"
        case .tooLong(let url, let limit): "what '\(shown(url))' gives is longer than \(ByteCount(limit))"
        case .status(let url, let status): "cannot fetch '\(shown(url))': the server answers \(status)"
        case .badAnswer(let url, let reason): "'\(shown(url))' gave an answer that cannot be used: \(reason)"
        case .badSetting(let name, let reason): "'\(name)' cannot be used: \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .offline: "leave out '--offline', or unset PARE_OFFLINE"
        case .badAddress: "look at the name, and at the port: it is a number from 1 to 65535"
        case .unknownHost: "look at the name; behind a proxy, set HTTPS_PROXY"
        case .refused: "look whether the port is the right one and the server runs"
        case .unreachable: "look at the network, and at HTTPS_PROXY and NO_PROXY"
        case .timedOut(_, .total): "give it more time with '--timeout', or try again later"
        case .timedOut: "try again later; behind a proxy, set HTTPS_PROXY"
        case .tls(_, let failure): failure.hint
        case .wantsTLS: "write https:// for http://; of Docker's daemon, set DOCKER_TLS_VERIFY=1"
        case .cut: "try again; if it stays so, look at the server or at what is between"
        case .proxy(_, .wantsPassword):
            "put them into the variable: HTTPS_PROXY=http://user:password@host:port"
        case .proxy(_, .refusesPassword):
            "look at the user and password in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY; write / ? # @ in them as %2F %3F %23 %40"
        case .proxy(_, .unsupported):
            "look at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; write / ? # @ in a password as %2F %3F %23 %40"
        case .proxy: "look at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; NO_PROXY names what needs no proxy"
        case .tooManyRedirects: "look whether the address is the right one"
        case .refusedRedirect: "'--insecure' allows http where https was asked for"
        case .secretRedirect: "look whether the address is the right one, or ask who runs the server"
        case .status(_, 401), .status(_, 403): "look whether the address is for everybody"
        case .tooLong, .status: "look whether the address is the right one"
        case .badAnswer:
            "look whether the address is the right one, and whether the server speaks TLS: https or http"
        case .badSetting:
            "look at '--cacert', '--client-cert' and '--client-key', or at the variables in their place"
        }
    }

    private func shown(_ url: String) -> String { WebAddress.shown(url) }
}

extension NetworkError.TLSFailure {
    fileprivate var reason: String {
        switch self {
        case .unknownAuthority: "its certificate comes from an authority that is not trusted"
        case .expired: "its certificate has expired"
        case .notYetValid: "its certificate is not valid yet"
        case .wrongName: "its certificate is for another name"
        case .notTLS: "it does not speak TLS"
        case .ended: "it ended the connection before that was secure"
        case .clientCertificateWanted: "it wants a certificate of the client, or another one"
        case .other(let reason): reason
        }
    }

    fileprivate var hint: String {
        switch self {
        case .unknownAuthority: "give the authority's certificate with '--cacert FILE' or SSL_CERT_FILE"
        case .expired, .notYetValid:
            "look at the clock of this machine; else the server needs a new certificate"
        case .wrongName: "use the name that stands in the certificate"
        case .notTLS: "use http:// if that is meant, which '--insecure' allows"
        case .ended: "try again; where the server has no TLS, '--insecure' allows to do without"
        case .clientCertificateWanted: "give yours with '--client-cert FILE' and '--client-key FILE'"
        case .other: "'--insecure' does without the checks, if that is meant"
        }
    }
}

extension Duration {
    /// `30 s`, `1.5 s`.
    var shown: String {
        let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
