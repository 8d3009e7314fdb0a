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
                    products: (json["affects"]?.elements ?? []).compactMap { $0["ref"]?.text }
                        .map(components.product),
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
    /// The image that all components are parts of, where the document says which one by an address.
    private let image: [String]?
    private let rootReference: String?
    private let rootNames: [String]

    init(_ json: JSONValue) {
        let root = json["metadata"]?["component"]
        let hashes = (root?["hashes"]?.elements ?? []).compactMap { hash in
            hash["content"]?.text.map {
                (hash["alg"]?.text ?? "").lowercased().filter { $0 != "-" } + ":" + $0
            }
        }
        rootReference = root?["bom-ref"]?.text
        rootNames = [root?["purl"]?.text, root?["name"]?.text].compactMap(\.self) + hashes
        let isImage =
            root?["purl"]?.text.map { $0.hasPrefix("pkg:oci/") || $0.hasPrefix("pkg:docker/") } ?? false
        image = isImage ? rootNames : nil
        var waiting = json["components"]?.elements ?? []
        while let component = waiting.popLast() {
            if let reference = component["bom-ref"]?.text, let purl = component["purl"]?.text {
                names[reference] = [purl]
            }
            waiting += component["components"]?.elements ?? []
        }
    }

    /// What a reference means: a component of this document, or the last part of a link into another.
    func product(_ reference: String) -> VEXStatement.Product {
        let linked = reference.hasPrefix("urn:cdx:")
        let local = linked ? reference.split(separator: "#", maxSplits: 1).last.map(String.init) : nil
        let reference = local.map { PackageURL.decoded($0) } ?? reference
        if reference == rootReference { return VEXStatement.Product(identifiers: rootNames) }
        let own = names[reference] ?? [reference]
        return image.map { VEXStatement.Product(identifiers: $0, subcomponents: own) }
            ?? VEXStatement.Product(identifiers: own)
    }
}
