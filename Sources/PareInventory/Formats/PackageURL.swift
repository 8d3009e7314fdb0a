// SPDX-License-Identifier: Apache-2.0

import PareModel

/// The parts of `pkg:TYPE/NAMESPACE/NAME@VERSION?QUALIFIERS#SUBPATH` that name a package.
///
/// - SeeAlso: package-url/purl-spec.
struct PackageURL: Equatable {
    let type: String
    /// Decoded; empty where there is none.
    let namespace: String
    let name: String
    let version: String

    /// `nil` where the text is no package URL with a name.
    init?(_ text: String) {
        guard text.hasPrefix("pkg:") else { return nil }
        let body = text.dropFirst(4).drop { $0 == "/" }.prefix { $0 != "#" && $0 != "?" }
        guard let (type, path) = body.cut("/") else { return nil }
        // A scope may be written `@scope` undecoded, so a version starts after the last part's `@` only.
        let parts = path.split(separator: "/")
        guard let last = parts.last else { return nil }
        let at = last.dropFirst().lastIndex(of: "@")
        name = Self.decoded(at.map { last[..<$0] } ?? last)
        version = at.map { Self.decoded(last[last.index(after: $0)...]) } ?? ""
        namespace = parts.dropLast().map(Self.decoded).joined(separator: "/")
        self.type = type.lowercased()
    }

    /// The package of a language; `nil` for those of distributions and unknown types, and without a version.
    func package(in path: String) -> Package? {
        guard !version.isEmpty, !name.isEmpty else { return nil }
        let joined = namespace.isEmpty ? name : namespace + "/" + name
        switch type {
        case "npm": return Package(.npm, joined, version, in: path)
        case "pypi": return Package(.python, name, version, in: path)
        case "gem": return Package(.gem, name, version, in: path)
        case "golang": return Package(.go, joined, version, in: path)
        case "cargo": return Package(.cargo, name, version, in: path)
        case "maven":
            return Package(.jar, namespace.isEmpty ? name : namespace + ":" + name, version, in: path)
        default: return nil
        }
    }

    /// With `%40` and the like resolved; a broken one stays.
    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = hexByte(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexByte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2, digits.allSatisfy({ $0.isDigit || (0x61...0x66).contains($0 | 0x20) }) else {
            return nil
        }
        return UInt8(digits.text, radix: 16)
    }
}
