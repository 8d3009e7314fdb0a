// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareVersions

/// Packages that belong together, by the names that OSV has for them: `npm`, `Debian:12`.
///
/// - SeeAlso: the OSV schema, "affected[].package field", with the list of ecosystems.
package struct FeedEcosystem: Sendable, Hashable {
    /// As OSV writes it.
    package let name: String
    let kind: Kind
    /// The one that is meant; `nil` for all of a distribution's.
    private let release: String?

    enum Kind: Sendable, Hashable {
        /// The part of buckets' names before the release, and of which kind its packages are.
        case distribution(family: String, Package.Kind)
        /// The part of buckets' names before `::`.
        case language(prefix: String, Package.Kind)
    }

    private static let kinds: [String: Kind] = [
        "Debian": .distribution(family: "debian", .dpkg), "Ubuntu": .distribution(family: "ubuntu", .dpkg),
        "Alpine": .distribution(family: "alpine", .apk), "Wolfi": .distribution(family: "wolfi", .apk),
        "Chainguard": .distribution(family: "chainguard", .apk), "npm": .language(prefix: "npm", .npm),
        "PyPI": .language(prefix: "pip", .python), "RubyGems": .language(prefix: "rubygems", .gem),
        "Go": .language(prefix: "go", .go), "Maven": .language(prefix: "maven", .jar),
        "crates.io": .language(prefix: "cargo", .cargo),
    ]

    /// - Throws: ``ImportError/unknownEcosystem(_:)``.
    package init(_ name: String) throws(ImportError) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let kind = Self.kinds[String(first)] else {
            throw .unknownEcosystem(name)
        }
        self.name = name
        self.kind = kind
        guard parts.count == 2 else {
            release = nil
            return
        }
        guard case .distribution(let family, _) = kind, let release = Self.release(parts[1], of: family)
        else {
            throw .unknownEcosystem(name)
        }
        self.release = release
    }

    /// `12` of `12`, `22.04` of `22.04:LTS`, `3.19` of `v3.19`; `nil` for what is no release that everybody gets.
    private static func release(_ text: Substring, of family: String) -> String? {
        var text = text
        switch family {
        case "ubuntu": if text.hasSuffix(":LTS") { text = text.dropLast(4) }
        case "alpine": if text.hasPrefix("v") { text = text.dropFirst() }
        case "debian": break
        default: return nil
        }
        guard text.first?.isNumber == true, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E })
        else {
            return nil
        }
        return String(text)
    }

    var scheme: VersionScheme {
        switch kind {
        case .distribution(_, let kind), .language(_, let kind): VersionScheme(kind)
        }
    }

    /// Whether a root bucket's advisories are replaced by an import of this ecosystem.
    package func covers(bucket: String) -> Bool {
        switch kind {
        case .distribution(let family, _):
            if let release { return bucket == "\(family) \(release)" }
            return bucket == family || bucket.hasPrefix(family + " ")
        case .language(let prefix, _): return bucket.hasPrefix(prefix + "::")
        }
    }

    /// The bucket for a package that a record of a data base says is of an ecosystem, `Debian:12` or `npm`; `nil` where that
    /// is not this one.
    func bucket(for text: String, from source: Advisory.DataSource) -> String? {
        guard let other = try? FeedEcosystem(text), other.kind == kind else { return nil }
        switch kind {
        case .distribution(let family, _):
            guard release == nil || other.release == release else { return nil }
            // Wolfi has no releases; elsewhere a record has to say for which it is.
            guard let found = other.release else { return other.isRolling ? family : nil }
            return "\(family) \(found)"
        case .language(let prefix, _): return "\(prefix)::\(source.name)"
        }
    }

    private var isRolling: Bool { ["Wolfi", "Chainguard"].contains(name) }

    /// The name of a package as lookups have it.
    ///
    /// - SeeAlso: ``LookupPlace``.
    func packageName(_ name: String) -> String {
        guard case .language(_, let kind) = kind, kind != .go else { return name }
        let lower = name.lowercased()
        return kind == .python ? String(lower.map { $0 == "_" ? "-" : $0 }) : lower
    }

    /// Which data base a record is of, by its id.
    func source(of id: String) -> Advisory.DataSource {
        func source(_ id: String, _ name: String, _ url: String) -> Advisory.DataSource {
            Advisory.DataSource(id: id, name: name, url: url)
        }
        switch kind {
        case .distribution(let family, _):
            let pages = [
                "debian": "https://security-tracker.debian.org/tracker/",
                "ubuntu": "https://ubuntu.com/security/cves", "alpine": "https://secdb.alpinelinux.org/",
                "wolfi": "https://packages.wolfi.dev/os/security.json",
                "chainguard": "https://packages.cgr.dev/chainguard/security.json",
            ]
            return source(family, "\(name.prefix { $0 != ":" }), by OSV", pages[family] ?? "https://osv.dev/")
        case .language(_, let kind):
            if id.hasPrefix("GHSA-") {
                let names: [Package.Kind: String] = [
                    .npm: "npm", .python: "pip", .gem: "RubyGems", .go: "Go", .jar: "Maven", .cargo: "Rust",
                ]
                let name = names[kind] ?? ""
                return source(
                    "ghsa", "GitHub Security Advisory \(name)",
                    "https://github.com/advisories?query=type%3Areviewed+ecosystem%3A\(name.lowercased())")
            }
            if id.hasPrefix("GO-") {
                return source("govulndb", "The Go Vulnerability Database", "https://pkg.go.dev/vuln/")
            }
            if id.hasPrefix("PYSEC-") {
                return source(
                    "osv", "Python Packaging Advisory Database", "https://github.com/pypa/advisory-database")
            }
            if id.hasPrefix("RUSTSEC-") {
                return source("osv", "RustSec Advisory Database", "https://github.com/RustSec/advisory-db")
            }
            return source("osv", "Open Source Vulnerabilities", "https://osv.dev/")
        }
    }
}
