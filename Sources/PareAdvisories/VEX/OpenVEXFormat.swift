// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

extension VEXFormat {
    /// OpenVEX 0.2.0, and the forms before it, in which vulnerabilities and products are texts.
    ///
    /// - SeeAlso: OpenVEX specification, OPENVEX-SPEC.md.
    static let openVEX = VEXFormat(
        name: "OpenVEX", isIn: { $0["@context"]?.text?.hasPrefix("https://openvex.dev/ns") ?? false }
    ) { source throws(VEXError) in
        guard let elements = source.json["statements"]?.elements else {
            throw source.broken("the document", "it has no list of statements")
        }
        let time = source.json["timestamp"]?.text ?? ""
        var statements: [VEXStatement] = []
        for (index, element) in elements.enumerated() {
            let part = OpenVEXStatement(json: element, source: source, part: "statement \(index + 1)")
            statements.append(try part.statement(said: time))
        }
        return VEXDocument(
            name: source.name, author: source.json["author"]?.text ?? "", statements: statements)
    }
}

private struct OpenVEXStatement {
    let json: JSONValue
    let source: VEXSource
    let part: String

    func statement(said documentTime: String) throws(VEXError) -> VEXStatement {
        guard let word = json["status"]?.text else { throw source.broken(part, "it has no status") }
        guard let status = VEXStatement.Status(rawValue: word) else {
            throw source.broken(part, "no status '\(word)'")
        }
        let vulnerabilities = names(of: json["vulnerability"] ?? .null)
        guard !vulnerabilities.isEmpty else { throw source.broken(part, "it names no vulnerability") }
        let page = json["vulnerability"]?["@id"]?.text.flatMap { $0.isAddress ? $0 : nil }
        let reasons = ["impact_statement", "status_notes", "action_statement"]
            .compactMap { json[$0]?.text }.filter { !$0.isEmpty }
        let time = json["last_updated"]?.text ?? json["timestamp"]?.text ?? documentTime
        return VEXStatement(
            vulnerabilities: vulnerabilities, products: try products(), status: status,
            justification: json["justification"]?.text.flatMap(Dismissal.Justification.init(rawValue:)),
            reason: reasons.first ?? "", references: [page].compactMap(\.self), time: time,
            milliseconds: milliseconds(ofTime: time))
    }

    /// The name, what an `@id` that is no address says, or the last part of one that is, then aliases.
    private func names(of vulnerability: JSONValue) -> [String] {
        let id = vulnerability["@id"]?.text.map { $0.isAddress ? String($0.afterLastSlash) : $0 }
        let own = vulnerability.text ?? vulnerability["name"]?.text ?? id
        return ([own].compactMap(\.self) + (vulnerability["aliases"]?.texts ?? [])).filter { !$0.isEmpty }
    }

    private func products() throws(VEXError) -> [VEXStatement.Product] {
        guard let value = json["products"], value != .null else { return [source.subject].compactMap(\.self) }
        guard let elements = value.elements else { throw source.broken(part, "its products are no list") }
        // Of the whole statement, in the older form.
        let shared = subcomponents(of: json)
        var products: [VEXStatement.Product] = []
        for element in elements {
            let identifiers = identifiers(of: element)
            guard !identifiers.isEmpty else { throw source.broken(part, "a product without a name") }
            products.append(
                VEXStatement.Product(
                    identifiers: identifiers, subcomponents: shared + subcomponents(of: element)))
        }
        return products
    }

    private func subcomponents(of value: JSONValue) -> [String] {
        (value["subcomponents"]?.elements ?? []).flatMap(identifiers)
    }

    private func identifiers(of value: JSONValue) -> [String] {
        let hashes = (value["hashes"]?.members ?? []).compactMap { hash in
            hash.value.text.map { hash.name.filter { $0 != "-" } + ":" + $0 }
        }
        let others = (value["identifiers"]?.members ?? []).compactMap(\.value.text)
        return ([value.text, value["@id"]?.text].compactMap(\.self) + others + hashes).filter { !$0.isEmpty }
    }
}

extension String {
    fileprivate var isAddress: Bool { hasPrefix("http://") || hasPrefix("https://") }

    fileprivate var afterLastSlash: Substring {
        lastIndex(of: "/").map { self[index(after: $0)...] } ?? self[...]
    }
}
