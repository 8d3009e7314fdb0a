// SPDX-License-Identifier: Apache-2.0

/// Where an engine listens, as `DOCKER_HOST` says it.
package struct EngineHost: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case socket(String)
        /// Host and port; with TLS where there is something about it.
        case network(String, EngineTLS?)
        /// What `ssh` is to be called with, and the socket there where it is not the usual one.
        case ssh([String], socket: String?)
    }

    package let place: Place
    /// As people write it: `unix:///run/docker.sock`, `tcp://build.example:2376`.
    package let text: String

    package init(socket path: String) {
        place = .socket(path)
        text = "unix://" + path
    }

    /// - Parameters:
    ///   - text: `unix:///run/docker.sock`, `tcp://host:2376`, `ssh://user@host`.
    ///   - origin: What said so, for errors: `DOCKER_HOST`.
    ///   - tls: How TLS is spoken with a host on the network; without, where it is `nil`.
    /// - Throws: ``EngineSourceError/badHost(_:from:reason:)``.
    package init(_ text: String, from origin: String, tls: EngineTLS?) throws(EngineSourceError) {
        let shown = Self.shown(text)
        func bad(_ reason: String) -> EngineSourceError { .badHost(shown, from: origin, reason: reason) }
        guard let mark = text.firstRange(of: "://") else { throw bad("it has no '://'") }
        let rest = text[mark.upperBound...]
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw bad("it has odd characters") }
        switch text[..<mark.lowerBound] {
        case "unix":
            guard rest.hasPrefix("/") else { throw bad("a socket's path begins with '/'") }
            place = .socket(String(rest))
        case "tcp", "http", "https":
            let tls = text.hasPrefix("https") ? tls ?? EngineTLS() : tls
            place = .network(try Self.authority(rest, usualPort: tls == nil ? 2375 : 2376, bad), tls)
        case "ssh": place = try Self.ssh(rest, bad)
        case let scheme: throw bad("'\(scheme)' is not supported")
        }
        self.text = shown
    }

    /// Without a password, which some write.
    private static func shown(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@"), let mark = text.firstRange(of: "://"),
            let colon = text[mark.upperBound..<at].firstIndex(of: ":")
        else { return text }
        return String(text[..<colon] + text[at...])
    }

    private static func authority(
        _ text: Substring, usualPort: Int, _ bad: (String) -> EngineSourceError
    ) throws(EngineSourceError) -> String {
        let place = text.prefix { $0 != "/" }
        guard place.endIndex == text.endIndex || text[place.endIndex...] == "/" else {
            throw bad("a path after the port is not supported")
        }
        guard !place.isEmpty, !place.contains("@"), place.first != ":" else { throw bad("it names no host") }
        let port = place.split(separator: "]", omittingEmptySubsequences: false).last?.lastIndex(of: ":")
        return String(place) + (port == nil ? ":\(usualPort)" : "")
    }

    private static func ssh(
        _ text: Substring, _ bad: (String) -> EngineSourceError
    ) throws(EngineSourceError) -> Place {
        let authority = text.prefix { $0 != "/" }
        let path = text[authority.endIndex...]
        let at = authority.lastIndex(of: "@")
        var host = at.map { authority[authority.index(after: $0)...] } ?? authority
        var words: [String] = []
        if let user = at.map({ authority[..<$0] }) {
            guard !user.isEmpty, !user.contains(":"), user.first != "-" else {
                throw bad("a user's name stands alone before the '@', without a password")
            }
            words += ["-l", String(user)]
        }
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let port = UInt16(host[host.index(after: colon)...]), port > 0 else {
                throw bad("its port is no number")
            }
            words += ["-p", "\(port)"]
            host = host[..<colon]
        }
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
        guard let first = name.first, first != "-" else { throw bad("it names no host") }
        return .ssh(words + ["--", String(name)], socket: path.count > 1 ? String(path) : nil)
    }

    /// Whether it is on this machine, so that no network is needed.
    package var isLocal: Bool {
        if case .socket = place { true } else { false }
    }
}

/// How TLS is spoken with an engine.
package struct EngineTLS: Hashable, Sendable {
    /// File of the authority that alone is trusted; the system's where it is `nil`.
    package var authority: String?
    /// Files that convince the engine.
    package var certificate: String?
    package var key: String?
    package var isVerified = true

    package init() {}

    /// The files `ca.pem`, `cert.pem` and `key.pem` of a folder, as far as they are there.
    package init(folder: String, isVerified: Bool) {
        func file(_ name: String) -> String? { isThere("\(folder)/\(name)") ? "\(folder)/\(name)" : nil }
        authority = file("ca.pem")
        certificate = file("cert.pem")
        key = file("key.pem")
        self.isVerified = isVerified
    }
}
