// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

extension TrivyResult {
    /// Writes a result down; knows what of the image its parts point to.
    struct Encoder {
        let result: TrivyResult
        let distro: Distro?
        let layers: [LayerFacts]

        func json(listsAllPackages: Bool) -> JSONValue {
            .record([
                ("Target", .string(result.target)),
                ("Class", .string(result.topic == .system ? "os-pkgs" : "lang-pkgs")),
                ("Type", .string(result.type)),
                ("Packages", listsAllPackages ? .nonEmpty(result.packages.map(package)) : nil),
                ("Vulnerabilities", .nonEmpty(result.findings.filter(\.isOpen).map(vulnerability))),
                ("ExperimentalModifiedFindings", .nonEmpty(result.findings.compactMap(modified))),
            ])
        }

        private func modified(_ finding: Finding) -> JSONValue? {
            guard let dismissal = finding.dismissal else { return nil }
            return .record([
                ("Type", .string("vulnerability")), ("Status", .string("ignored")),
                ("Statement", .nonEmpty(dismissal.reason)), ("Source", .nonEmpty(dismissal.by)),
                ("Finding", vulnerability(finding)),
            ])
        }

        private func package(_ package: Package) -> JSONValue {
            let isSystem = package.kind.isOperatingSystem
            let version = VersionParts(package.version, of: package.kind)
            let source =
                isSystem
                ? package.source ?? Package.Source(name: package.name, version: package.version) : nil
            let sourceVersion = source.map { VersionParts($0.version, of: package.kind) }
            return .record([
                ("ID", package.trivyID.map(JSONValue.string)),
                ("Name", .string(package.name)),
                ("Identifier", identifier(of: package)),
                ("Version", .nonEmpty(version.upstream)),
                ("Release", .nonEmpty(version.release)),
                ("Epoch", version.epoch == 0 ? nil : .number("\(version.epoch)")),
                ("Arch", .nonEmpty(package.architecture ?? "")),
                ("SrcName", .nonEmpty(source?.name ?? "")),
                ("SrcVersion", .nonEmpty(sourceVersion?.upstream ?? "")),
                ("SrcRelease", .nonEmpty(sourceVersion?.release ?? "")),
                (
                    "SrcEpoch",
                    (sourceVersion?.epoch ?? 0) == 0 ? nil : .number("\(sourceVersion?.epoch ?? 0)")
                ),
                ("Layer", layer(of: package)),
                ("FilePath", path(of: package)),
            ])
        }

        private func vulnerability(_ finding: Finding) -> JSONValue {
            let package = finding.package
            let advisory = finding.advisory
            // Trivy's drivers for languages do not copy the feed's own names.
            let vendorIDs = package.kind.isOperatingSystem ? advisory.vendorIDs : []
            let facts: [(String, JSONValue?)] = [
                ("VulnerabilityID", .string(finding.id)),
                ("VendorIDs", .nonEmpty(vendorIDs)),
                ("PkgID", package.trivyID.map(JSONValue.string)),
                ("PkgName", .string(package.name)),
                ("PkgPath", path(of: package)),
                ("PkgIdentifier", identifier(of: package)),
                ("InstalledVersion", .nonEmpty(package.version)),
                ("FixedVersion", .nonEmpty(finding.fixedVersion)),
                ("Status", .string(finding.status.rawValue)),
                ("Layer", layer(of: package)),
                ("SeveritySource", .nonEmpty(finding.severitySource)),
                ("PrimaryURL", finding.primaryURL.map(JSONValue.string)),
                ("DataSource", advisory.source.json),
            ]
            return .record(facts + (advisory.detail ?? Advisory.Detail()).members(severity: finding.severity))
        }

        private func identifier(of package: Package) -> JSONValue {
            .record([("PURL", .string(package.purl(distro: distro)))])
        }

        /// An empty object where the layer is not known, as Go writes it.
        private func layer(of package: Package) -> JSONValue {
            guard layers.indices.contains(package.evidence.layer) else { return .record([]) }
            let layer = layers[package.evidence.layer]
            return .record([
                ("Digest", layer.digest.map { .string($0.description) }),
                ("DiffID", layer.diffID.map { .string($0.description) }),
            ])
        }

        /// The packages of a distribution have no path; those of a Go or Rust binary have it as their target.
        private func path(of package: Package) -> JSONValue? {
            switch package.kind {
            case .dpkg, .apk, .go, .cargo: nil
            case .npm, .python, .gem, .jar, .node: .nonEmpty(package.evidence.path)
            }
        }
    }
}

extension Package {
    /// `name@version`, for the kinds whose parsers in Trivy give one.
    fileprivate var trivyID: String? {
        switch kind {
        case .python, .gem, .jar: nil
        case .dpkg, .apk, .npm, .go, .cargo, .node: version.isEmpty ? name : "\(name)@\(version)"
        }
    }
}

/// A version in the three parts that Trivy keeps: only dpkg's is taken apart.
private struct VersionParts {
    var epoch = 0
    var upstream: String
    var release = ""

    init(_ version: String, of kind: Package.Kind) {
        upstream = version
        guard kind == .dpkg else { return }
        var rest = version[...]
        if let colon = rest.firstIndex(of: ":"), let number = Int(rest[..<colon]) {
            epoch = number
            rest = rest[rest.index(after: colon)...]
        }
        if let dash = rest.lastIndex(of: "-") {
            release = String(rest[rest.index(after: dash)...])
            rest = rest[..<dash]
        }
        upstream = String(rest)
    }
}

extension Advisory.DataSource {
    fileprivate var json: JSONValue? {
        id.isEmpty && name.isEmpty
            ? nil : .record([("ID", .nonEmpty(id)), ("Name", .nonEmpty(name)), ("URL", .nonEmpty(url))])
    }
}

extension Advisory.Detail {
    fileprivate func members(severity: Severity) -> [(String, JSONValue?)] {
        let severities = vendorSeverities.sorted { $0.key < $1.key }
        let scores = cvss.sorted { $0.key < $1.key }
        return [
            ("Title", .nonEmpty(title)),
            ("Description", .nonEmpty(description)),
            ("Severity", .string(severity.name)),
            ("CweIDs", .nonEmpty(weaknesses)),
            (
                "VendorSeverity",
                severities.isEmpty ? nil : .record(severities.map { ($0, .number("\($1.rawValue)")) })
            ),
            ("CVSS", scores.isEmpty ? nil : .record(scores.map { ($0, $1.json) })),
            ("References", .nonEmpty(references)),
            ("PublishedDate", .nonEmpty(published)),
            ("LastModifiedDate", .nonEmpty(modified)),
        ]
    }
}

extension Advisory.CVSS {
    fileprivate var json: JSONValue {
        /// As Go writes a float; zero and what JSON has no text for are left out.
        func number(_ score: Double?) -> JSONValue? {
            guard let score, score.isFinite, score != 0 else { return nil }
            return .number(score == score.rounded() ? score.formatted(decimals: 0) : "\(score)")
        }
        return .record([
            ("V2Vector", .nonEmpty(v2Vector ?? "")), ("V3Vector", .nonEmpty(v3Vector ?? "")),
            ("V40Vector", .nonEmpty(v40Vector ?? "")), ("V2Score", number(v2Score)),
            ("V3Score", number(v3Score)),
            ("V40Score", number(v40Score)),
        ])
    }
}

extension JSONValue {
    /// A text; an empty one is left out, as Go's `omitempty` has it.
    static func nonEmpty(_ text: String) -> JSONValue? { text.isEmpty ? nil : .string(text) }

    static func nonEmpty(_ elements: [JSONValue]) -> JSONValue? { elements.isEmpty ? nil : .array(elements) }

    static func nonEmpty(_ texts: [String]) -> JSONValue? { texts.isEmpty ? nil : .texts(texts) }
}

extension Finding {
    /// Where to read about it; `nil` for an id of which nobody says, and where nothing is known but the id.
    ///
    /// - SeeAlso: trivy, `pkg/vulnerability/vulnerability.go`, `getPrimaryURL`.
    var primaryURL: String? {
        guard let detail = advisory.detail else { return nil }
        if id.hasPrefix("CVE-") { return "https://avd.aquasec.com/nvd/\(id.lowercased())" }
        if id.hasPrefix("RUSTSEC-") { return "https://osv.dev/vulnerability/\(id)" }
        if id.hasPrefix("GHSA-") { return "https://github.com/advisories/\(id)" }
        if id.hasPrefix("TEMP-") { return "https://security-tracker.debian.org/tracker/\(id)" }
        let places = Self.vendorPlaces[advisory.source.id] ?? []
        return places.lazy.compactMap { place in detail.references.first { $0.hasPrefix(place) } }.first
    }

    /// Beginnings of the addresses at which sources describe what they found, by source.
    private static let vendorPlaces = [
        "debian": ["http://www.debian.org", "https://www.debian.org"],
        "ubuntu": ["http://www.ubuntu.com", "https://usn.ubuntu.com"],
        "nodejs-security-wg": ["https://www.npmjs.com", "https://hackerone.com"],
        "ruby-advisory-db": ["https://groups.google.com"],
    ]
}
