// SPDX-License-Identifier: Apache-2.0
import PareModel

/// A version as Trivy takes it apart for its reports: `1:2.36-9` is epoch 1, version `2.36`, release `9`.
///
/// Only Debian's versions are taken apart.
/// - SeeAlso: trivy, `pkg/fanal/analyzer/pkg/dpkg/dpkg.go`.
struct VersionParts {
    var epoch = 0
    var upstream: String
    var release = ""

    init(_ version: String, of kind: Package.Kind) {
        upstream = version
        guard kind == .dpkg else { return }
        if let colon = upstream.firstIndex(of: ":"), let number = Int(upstream[..<colon]) {
            epoch = number
            upstream = String(upstream[upstream.index(after: colon)...])
        }
        if let dash = upstream.lastIndex(of: "-") {
            release = String(upstream[upstream.index(after: dash)...])
            upstream = String(upstream[..<dash])
        }
    }
}

extension Package {
    /// What Trivy calls the package by; `nil` for kinds of which it gives none.
    ///
    /// - SeeAlso: trivy, `pkg/dependency/id.go` and the parsers of `pkg/dependency/parser`.
    var trivyID: String? {
        switch kind {
        case .jar, .gem, .python: nil
        default: version.isEmpty ? name : "\(name)@\(version)"
        }
    }

    /// Whether Trivy names the package's file: not where the result as a whole is of one file.
    var hasOwnFile: Bool {
        switch kind {
        case .dpkg, .apk, .go, .cargo: false
        case .npm, .python, .gem, .jar, .node, .cpython: true
        }
    }

    /// How a Go module stands to its program, as far as its record says.
    var relationship: String? {
        guard kind == .go else { return nil }
        return name == "stdlib" ? "direct" : version.isEmpty ? "root" : nil
    }
}

extension Finding {
    /// Where to read about it; `nil` for an id of which nobody says.
    ///
    /// - SeeAlso: trivy, `pkg/vulnerability/vulnerability.go`, `getPrimaryURL`.
    var primaryURL: String? {
        if id.hasPrefix("CVE-") { return "https://avd.aquasec.com/nvd/\(id.lowercased())" }
        if id.hasPrefix("RUSTSEC-") { return "https://osv.dev/vulnerability/\(id)" }
        if id.hasPrefix("GHSA-") { return "https://github.com/advisories/\(id)" }
        if id.hasPrefix("TEMP-") { return "https://security-tracker.debian.org/tracker/\(id)" }
        let references = advisory.detail?.references ?? []
        let places = Self.vendorPlaces[advisory.source.id] ?? []
        return places.lazy.compactMap { place in references.first { $0.hasPrefix(place) } }.first
    }

    /// Beginnings of the addresses at which sources describe what they found, by source.
    private static let vendorPlaces = [
        "debian": ["http://www.debian.org", "https://www.debian.org"],
        "ubuntu": ["http://www.ubuntu.com", "https://usn.ubuntu.com"],
        "nodejs-security-wg": ["https://www.npmjs.com", "https://hackerone.com"],
        "ruby-advisory-db": ["https://groups.google.com"],
    ]
}
