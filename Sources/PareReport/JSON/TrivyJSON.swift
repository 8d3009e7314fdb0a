// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// A report in Trivy's JSON, schema version 2: the same members in the same order.
///
/// Of pare's own are `Statements`, what became of the VEX statements that were given, and of a modified finding
/// `Justification`, `Evidence` and `Expires`.
///
/// - SeeAlso: trivy, `pkg/types/report.go` and `pkg/types/vulnerability.go`.
package func trivyJSON(_ report: ScanReport, listsAllPackages: Bool) -> String {
    let results = TrivyResult.results(of: report).map { $0.json(listsAllPackages: listsAllPackages) }
    return JSONValue.record([
        ("SchemaVersion", .number("2")),
        ("CreatedAt", .string(report.created)),
        ("ArtifactName", .string(report.target)),
        ("ArtifactType", .string(report.kind == .image ? "container_image" : "filesystem")),
        ("Metadata", metadata(of: report)),
        ("Results", results.isEmpty ? nil : .array(results)),
        ("Statements", report.statements.isEmpty ? nil : .array(report.statements.map(json))),
    ]).document
}

private func json(_ use: StatementUse) -> JSONValue {
    .record([
        ("Document", .string(use.document)), ("VulnerabilityID", .string(use.vulnerability)),
        ("Product", .string(use.product)), ("Status", .string(use.status.rawValue)),
        ("Matched", .integer(use.matched)), ("Dismissed", .integer(use.dismissed)),
    ])
}

private func metadata(of report: ScanReport) -> JSONValue {
    let system = report.distro.map {
        JSONValue.record([
            ("Family", .string($0.family)), ("Name", .string($0.version)),
            ("EOSL", report.isPastSupport ? .bool(true) : nil),
        ])
    }
    let image = report.image
    let layers = image?.layers.compactMap(\.diffID).map(\.description) ?? []
    // Trivy has the names of images that come from a registry or an engine, and not of archives.
    let names = image?.repositoryDigests.map { digests in
        [("RepoTags", image?.tags ?? []), ("RepoDigests", digests)].filter { !$0.1.isEmpty }
    }
    return .record(
        [
            ("OS", system),
            ("ImageID", image?.id.map { .string($0.description) }),
            ("DiffIDs", layers.isEmpty ? nil : .texts(layers)),
        ] + (names ?? []).map { ($0, .texts($1)) } + [
            ("ImageConfig", image.flatMap { imageConfigJSON($0.rawConfig) })
        ])
}

/// The packages and findings that Trivy puts under one target.
struct TrivyResult {
    let target: String
    let systemFamily: String?
    let type: String
    let packages: [Package]
    let findings: [Finding]
    let report: ScanReport
    /// What is said of each of the image's layers.
    let layers: [JSONValue]

    /// The distribution's first, then the languages' by target.
    static func results(of report: ScanReport) -> [TrivyResult] {
        let byKey = Dictionary(grouping: report.packages, by: Key.init)
        let findings = Dictionary(grouping: report.findings) { Key($0.package) }
        var keys = Set(byKey.keys).union(findings.keys)
        if report.distro != nil { keys.insert(.system) }
        let layers = (report.image?.layers ?? []).map { layer in
            JSONValue.record([
                ("Digest", layer.digest.map { .string($0.description) }),
                ("DiffID", layer.diffID.map { .string($0.description) }),
            ])
        }
        return keys.map { key in
            let family = report.distro?.family ?? "none"
            let system = "\(report.target) (\(report.distro.map { "\($0.family) \($0.version)" } ?? "none"))"
            return TrivyResult(
                target: key == .system ? system : key.target, systemFamily: key == .system ? family : nil,
                type: key == .system ? family : key.type, packages: byKey[key] ?? [],
                findings: findings[key] ?? [],
                report: report, layers: layers)
        }.sorted { left, right in
            if (left.systemFamily == nil) != (right.systemFamily == nil) { return left.systemFamily != nil }
            return (left.target, left.type) < (right.target, right.type)
        }
    }

    /// The program itself first, then what it says it needs, then the others as they are.
    private var packagesInOrder: [Package] {
        let ranks = ["root": 0, "direct": 1]
        func rank(_ package: Package) -> Int { ranks[package.relationship ?? ""] ?? 2 }
        return (0...2).flatMap { wanted in packages.filter { rank($0) == wanted } }
    }

    /// What decides under which result a package stands.
    private struct Key: Hashable {
        let target: String
        let type: String
        static let system = Key(target: "", type: "")

        init(_ package: Package) {
            switch package.kind {
            case .dpkg, .apk: self = .system
            case .npm: self.init(target: "Node.js", type: "node-pkg")
            case .python: self.init(target: "Python", type: "python-pkg")
            case .gem: self.init(target: "Ruby", type: "gemspec")
            case .jar: self.init(target: "Java", type: "jar")
            case .go: self.init(target: package.evidence.path, type: "gobinary")
            case .cargo: self.init(target: package.evidence.path, type: "rustbinary")
            case .node: self.init(target: "Node.js runtime", type: "node-core")
            case .cpython: self.init(target: "Python runtime", type: "cpython")
            }
        }

        private init(target: String, type: String) {
            self.target = target
            self.type = type
        }
    }

    func json(listsAllPackages: Bool) -> JSONValue {
        let open = findings.filter(\.isOpen).inParts(json)
        let dismissed = findings.compactMap { finding in finding.dismissal.map { json(finding, $0) } }
        return .record([
            ("Target", .string(target)),
            ("Class", .string(systemFamily == nil ? "lang-pkgs" : "os-pkgs")),
            ("Type", .string(type)),
            ("Packages", listsAllPackages && !packages.isEmpty ? .array(packagesInOrder.map(json)) : nil),
            ("Vulnerabilities", open.isEmpty ? nil : .array(open)),
            ("ExperimentalModifiedFindings", dismissed.isEmpty ? nil : .array(dismissed)),
        ])
    }

    private func json(_ finding: Finding, _ dismissal: Dismissal) -> JSONValue {
        .record([
            ("Type", .string("vulnerability")),
            ("Status", .string(dismissal.isShown ? "not_affected" : "ignored")),
            ("Statement", .string(dismissal.reason)), ("Source", .string(dismissal.by)),
            ("Justification", dismissal.justification.map { .string($0.rawValue) }),
            ("Evidence", dismissal.evidence.isEmpty ? nil : .texts(dismissal.evidence)),
            ("Expires", dismissal.expires.map { .string($0.description) }),
            ("Finding", json(finding, in: packageMembers(of: finding.package))),
        ])
    }

    private func json(_ package: Package) -> JSONValue {
        let version = VersionParts(package.version, of: package.kind)
        let source = sourceMembers(of: package)
        return .record(
            [
                ("ID", package.trivyID.map(JSONValue.string)),
                ("Name", .string(package.name)),
                ("Identifier", .record([("PURL", .string(package.purl(distro: report.distro)))])),
                ("Version", .nonEmpty(version.upstream)),
                ("Release", .nonEmpty(version.release)),
                ("Epoch", version.epoch == 0 ? nil : .number("\(version.epoch)")),
                ("Arch", package.architecture.map(JSONValue.string)),
            ], source,
            [
                ("Relationship", package.relationship.map(JSONValue.string)),
                ("Layer", layer(of: package)),
                ("FilePath", package.hasOwnFile ? .nonEmpty(package.evidence.path) : nil),
            ])
    }

    private func sourceMembers(of package: Package) -> [(String, JSONValue?)] {
        guard package.kind.isOperatingSystem else { return [] }
        let version = VersionParts(package.source?.version ?? package.version, of: package.kind)
        return [
            ("SrcName", .string(package.source?.name ?? package.name)),
            ("SrcVersion", .nonEmpty(version.upstream)),
            ("SrcRelease", .nonEmpty(version.release)),
            ("SrcEpoch", version.epoch == 0 ? nil : .number("\(version.epoch)")),
        ]
    }

    private func layer(of package: Package) -> JSONValue {
        let layer = package.evidence.layer
        return layers.indices.contains(layer) ? layers[layer] : .record([])
    }

    /// In the order of a report, where findings on one package follow each other.
    private func json(_ findings: ArraySlice<Finding>) -> [JSONValue] {
        var last: (package: Package, members: [(String, JSONValue?)])?
        return findings.map { finding in
            let known = last.flatMap { $0.package == finding.package ? $0.members : nil }
            let members = known ?? packageMembers(of: finding.package)
            if known == nil { last = (finding.package, members) }
            return json(finding, in: members)
        }
    }

    private func packageMembers(of package: Package) -> [(String, JSONValue?)] {
        [
            ("PkgID", package.trivyID.map(JSONValue.string)),
            ("PkgName", .string(package.name)),
            ("PkgPath", package.hasOwnFile ? .nonEmpty(package.evidence.path) : nil),
            ("PkgIdentifier", .record([("PURL", .string(package.purl(distro: report.distro)))])),
            ("InstalledVersion", .string(package.version)),
        ]
    }

    private func json(_ finding: Finding, in packageMembers: [(String, JSONValue?)]) -> JSONValue {
        let (package, advisory) = (finding.package, finding.advisory)
        let isSystem = package.kind.isOperatingSystem
        return .record(
            [
                ("VulnerabilityID", .string(finding.id)),
                ("VendorIDs", isSystem && !advisory.vendorIDs.isEmpty ? .texts(advisory.vendorIDs) : nil),
            ], packageMembers,
            [
                ("FixedVersion", .nonEmpty(finding.fixedVersion)),
                ("Status", .string(finding.status.rawValue)),
                ("Layer", layer(of: package)),
                ("SeveritySource", .nonEmpty(finding.severitySource)),
                ("PrimaryURL", advisory.detail == nil ? nil : finding.primaryURL.map(JSONValue.string)),
                ("DataSource", json(advisory.source)),
            ], details(of: finding))
    }

    private func json(_ source: Advisory.DataSource) -> JSONValue {
        .record([
            ("ID", .nonEmpty(source.id)), ("Name", .nonEmpty(source.name)), ("URL", .nonEmpty(source.url)),
        ])
    }

    private func details(of finding: Finding) -> [(String, JSONValue?)] {
        let detail = finding.advisory.detail ?? Advisory.Detail()
        // The feed's severity for this package stands beside those of the others.
        let own = finding.advisory.severity.map { [finding.advisory.source.id: $0] } ?? [:]
        let severities = detail.vendorSeverities.merging(own) { $1 }.sorted { $0.key < $1.key }
        let scores = detail.cvss.sorted { $0.key < $1.key }
        return [
            ("Title", .nonEmpty(detail.title)),
            ("Description", .nonEmpty(detail.description)),
            ("Severity", .string(finding.severity.name)),
            ("CweIDs", detail.weaknesses.isEmpty ? nil : .texts(detail.weaknesses)),
            (
                "VendorSeverity",
                severities.isEmpty ? nil : .record(severities.map { ($0, .number("\($1.rawValue)")) })
            ),
            ("CVSS", scores.isEmpty ? nil : .record(scores.map { ($0, $1.json) })),
            ("References", detail.references.isEmpty ? nil : .texts(detail.references)),
            ("PublishedDate", .nonEmpty(detail.published)),
            ("LastModifiedDate", .nonEmpty(detail.modified)),
        ]
    }
}

extension Advisory.CVSS {
    fileprivate var json: JSONValue {
        func number(_ score: Double?) -> JSONValue? {
            score.map { .number($0 == $0.rounded() ? $0.formatted(decimals: 0) : "\($0)") }
        }
        return .record([
            ("V2Vector", v2Vector.map(JSONValue.string)), ("V3Vector", v3Vector.map(JSONValue.string)),
            ("V40Vector", v40Vector.map(JSONValue.string)), ("V2Score", number(v2Score)),
            ("V3Score", number(v3Score)), ("V40Score", number(v40Score)),
        ])
    }
}

extension JSONValue {
    /// A text; an empty one is left out, as Go's `omitempty` has it.
    static func nonEmpty(_ text: String) -> JSONValue? { text.isEmpty ? nil : .string(text) }
}
