// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

extension VEXFormat {
    /// CycloneDX 1.4 to 1.6: what stands in the analyses of vulnerabilities.
    ///
    /// - SeeAlso: CycloneDX specification, bom-1.6.schema.json; CycloneDX, "Vulnerability Exploitability Exchange" and
    ///   "BOM-Link".
    static let cycloneDX = VEXFormat(
        name: "CycloneDX", isIn: { $0["bomFormat"]?.text == "CycloneDX" }
    ) { source throws(VEXError) in
        guard let vulnerabilities = source.json["vulnerabilities"]?.elements else {
            throw .notVEX(file: source.name, is: "a CycloneDX document without vulnerabilities")
        }
        let components = CycloneDXComponents(source.json)
        let metadata = source.json["metadata"]
        var statements: [VEXStatement] = []
        for (index, json) in vulnerabilities.enumerated() {
            guard let analysis = json["analysis"] else { continue }
            let part = "vulnerability \(index + 1)"
            guard let id = json["id"]?.text else { throw source.broken(part, "it has no id") }
            guard let word = analysis["state"]?.text else { continue }
            guard let status = states[word] else { throw source.broken(part, "no state '\(word)'") }
            let times = [
                analysis["lastUpdated"], analysis["firstIssued"], json["updated"], metadata?["timestamp"],
            ]
            let time = times.lazy.compactMap { $0?.text }.first ?? ""
            let justification = analysis["justification"]?.text
            statements.append(
                VEXStatement(
                    vulnerabilities: [id]
                        + (json["references"]?.elements ?? []).compactMap { $0["id"]?.text },
                    products: (json["affects"]?.elements ?? []).compactMap {
                        components.product($0, dismissed: status.dismisses)
                    },
                    status: status, justification: justification.flatMap { justifications[$0] },
                    reason: analysis["detail"]?.text ?? justification ?? "", time: time,
                    milliseconds: milliseconds(ofTime: time)))
        }
        let author = metadata?["authors"]?.elements?.first?["name"] ?? metadata?["supplier"]?["name"]
        return VEXDocument(name: source.name, author: author?.text ?? "", statements: statements)
    }

    private static let states: [String: VEXStatement.Status] = [
        "resolved": .fixed, "resolved_with_pedigree": .fixed, "exploitable": .affected,
        "in_triage": .underInvestigation, "false_positive": .notAffected, "not_affected": .notAffected,
    ]

    /// Those that VEX has a word for.
    private static let justifications: [String: Dismissal.Justification] = [
        "code_not_present": .vulnerableCodeNotPresent, "code_not_reachable": .vulnerableCodeNotInExecutePath,
        "protected_by_compiler": .inlineMitigationsExist, "protected_at_runtime": .inlineMitigationsExist,
        "protected_at_perimeter": .inlineMitigationsExist,
        "protected_by_mitigating_control": .inlineMitigationsExist,
    ]
}

/// The components of a document by their references.
private struct CycloneDXComponents {
    private var names: [String: [String]] = [:]
    private let serial: String
    /// What all components are parts of, where the document says it.
    private let root: CycloneDXRoot?

    init(_ json: JSONValue) {
        serial = json["serialNumber"]?.text?.lowercased() ?? ""
        root = json["metadata"]?["component"].map(CycloneDXRoot.init)
        var waiting = json["components"]?.elements ?? []
        while let component = waiting.popLast() {
            if let reference = component["bom-ref"]?.text, let purl = component["purl"]?.text {
                let version = component["version"]?.text.flatMap { $0.isEmpty ? nil : SaidVersion.exact($0) }
                names[reference] = [version?.applied(to: purl) ?? purl]
            }
            waiting += component["components"]?.elements ?? []
        }
    }

    /// What is affected: a component of this document or of another one, or the root.
    func product(_ affected: JSONValue, dismissed: Bool) -> VEXStatement.Product? {
        guard let reference = affected["ref"]?.text else { return nil }
        let said = dismissed ? affected["versions"].map(Self.unaffected) : nil
        func versioned(_ names: [String]) -> [String] {
            guard let said else { return names }
            return names.flatMap { name in said.map { $0.applied(to: name) } }
        }
        let link = CycloneDXLink(reference)
        let isLocal = link.map { "urn:uuid:" + $0.serial == serial } ?? true
        let local = link?.reference ?? reference
        if isLocal, let root, local == root.reference {
            return VEXStatement.Product(identifiers: root.isPinned ? root.names : versioned(root.names))
        }
        let own = versioned((isLocal ? names[local] : nil) ?? [local])
        return root.map { VEXStatement.Product(identifiers: $0.names, subcomponents: own) }
            ?? VEXStatement.Product(identifiers: own)
    }

    /// The versions that are not affected, or a range where there is none of them.
    private static func unaffected(_ versions: JSONValue) -> [SaidVersion] {
        let exact = (versions.elements ?? []).filter { $0["status"]?.text == "unaffected" }
            .compactMap { $0["version"]?.text }.filter { !$0.isEmpty }
        return exact.isEmpty ? [.range("")] : exact.map { .exact($0) }
    }
}

/// What a document is about.
private struct CycloneDXRoot {
    let reference: String?
    let names: [String]
    /// Whether its names mean one build.
    let isPinned: Bool

    init(_ json: JSONValue) {
        reference = json["bom-ref"]?.text
        let version = json["version"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        let purl = json["purl"]?.text.map { purl in
            version.map { SaidVersion.exact($0).applied(to: purl) } ?? purl
        }
        let hashes = (json["hashes"]?.elements ?? []).compactMap { hash in
            hash["content"]?.text.map {
                (hash["alg"]?.text ?? "").lowercased().filter { $0 != "-" } + ":" + $0
            }
        }
        let properties = (json["properties"]?.elements ?? []).filter {
            $0["name"]?.text == "aquasecurity:trivy:ImageID"
        }
        // Syft has an image's digest as its version.
        let digests =
            hashes + properties.compactMap { $0["value"]?.text }
            + [version].compactMap(\.self).filter { $0.hasPrefix("sha256:") }
        let address = purl.flatMap { PackageURL($0) }
        isPinned =
            !digests.isEmpty || address?.version.isEmpty == false || address?.qualifiers["tag"] != nil
        let name = json["name"]?.text.map { name in
            version.map { SaidVersion.exact($0).applied(to: name) } ?? name
        }
        names = ([purl] + (isPinned ? [] : [name])).compactMap(\.self) + digests
    }
}

/// `urn:cdx:SERIAL/VERSION#REFERENCE`.
private struct CycloneDXLink {
    let serial: String
    let reference: String

    init?(_ text: String) {
        guard text.hasPrefix("urn:cdx:"), let sign = text.firstIndex(of: "#") else { return nil }
        serial = text[..<sign].dropFirst(8).prefix { $0 != "/" }.lowercased()
        reference = PackageURL.decoded(text[text.index(after: sign)...])
    }
}
