// SPDX-License-Identifier: Apache-2.0

extension Package {
    /// The package URL, as Trivy writes it: `pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12.5`.
    ///
    /// The distro is the image's; without it a package of a distribution has only its kind's name in that place.
    /// - SeeAlso: the purl specification, PURL-TYPES; trivy, `pkg/purl/purl.go`.
    public func purl(distro: Distro?) -> String {
        if kind.isOperatingSystem { return systemPURL(distro: distro) }
        let parts = purlPath.split(separator: "/", omittingEmptySubsequences: false).map { $0.percentEncoded }
        return "pkg:\(purlType)/\(parts.joined(separator: "/"))"
            + (version.isEmpty ? "" : "@\(version.percentEncoded)")
    }

    /// The type in its package URL: `deb`, `pypi`.
    var purlType: String {
        switch kind {
        case .dpkg: "deb"
        case .apk: "apk"
        case .npm: "npm"
        case .python: "pypi"
        case .gem: "gem"
        case .go: "golang"
        case .cargo: "cargo"
        case .jar: "maven"
        case .node, .cpython: "generic"
        }
    }

    /// Its name as a package URL has it, behind the namespace where the name has one in it: `@types/node`.
    var purlPath: String {
        switch kind {
        case .dpkg, .apk, .npm, .gem, .cargo, .node, .cpython: name
        case .python: String(name.lowercased().map { $0 == "_" ? "-" : $0 })
        case .go: name.lowercased()
        case .jar: String(name.map { $0 == ":" ? "/" : $0 })
        }
    }

    private func systemPURL(distro: Distro?) -> String {
        var qualifiers: [String] = []
        if let architecture { qualifiers.append("arch=\(architecture.percentEncoded)") }
        if let distro {
            let value = kind == .dpkg ? "\(distro.family)-\(distro.version)" : distro.version
            qualifiers.append("distro=\(value.percentEncoded)")
        }
        var version = version[...]
        if kind == .dpkg, let colon = version.firstIndex(of: ":"), let epoch = Int(version[..<colon]) {
            version = version[version.index(after: colon)...]
            qualifiers.append("epoch=\(epoch)")
        }
        let suffix = qualifiers.isEmpty ? "" : "?" + qualifiers.joined(separator: "&")
        return
            "pkg:\(purlType)/\((distro?.family ?? purlType).percentEncoded)/\(name.percentEncoded)@\(version.percentEncoded)"
            + suffix
    }
}

extension ImageFacts {
    /// The image's own address: `pkg:oci/demo-api@sha256:…?repository_url=localhost%2Fdemo-api`; `nil` without a manifest's
    /// digest or a name.
    ///
    /// - SeeAlso: the purl specification, PURL-TYPES, "oci".
    public var purl: String? {
        guard let manifestDigest, let repository = tags.lazy.compactMap(Self.repository).first,
            let name = repository.split(separator: "/").last
        else { return nil }
        return "pkg:oci/\(name.lowercased().percentEncoded)@\(manifestDigest)"
            + "?repository_url=\(repository.percentEncoded)"
    }

    /// `localhost/demo-api` of `localhost/demo-api:fat`; `nil` for a lone word, which in an OCI layout is a tag's.
    private static func repository(of tag: String) -> String? {
        let name = tag.prefix { $0 != "@" }
        let start = name.lastIndex(of: "/") ?? name.startIndex
        let colon = name[start...].firstIndex(of: ":")
        guard colon != nil || name.contains("/") else { return nil }
        return String(name[..<(colon ?? name.endIndex)])
    }
}

extension StringProtocol {
    /// All but letters, digits and `-._~` as `%` and two digits.
    package var percentEncoded: String {
        guard !utf8.allSatisfy(\.isPlainInPURL) else { return String(self) }
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = utf8.flatMap { byte -> [UInt8] in
            byte.isPlainInPURL
                ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isPlainInPURL: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
