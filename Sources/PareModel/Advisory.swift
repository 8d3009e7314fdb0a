// SPDX-License-Identifier: Apache-2.0

/// A feed's record about one package: which versions a vulnerability is in, and which closed it.
public struct Advisory: Hashable, Sendable, Codable {
    /// `CVE-2024-1234`, `GHSA-…`, `RUSTSEC-…`.
    public let id: String

    /// The first version without it, in distributions; empty where there is none yet, or where ranges say it.
    public let fixedVersion: String

    /// Ranges of versions that have it, each as its feed writes it: `>=1.2.0, <1.2.5`.  Any of them suffices.
    public let vulnerableVersions: [String]

    /// Ranges that do not have it although ``vulnerableVersions`` may say so.
    public let patchedVersions: [String]
    public let unaffectedVersions: [String]

    /// What the feed does about it; `unknown` where it does not say.
    public let status: FixStatus

    /// The feed's own severity for this package (Debian's urgency); wins over all others.
    public let severity: Severity?

    /// The feed's own names for it: `DSA-5051-1`.
    public let vendorIDs: [String]

    public let source: DataSource

    /// What is known of the vulnerability whatever the package; `nil` where the store has nothing, and in candidates.
    public var detail: Detail? { shared?.detail }

    /// Long, and held by many findings: copied as one reference.
    private let shared: SharedDetail?

    private enum CodingKeys: String, CodingKey {
        case id, fixedVersion, vulnerableVersions, patchedVersions, unaffectedVersions, status, severity
        case vendorIDs, source
        case shared = "detail"
    }

    private final class SharedDetail: Hashable, Sendable, Codable {
        let detail: Detail

        init(_ detail: Detail) { self.detail = detail }
        init(from decoder: any Decoder) throws { detail = try Detail(from: decoder) }

        func encode(to encoder: any Encoder) throws { try detail.encode(to: encoder) }
        func hash(into hasher: inout Hasher) { hasher.combine(detail) }
        static func == (left: SharedDetail, right: SharedDetail) -> Bool {
            left === right || left.detail == right.detail
        }
    }

    /// Where a record comes from.
    public struct DataSource: Hashable, Sendable, Codable {
        /// `debian`, `ghsa`, `nodejs-security-wg`.
        public let id: String
        public let name: String
        public let url: String
        public init(id: String, name: String, url: String) {
            self.id = id
            self.name = name
            self.url = url
        }
    }

    /// Facts about a vulnerability.
    public struct Detail: Hashable, Sendable, Codable {
        public let title: String
        public let description: String
        /// The severity to fall back on.
        public let severity: Severity
        /// By data source: `["nvd": .high]`.
        public let vendorSeverities: [String: Severity]
        public let cvss: [String: CVSS]
        public let weaknesses: [String]
        public let references: [String]
        /// RFC 3339 texts; empty where not known.
        public let published: String
        public let modified: String

        public init(
            title: String = "", description: String = "", severity: Severity = .unknown,
            vendorSeverities: [String: Severity] = [:], cvss: [String: CVSS] = [:], weaknesses: [String] = [],
            references: [String] = [], published: String = "", modified: String = ""
        ) {
            self.title = title
            self.description = description
            self.severity = severity
            self.vendorSeverities = vendorSeverities
            self.cvss = cvss
            self.weaknesses = weaknesses
            self.references = references
            self.published = published
            self.modified = modified
        }
    }

    /// Vectors and base scores of a vulnerability by one source.
    public struct CVSS: Hashable, Sendable, Codable {
        public let v2Vector: String?
        public let v3Vector: String?
        public let v40Vector: String?
        public let v2Score: Double?
        public let v3Score: Double?
        public let v40Score: Double?
        public init(
            v2Vector: String? = nil, v3Vector: String? = nil, v40Vector: String? = nil,
            v2Score: Double? = nil,
            v3Score: Double? = nil, v40Score: Double? = nil
        ) {
            self.v2Vector = v2Vector
            self.v3Vector = v3Vector
            self.v40Vector = v40Vector
            self.v2Score = v2Score
            self.v3Score = v3Score
            self.v40Score = v40Score
        }
    }

    public init(
        id: String, fixedVersion: String = "", vulnerableVersions: [String] = [],
        patchedVersions: [String] = [],
        unaffectedVersions: [String] = [], status: FixStatus = .unknown, severity: Severity? = nil,
        vendorIDs: [String] = [], source: DataSource, detail: Detail? = nil
    ) {
        self.id = id
        self.fixedVersion = fixedVersion
        self.vulnerableVersions = vulnerableVersions
        self.patchedVersions = patchedVersions
        self.unaffectedVersions = unaffectedVersions
        self.status = status
        self.severity = severity
        self.vendorIDs = vendorIDs
        self.source = source
        shared = detail.map(SharedDetail.init)
    }

    /// The same record beside what is known of the vulnerability.
    public func with(_ detail: Detail?) -> Advisory {
        Advisory(
            id: id, fixedVersion: fixedVersion, vulnerableVersions: vulnerableVersions,
            patchedVersions: patchedVersions, unaffectedVersions: unaffectedVersions, status: status,
            severity: severity, vendorIDs: vendorIDs, source: source, detail: detail)
    }
}

/// A package beside the advisories that its name leads to, before versions are compared.
public struct Candidate: Sendable {
    public let package: Package
    public let advisories: [Advisory]
    public init(package: Package, advisories: [Advisory]) {
        self.package = package
        self.advisories = advisories
    }
}
