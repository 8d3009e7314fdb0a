// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// What VEX documents say, for one image.
///
/// A statement speaks of a finding where it names the vulnerability, by its id or an alias, and the package: by an address
/// that agrees with it, see ``PackageURL/names(_:distro:)``, or as a part of this image, or with the image as a whole.
/// Of several the last counts, by the time it was made; of one time, one that leaves the finding open, then the last by its
/// place; one of a document that the user gave is later than any of a vendor's.  `not_affected` and `fixed` set the finding
/// aside, the others leave it open.
package struct Statements: Sendable {
    private let given: [VEXDocument]
    private let image: ImageNames
    private let distro: Distro?
    private let entries: [Entry]
    private let entriesOfID: [String: [Int]]

    private struct Entry: Sendable {
        let document: VEXDocument
        let statement: VEXStatement
        let isVendors: Bool
    }

    /// The user's documents, earlier ones first, what the distribution says by itself, and what was scanned, as the user named
    /// it.
    package init(
        _ given: [VEXDocument], vendor: VEXDocument?, target: String, image: ImageFacts?, distro: Distro?
    ) {
        self.given = given
        self.image = ImageNames(target: target, image: image, distro: distro)
        self.distro = distro
        func entries(_ document: VEXDocument, isVendors: Bool) -> [Entry] {
            document.statements.map { Entry(document: document, statement: $0, isVendors: isVendors) }
        }
        self.entries =
            given.flatMap { entries($0, isVendors: false) }
            + (vendor.map { entries($0, isVendors: true) } ?? [])
        var ids: [String: [Int]] = [:]
        for (index, entry) in self.entries.enumerated() {
            for id in Set(entry.statement.vulnerabilities) { ids[id, default: []].append(index) }
        }
        entriesOfID = ids
    }

    /// The findings, those that a statement sets aside dismissed; those that a statement wants open; and what became of each
    /// statement that was given.
    package func applied(
        to findings: [Finding]
    ) -> (findings: [Finding], held: Set<Finding>, uses: [StatementUse]) {
        var matched = Array(repeating: 0, count: entries.count)
        var dismissed = matched
        var held: Set<Finding> = []
        let judged = findings.map { finding in
            let spoken = speaking(of: finding)
            for (index, _) in spoken { matched[index] += 1 }
            guard finding.isOpen, let (index, product) = spoken.max(by: { isEarlier($0.index, $1.index) })
            else { return finding }
            guard entries[index].statement.status.dismisses else {
                held.insert(finding)
                return finding
            }
            dismissed[index] += 1
            return finding.dismissed(dismissal(by: entries[index], of: product))
        }
        let uses = entries.enumerated().filter { !$0.element.isVendors }.map { index, entry in
            StatementUse(
                document: entry.document.name, vulnerability: entry.statement.vulnerabilities.first ?? "",
                product: entry.statement.shownProduct, status: entry.statement.status,
                matched: matched[index], dismissed: dismissed[index])
        }
        return (judged, held, uses)
    }

    /// The statements on a finding, each with the name of the product that made it fit.
    private func speaking(of finding: Finding) -> [(index: Int, product: String)] {
        var indices = entriesOfID[finding.id] ?? []
        for id in finding.advisory.vendorIDs { indices += entriesOfID[id] ?? [] }
        return Set(indices).sorted().compactMap { index in
            let statement = entries[index].statement
            let product = statement.products.lazy.compactMap {
                name(of: finding.package, in: $0, dismissed: statement.status.dismisses)
            }.first
            guard let product, !isOfOtherImages(statement) else { return nil }
            return (index, product)
        }
    }

    /// Whether a statement sets something aside in images that it names by their digests, and this is none of them: what it
    /// says of packages holds in those images.
    private func isOfOtherImages(_ statement: VEXStatement) -> Bool {
        guard statement.status.dismisses else { return false }
        let named = statement.products.flatMap(\.identifiers).compactMap(image.isOther)
        return !named.isEmpty && !named.contains(false)
    }

    /// The name by which a product means a package; `nil` where it does not.
    private func name(
        of package: Package, in product: VEXStatement.Product, dismissed: Bool
    ) -> String? {
        func naming(_ names: [(name: String, address: PackageURL?)]) -> String? {
            names.first { $0.address?.names(package, distro: distro) ?? false }?.name
        }
        func counting(_ names: [String]) -> [(name: String, address: PackageURL?)] {
            names.map { ($0, PackageURL($0)) }.filter { !(dismissed && $0.1?.saysRange ?? false) }
        }
        let wholes = counting(product.identifiers)
        if product.subcomponents.isEmpty, let name = naming(wholes) { return name }
        guard let whole = wholes.first(where: { image.contain($0.name, $0.address, with: package) })?.name
        else { return nil }
        return product.subcomponents.isEmpty ? whole : naming(counting(product.subcomponents))
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (entries[left], entries[right])
        if one.isVendors != other.isVendors { return one.isVendors }
        let (opens, otherOpens) = (!one.statement.status.dismisses, !other.statement.status.dismisses)
        return (one.statement.order, opens ? 1 : 0, left) < (other.statement.order, otherOpens ? 1 : 0, right)
    }

    private func dismissal(by entry: Entry, of product: String) -> Dismissal {
        let statement = entry.statement
        let day = Day(statement.time).map { " on \($0)" } ?? ""
        let author = entry.document.author.isEmpty ? "" : " by \(entry.document.author)"
        return Dismissal(
            by: entry.document.name, reason: statement.shownReason, justification: statement.justification,
            evidence: statement.references + ["said\(author)\(day) of \(product)"])
    }
}

extension VEXStatement {
    /// When it was said; one that leaves findings open and does not say when counts as the newest.
    fileprivate var order: Int { milliseconds == 0 && !status.dismisses ? Int.max : milliseconds }

    /// In the author's words, else in VEX's.
    fileprivate var shownReason: String {
        if !reason.isEmpty { return reason }
        let words = justification?.rawValue ?? status.rawValue
        return String(words.map { $0 == "_" ? " " : $0 })
    }

    fileprivate var shownProduct: String {
        guard let first = products.first else { return "" }
        let whole = first.identifiers.first ?? ""
        let name = first.subcomponents.first.map { "\($0) in \(whole)" } ?? whole
        let others = products.reduce(0) { $0 + max(1, $1.subcomponents.count) } - 1
        return others > 0 ? "\(name) +\(others)" : name
    }
}
