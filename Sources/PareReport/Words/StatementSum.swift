// SPDX-License-Identifier: Apache-2.0
import PareModel

/// What became of one VEX document's statements together.
struct StatementSum {
    let document: String
    let statements: Int
    /// Statements that are about findings of the image.
    let matched: Int
    /// Findings that they set aside.
    let dismissed: Int
    /// Vulnerability and product of each statement that is about nothing here.
    let unmatched: [String]

    private init(_ document: String, _ uses: [StatementUse]) {
        self.document = document
        statements = uses.count
        matched = uses.count { $0.matched > 0 }
        dismissed = uses.reduce(0) { $0 + $1.dismissed }
        unmatched = uses.filter { $0.matched == 0 }.map { use in
            use.product.isEmpty ? use.vulnerability : "\(use.vulnerability) (\(use.product))"
        }
    }

    /// One for each document: those that set most aside first.
    static func sums(of uses: [StatementUse]) -> [StatementSum] {
        Dictionary(grouping: uses, by: \.document).map { StatementSum($0, $1) }.sorted { left, right in
            (right.dismissed, left.document) < (left.dismissed, right.document)
        }
    }

    /// `a.vex.json: 12 statements, 10 of them about findings here, 34 findings dismissed`.
    var sentence: String {
        "\(document): \(statements.of("statement")), \(matched.grouped) of them about findings here, "
            + "\(dismissed.of("finding")) dismissed"
    }
}
