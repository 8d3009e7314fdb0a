// SPDX-License-Identifier: Apache-2.0

/// What somebody says of vulnerabilities in products: a VEX document of any format.
///
/// - SeeAlso: CISA, "Minimum Requirements for Vulnerability Exploitability eXchange (VEX)".
public struct VEXDocument: Hashable, Sendable {
    /// What a report calls it: the file's path, `debian`.
    public let name: String
    /// Who says so; empty where the document does not.
    public let author: String
    /// In the document's order.
    public let statements: [VEXStatement]

    public init(name: String, author: String, statements: [VEXStatement]) {
        self.name = name
        self.author = author
        self.statements = statements
    }
}

/// What is said of one vulnerability in some products.
public struct VEXStatement: Hashable, Sendable {
    /// The vulnerability's id, then its other names.
    public let vulnerabilities: [String]
    public let products: [Product]
    public let status: Status
    /// `nil` where none of VEX's own words was given.
    public let justification: Dismissal.Justification?
    /// In the author's words; may be empty.
    public let reason: String
    /// Where to read more: addresses.
    public let references: [String]
    /// When it was said, as the document writes it; empty where it does not.
    public let time: String
    /// The same in milliseconds since 1970, for order; 0 where not said.
    public let milliseconds: Int

    public enum Status: String, Sendable, Codable, CaseIterable {
        case notAffected = "not_affected"
        case affected
        case fixed
        case underInvestigation = "under_investigation"

        /// Whether a finding of it does not count.
        public var dismisses: Bool { self == .notAffected || self == .fixed }
    }

    /// A package, or an image with packages in it.
    public struct Product: Hashable, Sendable {
        /// Names of one thing: package URLs, digests, names of images.
        public let identifiers: [String]
        /// Package URLs of parts; empty where the whole is meant.
        public let subcomponents: [String]

        public init(identifiers: [String], subcomponents: [String] = []) {
            self.identifiers = identifiers
            self.subcomponents = subcomponents
        }
    }

    public init(
        vulnerabilities: [String], products: [Product], status: Status,
        justification: Dismissal.Justification? = nil, reason: String = "", references: [String] = [],
        time: String = "", milliseconds: Int = 0
    ) {
        self.vulnerabilities = vulnerabilities
        self.products = products
        self.status = status
        self.justification = justification
        self.reason = reason
        self.references = references
        self.time = time
        self.milliseconds = milliseconds
    }
}

/// What became of one statement that was given for a scan.
public struct StatementUse: Hashable, Sendable, Codable {
    /// The document's name.
    public let document: String
    public let vulnerability: String
    /// The first of its products, and how many more: `pkg:deb/debian/libc6 +2`.
    public let product: String
    public let status: VEXStatement.Status
    /// Findings that it speaks of; none where it is about another product.
    public let matched: Int
    /// Findings that it set aside: not those that something else had set aside before.
    public let dismissed: Int

    public init(
        document: String, vulnerability: String, product: String, status: VEXStatement.Status, matched: Int,
        dismissed: Int
    ) {
        self.document = document
        self.vulnerability = vulnerability
        self.product = product
        self.status = status
        self.matched = matched
        self.dismissed = dismissed
    }
}
