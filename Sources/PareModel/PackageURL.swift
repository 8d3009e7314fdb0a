// SPDX-License-Identifier: Apache-2.0

/// The address of a package: `pkg:TYPE/NAMESPACE/NAME@VERSION?QUALIFIERS#SUBPATH`.  Subpaths are not kept.
///
/// - SeeAlso: package-url/purl-spec.
public struct PackageURL: Hashable, Sendable {
    /// In lower case: `deb`, `npm`.
    public let type: String
    /// Decoded; empty where there is none.
    public let namespace: String
    public let name: String
    /// Empty where it is not said.
    public let version: String
    /// By their names in lower case, decoded.
    public let qualifiers: [String: String]

    /// `nil` where the text is no package URL with a name.
    public init?(_ text: String) {
        let text = text.utf8
        guard text.starts(with: "pkg:".utf8) else { return nil }
        let body = text.dropFirst(4).drop { $0 == UInt8(ascii: "/") }.prefix { $0 != UInt8(ascii: "#") }
        let path = body.prefix { $0 != UInt8(ascii: "?") }
        let parts = path.split(separator: UInt8(ascii: "/"))
        guard parts.count >= 2, let last = parts.last else { return nil }
        type = Substring(parts[0]).lowercased()
        // A scope may be written `@scope` undecoded, so a version starts after the last part's `@` only.
        let at = last.dropFirst().lastIndex(of: UInt8(ascii: "@"))
        name = Self.decoded(Substring(at.map { last[..<$0] } ?? last))
        version = at.map { Self.decoded(Substring(last[last.index(after: $0)...])) } ?? ""
        namespace = parts.dropFirst().dropLast().map { Self.decoded(Substring($0)) }.joined(separator: "/")
        let pairs = body[path.endIndex...].dropFirst().split(separator: UInt8(ascii: "&")).compactMap {
            pair in
            pair.firstIndex(of: UInt8(ascii: "=")).map { sign in
                (
                    Substring(pair[..<sign]).lowercased(),
                    Self.decoded(Substring(pair[pair.index(after: sign)...]))
                )
            }
        }
        qualifiers = Dictionary(pairs) { $1 }
    }

    /// Whether it speaks of a range of versions, which is not compared: nothing is set aside on it.
    public var saysRange: Bool { qualifiers["vers"] != nil }

    /// With `%40` and the like resolved; a broken one stays.
    public static func decoded(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
