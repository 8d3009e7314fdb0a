// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

extension VEXFormat {
    /// CSAF 2.0, above all its profile VEX.
    ///
    /// - SeeAlso: OASIS, Common Security Advisory Framework 2.0, sections 3.2 and 4.5.
    static let csaf = VEXFormat(
        name: "CSAF", isIn: { $0["document"]?["csaf_version"]?.text != nil }
    ) { source throws(VEXError) in
        let document = source.json["document"]
        let tree = try CSAFProductTree(source)
        let tracking = document?["tracking"]
        let time = tracking?["current_release_date"]?.text ?? tracking?["initial_release_date"]?.text ?? ""
        guard let vulnerabilities = source.json["vulnerabilities"]?.elements else {
            throw source.broken("the document", "it has no list of vulnerabilities")
        }
        var statements: [VEXStatement] = []
        for (index, json) in vulnerabilities.enumerated() {
            let vulnerability = CSAFVulnerability(json: json, tree: tree, time: time)
            guard !vulnerability.names.isEmpty else {
                throw source.broken("vulnerability \(index + 1)", "it has neither a CVE nor another id")
            }
            statements += vulnerability.statements
        }
        return VEXDocument(
            name: source.name, author: document?["publisher"]?["name"]?.text ?? "", statements: statements)
    }
}

/// What the ids of a document stand for.
private struct CSAFProductTree {
    /// Names of each product.
    private var identifiers: [String: [String]] = [:]
    /// Part and whole of each product that is a part in a whole.
    private var relations: [String: [(part: String, whole: String)]] = [:]
    private var groups: [String: [String]] = [:]
    private var fullNames: [String: String] = [:]

    init(_ source: VEXSource) throws(VEXError) {
        guard let tree = source.json["product_tree"] else { return }
        (tree["full_product_names"]?.elements ?? []).forEach { add($0, nil) }
        var waiting: [(branch: JSONValue, version: SaidVersion?)] = [(tree, nil)]
        while let (branch, outer) = waiting.popLast() {
            let version = Self.version(of: branch) ?? outer
            branch["product"].map { add($0, version) }
            waiting += (branch["branches"]?.elements ?? []).map { ($0, version) }
        }
        for relation in tree["relationships"]?.elements ?? [] {
            guard let id = relation["full_product_name"]?["product_id"]?.text,
                let part = relation["product_reference"]?.text,
                let whole = relation["relates_to_product_reference"]?.text
            else { throw source.broken("the product tree", "a relationship without its products") }
            relations[id, default: []].append((part, whole))
            relation["full_product_name"].map { add($0, nil) }
        }
        for group in tree["product_groups"]?.elements ?? [] {
            group["group_id"]?.text.map { groups[$0] = group["product_ids"]?.texts ?? [] }
        }
    }

    private static func version(of branch: JSONValue) -> SaidVersion? {
        guard let name = branch["name"]?.text, !name.isEmpty else { return nil }
        switch branch["category"]?.text {
        case "product_version": return .exact(name)
        case "product_version_range": return .range(name)
        default: return nil
        }
    }

    private mutating func add(_ product: JSONValue, _ version: SaidVersion?) {
        guard let id = product["product_id"]?.text else { return }
        let helper = product["product_identification_helper"]
        let hashes = (helper?["hashes"]?.elements ?? []).flatMap { $0["file_hashes"]?.elements ?? [] }
            .compactMap { hash in
                hash["value"]?.text.map { "\(hash["algorithm"]?.text ?? ""):\($0)" }
            }
        let purls = ([helper?["purl"]?.text].compactMap(\.self) + (helper?["purls"]?.texts ?? []))
            .map { version?.applied(to: $0) ?? $0 }
        fullNames[id] = product["name"]?.text
        identifiers[id, default: []] += purls + [helper?["cpe"]?.text].compactMap(\.self) + hashes
    }

    /// The product of an id: itself where it has names of its own, and as parts of wholes.
    func products(_ id: String) -> [VEXStatement.Product] {
        let own = identifiers[id] ?? []
        let related = (relations[id] ?? []).map { relation in
            VEXStatement.Product(
                identifiers: names(relation.whole), subcomponents: names(relation.part))
        }
        return own.isEmpty && !related.isEmpty
            ? related : [VEXStatement.Product(identifiers: names(id))] + related
    }

    /// The names of a product; where no helper gives one, the full name, which may be an image's reference, or else words
    /// that a report can show: an id means something within its document only.
    private func names(_ id: String) -> [String] {
        if let own = identifiers[id], !own.isEmpty { return own }
        let name = fullNames[id] ?? ""
        return [name.isReference ? name : "product '\(id)'"]
    }

    /// The products that a flag or threat is about; `nil` where it does not say, which means all.
    func scope(of value: JSONValue) -> Set<String>? {
        let ids = value["product_ids"]?.texts ?? []
        let grouped = (value["group_ids"]?.texts ?? []).flatMap { groups[$0] ?? [] }
        return value["product_ids"] == nil && value["group_ids"] == nil ? nil : Set(ids + grouped)
    }
}

private struct CSAFVulnerability {
    let json: JSONValue
    let tree: CSAFProductTree
    let time: String

    var names: [String] {
        let ids = (json["ids"]?.elements ?? []).compactMap { $0["text"]?.text }
        return ([json["cve"]?.text].compactMap(\.self) + ids).filter { !$0.isEmpty }
    }

    /// One for the products of a status that have the same reason.
    var statements: [VEXStatement] {
        let lists: [(String, VEXStatement.Status)] = [
            ("known_affected", .affected), ("first_affected", .affected), ("last_affected", .affected),
            ("under_investigation", .underInvestigation), ("known_not_affected", .notAffected),
            ("first_fixed", .fixed), ("fixed", .fixed),
        ]
        return lists.flatMap { name, status -> [VEXStatement] in
            let products = json["product_status"]?[name]?.texts ?? []
            var reasons: [Reason] = []
            var ids: [Reason: [String]] = [:]
            for product in products {
                let reason = reason(for: product)
                if ids[reason] == nil { reasons.append(reason) }
                ids[reason, default: []].append(product)
            }
            return reasons.map { reason in
                VEXStatement(
                    vulnerabilities: names, products: (ids[reason] ?? []).flatMap(tree.products),
                    status: status, justification: reason.justification, reason: reason.text, time: time,
                    milliseconds: milliseconds(ofTime: time))
            }
        }
    }

    private struct Reason: Hashable {
        let justification: Dismissal.Justification?
        let text: String
    }

    private func reason(for product: String) -> Reason {
        let flag = json["flags"]?.elements?.first { tree.scope(of: $0)?.contains(product) ?? true }
        let threat = json["threats"]?.elements?.first {
            $0["category"]?.text == "impact" && tree.scope(of: $0)?.contains(product) ?? true
        }
        return Reason(
            justification: flag?["label"]?.text.flatMap(Dismissal.Justification.init(rawValue:)),
            text: threat?["details"]?.text ?? "")
    }
}

extension String {
    /// Whether it is the full name of an image, with a tag or a digest.
    fileprivate var isReference: Bool {
        let last = self[(lastIndex(of: "/") ?? startIndex)...]
        return (last.contains(":") || last.contains("@")) && !contains { $0.isWhitespace }
    }
}
