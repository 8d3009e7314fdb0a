// SPDX-License-Identifier: Apache-2.0

/// A server that requests go through.
struct Proxy: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case http, https
        /// Version 5, without a password; names are looked up by the proxy.
        case socks
    }

    let kind: Kind
    /// With user and password, where the variable has them.
    let address: WebAddress

    /// As people write it: `http://user:password@host:3128`, `host:3128`, `socks5://host`.  A `/`, `?` or `#` in a password is
    /// to be encoded: `nil` where it seems to be one.
    init?(_ text: String) {
        let mark = text.firstRange(of: "://")
        let rest = mark.map { text[$0.upperBound...] } ?? text[...]
        let place = rest.prefix { !"/?#".contains($0) }
        guard !rest.dropFirst(place.count).contains("@") else { return nil }
        switch mark.map({ text[..<$0.lowerBound].lowercased() }) ?? "http" {
        case "http": kind = .http
        case "https": kind = .https
        case "socks5", "socks5h": kind = .socks
        default: return nil
        }
        let port = place.last == "]" || place.firstIndex(of: ":") == nil ? ":1080" : ""
        let scheme = kind == .https ? "https" : "http"
        guard let address = WebAddress("\(scheme)://\(place)" + (kind == .socks ? port : "")) else {
            return nil
        }
        self.address = address
    }

    /// As people may see it.
    var shown: String { kind == .socks ? "socks5://" + address.authority : address.origin }
}

/// Which requests go through which proxy, by the variables that curl, Go's programs and most others read.
///
/// `HTTPS_PROXY` and `HTTP_PROXY` are for addresses of these schemes, `ALL_PROXY` for those that have none of their own,
/// each also in lower case.  `NO_PROXY` lists what is asked without: `example.com` with everything below it,
/// `.example.com` only what is below it, with `:port` only that port, addresses, networks as `10.0.0.0/8`, and `*`.
/// This machine itself is never asked through a proxy.
struct Proxies: Sendable {
    private let web: String?
    private let secure: String?
    private let exceptions: [Exception]

    private enum Exception {
        case everything
        case network(IPAddress, bits: Int)
        case address(IPAddress, port: Int?)
        /// Everything that ends so, which begins with a dot; `itself` is what follows the dot.
        case domain(String, itself: Bool, port: Int?)
    }

    init(environment: [String: String]) {
        func variable(_ name: String) -> String? {
            [name, name.lowercased()].compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        // A web server hands the header 'Proxy' of whoever asks to its programs as HTTP_PROXY.
        let isCGI = !(environment["REQUEST_METHOD"] ?? "").isEmpty
        let plain =
            isCGI ? environment["http_proxy"].flatMap { $0.isEmpty ? nil : $0 } : variable("HTTP_PROXY")
        web = plain ?? variable("ALL_PROXY")
        secure = variable("HTTPS_PROXY") ?? variable("ALL_PROXY")
        exceptions = (variable("NO_PROXY") ?? "").split { $0 == "," || $0.isWhitespace }
            .compactMap { Self.exception($0.lowercased()) }
    }

    /// The proxy for an address; `nil` where it is asked directly.
    ///
    /// - Throws: ``NetworkError`` where what the variable says is no proxy.
    func proxy(for address: WebAddress) throws(NetworkError) -> Proxy? {
        guard !address.scheme.isUnix, let text = address.scheme.isSecure ? secure : web, isProxied(address)
        else {
            return nil
        }
        guard let proxy = Proxy(text) else {
            throw .proxy(
                address: WebAddress.withoutUser(text),
                .unsupported("it is not an address such as http://host:3128"))
        }
        return proxy
    }

    private func isProxied(_ address: WebAddress) -> Bool {
        let ip = IPAddress(address.host)
        guard address.host != "localhost", ip?.isLoopback != true else { return false }
        return !exceptions.contains { exception in
            switch exception {
            case .everything: true
            case .network(let network, let bits): ip?.isIn(network, bits: bits) == true
            case .address(let other, let port): ip == other && (port ?? address.port) == address.port
            case .domain(let ending, let itself, let port):
                (address.host.hasSuffix(ending) || itself && address.host == ending.dropFirst())
                    && (port ?? address.port) == address.port
            }
        }
    }

    private static func exception(_ text: String) -> Exception? {
        if text == "*" { return .everything }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let network = IPAddress(String(parts[0])), let bits = Int(parts[1]) {
            return .network(network, bits: bits)
        }
        let (name, port) = nameAndPort(text)
        guard !name.isEmpty else { return nil }
        if let address = IPAddress(name) { return .address(address, port: port) }
        if name.hasPrefix("*.") { return .domain(String(name.dropFirst()), itself: false, port: port) }
        return name.hasPrefix(".")
            ? .domain(name, itself: false, port: port) : .domain("." + name, itself: true, port: port)
    }

    private static func nameAndPort(_ text: String) -> (name: String, port: Int?) {
        if text.first == "[", let end = text.firstIndex(of: "]") {
            let name = String(text[text.index(after: text.startIndex)..<end])
            return (name, Int(text[text.index(after: end)...].drop { $0 == ":" }))
        }
        guard IPAddress(text) == nil, let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...])
        else { return (text, nil) }
        return (String(text[..<colon]), port)
    }
}
