// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// An absolute address that requests are sent to, `https://registry.example:5000/v2/?n=1`, in its plain form: lower-case
/// scheme and host, nothing in it that another reader might understand differently.
///
/// - SeeAlso: RFC 3986.
package struct WebAddress: Sendable, Hashable {
    package enum Scheme: String, Sendable {
        case http, https
        /// Over a Unix socket, whose path is the percent-encoded host.
        case httpUnix = "http+unix"
        case httpsUnix = "https+unix"

        package var isSecure: Bool { self == .https || self == .httpsUnix }
        package var isUnix: Bool { self == .httpUnix || self == .httpsUnix }
    }

    package let scheme: Scheme
    /// Percent-encoded `user:password`.
    package let userInfo: String?
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    package let port: Int
    /// Begins with `/`; dot segments are resolved.
    package let path: String
    package let query: String?

    /// `nil` where the text is not such an address.
    package init?(_ text: String) {
        guard let colon = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased())
        else { return nil }
        let rest = text[colon.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        self.init(scheme, authority: rest[..<end], target: rest[end...])
    }

    private init?(_ scheme: Scheme, authority: Substring, target: Substring) {
        self.scheme = scheme
        let at = authority.lastIndex(of: "@")
        userInfo = at.map { String(authority[..<$0]) }
        guard userInfo?.utf8.allSatisfy(Self.standsInUserInfo) != false,
            let place = Self.place(at.map { authority[authority.index(after: $0)...] } ?? authority, scheme)
        else { return nil }
        (host, port) = place
        guard let target = Self.encoded(target.prefix { $0 != "#" }) else { return nil }
        let mark = target.firstIndex(of: "?")
        path = Self.withoutDots(target[..<(mark ?? target.endIndex)])
        query = mark.map { String(target[target.index(after: $0)...]) }
    }

    /// An address relative to this one, as a `Location` header says it; fragments are left out.
    package func resolving(_ reference: String) -> WebAddress? {
        if let address = WebAddress(reference) { return address }
        let colon = reference.firstIndex(of: ":")
        let slash = reference.firstIndex { "/?#".contains($0) }
        if let colon, slash.map({ colon < $0 }) ?? true { return nil }
        if reference.hasPrefix("//") { return WebAddress("\(scheme.rawValue):\(reference)") }
        let target: String
        switch reference.first {
        case "/": target = reference
        case "?": target = path + reference
        case "#", nil: target = path + (query.map { "?" + $0 } ?? "")
        default: target = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + reference
        }
        return WebAddress(origin + target)
    }

    /// Scheme, host and port: whom a request is sent to.
    package var origin: String { "\(scheme.rawValue)://\(authority)" }

    /// Host and port, as a `Host` header says them.
    package var authority: String {
        let name = host.contains(":") && !scheme.isUnix ? "[\(host)]" : host
        let isUsual = scheme.isUnix || port == (scheme.isSecure ? 443 : 80)
        return name + (isUsual ? "" : ":\(port)")
    }

    /// What is asked for there.
    package var target: String { path + (query.map { "?" + $0 } ?? "") }

    /// The whole, without user and password.
    package var text: String { origin + target }

    /// The address as people may see it: a query may hold the signature that opens a store.
    package var shown: String { origin + path }

    /// The address as people may see it; of a text that is none, what is left without ``withoutUser(_:)``, query and fragment.
    package static func shown(_ text: String) -> String {
        if let address = WebAddress(text) { return address.shown }
        return String(withoutUser(text).prefix { $0 != "?" && $0 != "#" })
    }

    /// A text without all that precedes its last `@`, but for the scheme: a password may hold what ends the part of an
    /// address that passwords stand in.
    static func withoutUser(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+") }
        let isScheme = text[scheme.endIndex...].hasPrefix("://")
        return (isScheme ? scheme + "://" : "") + text[text.index(after: at)...]
    }
}

extension WebAddress {
    private static func place(_ text: Substring, _ scheme: Scheme) -> (host: String, port: Int)? {
        if scheme.isUnix {
            let isPath = text.utf8.allSatisfy { isUnreserved($0) || $0 == UInt8(ascii: "%") }
            return isPath && !text.isEmpty ? (String(text), 0) : nil
        }
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<bracket]
            let rest = text[text.index(after: bracket)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard IPAddress(String(host))?.isVersion6 == true else { return nil }
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                port = text[text.index(after: colon)...]
            }
            guard !host.isEmpty, host.utf8.allSatisfy(isUnreserved) else { return nil }
        }
        guard let port, !port.isEmpty else { return (host.lowercased(), scheme.isSecure ? 443 : 80) }
        guard port.utf8.allSatisfy({ 48...57 ~= $0 }), let number = UInt16(port), number > 0 else {
            return nil
        }
        return (host.lowercased(), Int(number))
    }

    /// Percent-encodes what may not stand in a path or query; `nil` where there are control characters or backslashes,
    /// which readers of addresses do not agree about.
    private static func encoded(_ text: Substring) -> String? {
        var result = ""
        for byte in text.utf8 {
            guard byte >= 0x20, byte != 0x7f, byte != UInt8(ascii: "\\") else { return nil }
            if isUnreserved(byte) || "%:/?[]@!$&'()*+,;=".utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + hexDigits(byte)
            }
        }
        return result
    }

    private static func hexDigits(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// RFC 3986, section 5.2.4.
    private static func withoutDots(_ path: Substring) -> String {
        var segments: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for part in parts {
            if part == ".." { segments = segments.dropLast() } else if part != "." { segments.append(part) }
        }
        let isFolder = parts.last == "." || parts.last == ".."
        return "/" + segments.joined(separator: "/") + (isFolder && !segments.isEmpty ? "/" : "")
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    private static func standsInUserInfo(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || "%:!$&'()*+,;=".utf8.contains(byte)
    }
}

extension WebAddress {
    /// What an `Authorization` header says for the user and password in the address.
    var basicAuthorization: String? { basicCredentials.map { "Basic " + $0 } }

    /// User and password of the address in base64.
    var basicCredentials: String? {
        userInfo.map { info in
            let text = Self.decoded(info)
            return Data((text.contains(":") ? text : text + ":").utf8).base64EncodedString()
        }
    }

    /// Without percent signs, where these encode something.
    static func decoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
