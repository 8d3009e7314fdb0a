// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// A report in Trivy's JSON, schema version 2: the same members in the same order; packages are listed where wished.
///
/// Dismissed findings stand under `ExperimentalModifiedFindings`, where Trivy's `--show-suppressed` puts them.
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
    ]).indented + "\n"
}

private func metadata(of report: ScanReport) -> JSONValue {
    let system = report.distro.map {
        JSONValue.record([("Family", .string($0.family)), ("Name", .nonEmpty($0.version))])
    }
    let image = report.image
    return .record([
        ("OS", system),
        ("ImageID", image?.id.map { .string($0.description) }),
        ("DiffIDs", .nonEmpty(image?.layers.compactMap { $0.diffID?.description } ?? [])),
        ("RepoTags", .nonEmpty(image?.tags ?? [])),
        ("ImageConfig", image.flatMap { try? JSONValue($0.rawConfig.utf8) }.map(trivyImageConfig)),
    ])
}

/// The packages and findings that Trivy puts under one target.
struct TrivyResult {
    let topic: Topic
    let target: String
    let type: String
    let packages: [Package]
    let findings: [Finding]

    /// The distribution's first, then the languages' by target.
    fileprivate static func results(of report: ScanReport) -> [Encoder] {
        let packages = Dictionary(grouping: report.packages) { Topic($0) }
        let findings = Dictionary(grouping: report.findings) { Topic($0.package) }
        var topics = Set(packages.keys).union(findings.keys)
        if report.distro != nil { topics.insert(.system) }
        return topics.sorted().map { topic in
            let result = TrivyResult(
                topic: topic, target: topic.target ?? report.systemTarget,
                type: topic.type ?? report.distro?.family ?? "none",
                packages: (packages[topic] ?? []).sorted(by: isBeforeInTrivy),
                findings: (findings[topic] ?? []).sorted(by: isBeforeInTrivy))
            return Encoder(result: result, distro: report.distro, layers: report.image?.layers ?? [])
        }
    }

    /// What decides under which result a package stands: target and type, neither for the distribution's packages.
    struct Topic: Hashable, Comparable {
        let target: String?
        let type: String?

        static let system = Topic(target: nil, type: nil)

        private init(target: String?, type: String?) {
            self.target = target
            self.type = type
        }

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
            }
        }

        static func < (left: Topic, right: Topic) -> Bool {
            guard let one = left.target, let other = right.target else {
                return left.target == nil && right.target != nil
            }
            return one == other ? (left.type ?? "").isBefore(right.type ?? "") : one.isBefore(other)
        }
    }
}

extension ScanReport {
    /// `image.tar (debian 12.5)`.
    fileprivate var systemTarget: String {
        "\(target) (\(distro.map { [$0.family, $0.version].filter { !$0.isEmpty }.joined(separator: " ") } ?? "none"))"
    }
}

/// By name, version and path, in the order of bytes.
private func isBeforeInTrivy(_ left: Package, _ right: Package) -> Bool {
    isBefore(
        [left.name, left.version, left.evidence.path], [right.name, right.version, right.evidence.path])
}

/// By package, version, severity from the worst, id and path.
///
/// - SeeAlso: trivy, `types.BySeverity`.
private func isBeforeInTrivy(_ left: Finding, _ right: Finding) -> Bool {
    let (one, other) = (left.package, right.package)
    if one.name != other.name { return one.name.isBefore(other.name) }
    if one.version != other.version { return one.version.isBefore(other.version) }
    if left.severity != right.severity { return left.severity > right.severity }
    return isBefore([left.id, one.evidence.path], [right.id, other.evidence.path])
}

private func isBefore(_ left: [String], _ right: [String]) -> Bool {
    for (one, other) in zip(left, right) where one != other { return one.isBefore(other) }
    return false
}

extension String {
    fileprivate func isBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
