// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// The packages of an image as a bill of materials: SPDX 2.3.  It has no place for findings.  Same report, same text.
///
/// Source packages of the distribution are named in the words that Trivy writes and reads.
///
/// - SeeAlso: SPDX specification 2.3; trivy, `pkg/sbom/spdx/unmarshal.go`.
package func spdx(_ report: ScanReport) -> String {
    let image = element(
        "SPDXRef-Image", name: report.target, version: report.image?.id?.description ?? "",
        purl: report.image?.purl, purpose: report.kind == .image ? "CONTAINER" : "APPLICATION")
    let system = report.distro.map {
        element(
            "SPDXRef-OperatingSystem", name: $0.family, version: $0.version, purl: nil,
            purpose: "OPERATING-SYSTEM")
    }
    let packages = report.packages.enumerated().map { index, package in
        element(
            "SPDXRef-Package-\(index + 1)", name: package.name, version: package.version,
            purl: package.purl(distro: report.distro), purpose: "LIBRARY", source: package.origin)
    }
    let held = packages.indices.map { index in
        let isSystems = system != nil && report.packages[index].kind.isOperatingSystem
        return relation(
            isSystems ? "SPDXRef-OperatingSystem" : "SPDXRef-Image", "CONTAINS",
            "SPDXRef-Package-\(index + 1)")
    }
    let relations =
        [relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image")]
        + (system == nil ? [] : [relation("SPDXRef-Image", "CONTAINS", "SPDXRef-OperatingSystem")]) + held
    let creators = JSONValue.record([
        ("creators", .texts(["Tool: pare"])), ("created", .string(report.created)),
    ])
    let said: [(String, JSONValue?)] = [
        ("dataLicense", .string("CC0-1.0")), ("SPDXID", .string("SPDXRef-DOCUMENT")),
        ("name", .string(report.target)), ("creationInfo", creators),
        ("packages", .array([image] + [system].compactMap(\.self) + packages)),
        ("relationships", .array(relations)),
    ]
    let name = JSONValue.string(JSONValue.record(said).contentURN)
    return JSONValue.record([("spdxVersion", .string("SPDX-2.3")), ("documentNamespace", name)] + said)
        .document
}

private func element(
    _ id: String, name: String, version: String, purl: String?, purpose: String, source: String = ""
) -> JSONValue {
    let reference = purl.map { purl in
        JSONValue.array([
            .record([
                ("referenceCategory", .string("PACKAGE-MANAGER")), ("referenceType", .string("purl")),
                ("referenceLocator", .string(purl)),
            ])
        ])
    }
    return .record([
        ("SPDXID", .string(id)), ("name", .string(name)), ("versionInfo", .nonEmpty(version)),
        ("downloadLocation", .string("NOASSERTION")), ("filesAnalyzed", .bool(false)),
        ("sourceInfo", .nonEmpty(source)),
        ("primaryPackagePurpose", .string(purpose)), ("externalRefs", reference),
    ])
}

extension Package {
    /// What it was built from, or the file that says it is there.
    fileprivate var origin: String {
        guard kind.isOperatingSystem else { return "read from: \(evidence.path)" }
        return "built package from: \(source?.name ?? name) \(source?.version ?? version)"
    }
}

private func relation(_ one: String, _ type: String, _ other: String) -> JSONValue {
    .record([
        ("spdxElementId", .string(one)), ("relationshipType", .string(type)),
        ("relatedSpdxElement", .string(other)),
    ])
}
