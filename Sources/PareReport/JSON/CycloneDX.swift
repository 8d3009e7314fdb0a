// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// The packages and findings of an image as a bill of materials: CycloneDX 1.6.
///
/// Packages are components with the addresses that scanners know them by, the distribution is one of its own.  All findings
/// stand under `vulnerabilities`; dismissed ones have an analysis that says who set them aside and why.  Source packages are
/// named in Trivy's properties, so that scanners which read these judge the packages as pare does.  Same report, same text.
///
/// - SeeAlso: CycloneDX specification 1.6, bom-1.6.schema.json; trivy, `pkg/sbom/cyclonedx`.
package func cycloneDX(_ report: ScanReport) -> String {
    let components = Components(report)
    let described: [(String, JSONValue?)] = [
        ("version", .number("1")),
        (
            "metadata",
            .record([
                ("timestamp", .string(report.created)),
                (
                    "tools",
                    .record([
                        (
                            "components",
                            .array([
                                .record([("type", .string("application")), ("name", .string("pare"))])
                            ])
                        )
                    ])
                ), ("component", components.root),
            ])
        ),
        ("components", .array(components.system + components.packages)),
        ("dependencies", components.dependencies),
        ("vulnerabilities", .array(report.findings.byDismissal.map(components.vulnerability))),
    ]
    let name = JSONValue.record(described).contentURN
    return JSONValue.record(
        [
            ("bomFormat", .string("CycloneDX")), ("specVersion", .string("1.6")),
            ("serialNumber", .string(name)),
        ] + described
    ).document
}

/// The components of a report, each with a reference of its own.
private struct Components {
    private let report: ScanReport
    /// References of packages, in their order.
    private let references: [String]
    private let referenceOfPackage: [Package: String]
    private let rootReference: String

    init(_ report: ScanReport) {
        self.report = report
        var used: Set<String> = []
        // A package that lies there twice has one address and two places.
        references = report.packages.map { package in
            let purl = package.purl(distro: report.distro)
            let names = [purl, "\(purl)#\(package.evidence.path)"]
            let name = names.first { !used.contains($0) } ?? "\(names[1])-\(used.count)"
            used.insert(name)
            return name
        }
        referenceOfPackage = Dictionary(zip(report.packages, references)) { first, _ in first }
        rootReference = report.image?.purl ?? report.image?.id?.description ?? report.target
    }

    var root: JSONValue {
        let image = report.image
        let facts: [(String, [String])] = [
            ("aquasecurity:trivy:ImageID", [image?.id?.description].compactMap(\.self)),
            ("aquasecurity:trivy:RepoTag", image?.tags ?? []),
            ("aquasecurity:trivy:RepoDigest", image?.repositoryDigests ?? []),
            ("aquasecurity:trivy:DiffID", (image?.layers ?? []).compactMap { $0.diffID?.description }),
        ]
        let properties = facts.flatMap { name, values in values.map { property(name, $0) } }
        return .record([
            ("type", .string(report.kind == .image ? "container" : "application")),
            ("bom-ref", .string(rootReference)), ("name", .string(report.target)),
            ("hashes", image?.manifestDigest.flatMap(hashes)),
            ("purl", image?.purl.map(JSONValue.string)),
            ("properties", properties.isEmpty ? nil : .array(properties)),
        ])
    }

    private func hashes(_ digest: Digest) -> JSONValue {
        let algorithm = digest.algorithm == .sha256 ? "SHA-256" : "SHA-512"
        return .array([.record([("alg", .string(algorithm)), ("content", .string(digest.hex))])])
    }

    private var systemReference: String? { report.distro.map { "os:\($0.family)@\($0.version)" } }

    var system: [JSONValue] {
        guard let distro = report.distro, let systemReference else { return [] }
        return [
            .record([
                ("type", .string("operating-system")), ("bom-ref", .string(systemReference)),
                ("name", .string(distro.family)), ("version", .nonEmpty(distro.version)),
            ])
        ]
    }

    var packages: [JSONValue] {
        zip(report.packages, references).map { package, reference in
            let (group, name) = package.groupAndName
            let properties = package.sourceProperties.map(property)
            return .record([
                ("type", .string(package.kind == .node ? "platform" : "library")),
                ("bom-ref", .string(reference)), ("group", .nonEmpty(group)), ("name", .string(name)),
                ("version", .nonEmpty(package.version)),
                ("purl", .string(package.purl(distro: report.distro))),
                ("properties", properties.isEmpty ? nil : .array(properties)),
                (
                    "evidence",
                    .record([
                        (
                            "occurrences",
                            .array([.record([("location", .string(package.evidence.path))])])
                        )
                    ])
                ),
            ])
        }
    }

    /// The distribution holds its packages, the image all others.
    var dependencies: JSONValue {
        let all = zip(report.packages, references)
        let own = all.filter { $0.0.kind.isOperatingSystem && systemReference != nil }.map(\.1)
        let others = all.filter { !$0.0.kind.isOperatingSystem || systemReference == nil }.map(\.1)
        func depends(_ reference: String, on others: [String]) -> JSONValue {
            .record([("ref", .string(reference)), ("dependsOn", .texts(others))])
        }
        let root = depends(rootReference, on: [systemReference].compactMap(\.self) + others)
        return .array([root] + (systemReference.map { [depends($0, on: own)] } ?? []))
    }

    private func property(_ name: String, _ value: String) -> JSONValue {
        .record([("name", .string(name)), ("value", .string(value))])
    }

    /// Findings of one id and one dismissal.
    func vulnerability(_ findings: [Finding]) -> JSONValue {
        guard let finding = findings.first else { return .record([]) }
        let detail = finding.advisory.detail
        let weaknesses = (detail?.weaknesses ?? []).compactMap { Int($0.drop { !$0.isNumber }) }
        let source = finding.advisory.source
        let affected = unique(findings.compactMap { referenceOfPackage[$0.package] })
        return .record([
            ("id", .string(finding.id)),
            (
                "source",
                .record([("url", .nonEmpty(source.url)), ("name", .nonEmpty(source.name))])
            ),
            (
                "ratings",
                .array([
                    .record([
                        (
                            "source",
                            finding.severitySource.isEmpty
                                ? nil : .record([("name", .string(finding.severitySource))])
                        ), ("severity", .string(finding.severity.name.lowercased())),
                    ])
                ])
            ),
            ("cwes", weaknesses.isEmpty ? nil : .array(weaknesses.map { .integer($0) })),
            ("description", .nonEmpty(detail?.title ?? "")),
            ("recommendation", finding.hasFix ? .string("upgrade to \(finding.fixedVersion)") : nil),
            ("analysis", finding.dismissal?.analysis),
            ("affects", .array(affected.map { .record([("ref", .string($0))]) })),
        ])
    }
}

extension Dismissal {
    /// - SeeAlso: bom-1.6.schema.json, "impactAnalysisState" and "impactAnalysisJustification".
    fileprivate var analysis: JSONValue {
        .record([
            ("state", .string("not_affected")),
            ("justification", justification.map { .string($0.cycloneDX) }),
            ("detail", .string(statement)),
        ])
    }
}

extension Dismissal.Justification {
    fileprivate var cycloneDX: String {
        switch self {
        case .componentNotPresent, .vulnerableCodeNotPresent: "code_not_present"
        case .vulnerableCodeNotInExecutePath: "code_not_reachable"
        case .notControllableByAdversary: "requires_environment"
        case .inlineMitigationsExist: "protected_by_mitigating_control"
        }
    }
}

extension Package {
    /// `("org.apache", "log4j")` of a jar, `("@types", "node")` of an npm package with a scope.
    fileprivate var groupAndName: (String, String) {
        let separator: Character? = kind == .jar ? ":" : kind == .npm && name.hasPrefix("@") ? "/" : nil
        guard let separator, let place = name.firstIndex(of: separator) else { return ("", name) }
        return (String(name[..<place]), String(name[name.index(after: place)...]))
    }

    /// The source package in the properties that Trivy reads.
    fileprivate var sourceProperties: [(String, String)] {
        guard kind.isOperatingSystem else { return [] }
        let version = VersionParts(source?.version ?? self.version, of: kind)
        return [
            ("SrcName", source?.name ?? name), ("SrcVersion", version.upstream),
            ("SrcRelease", version.release), ("SrcEpoch", version.epoch == 0 ? "" : "\(version.epoch)"),
        ].filter { !$0.1.isEmpty }.map { ("aquasecurity:trivy:" + $0.0, $0.1) }
    }
}
