// SPDX-License-Identifier: Apache-2.0

/// How bad a vulnerability is, on the scale that Trivy prints.
public enum Severity: Int, Sendable, CaseIterable, Comparable {
    case unknown = 0, low, medium, high, critical

    /// `CRITICAL`.
    public var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .low: "LOW"
        case .medium: "MEDIUM"
        case .high: "HIGH"
        case .critical: "CRITICAL"
        }
    }

    /// The severity of a name, in any case.
    public init?(name: String) {
        guard let severity = Self.allCases.first(where: { $0.name == name.uppercased() }) else { return nil }
        self = severity
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Severity: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let severity = Severity(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no severity '\(name)'")
        }
        self = severity
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// What a feed says is done about a vulnerability in a package.
public enum FixStatus: String, Sendable, Codable, CaseIterable {
    case unknown
    case notAffected = "not_affected"
    case affected
    case fixed
    case underInvestigation = "under_investigation"
    case willNotFix = "will_not_fix"
    case fixDeferred = "fix_deferred"
    case endOfLife = "end_of_life"

    /// The status of Trivy's number for it in its data base, `unknown` for a number it does not have.
    public init(trivyNumber: Int) {
        self = Self.allCases.indices.contains(trivyNumber) ? Self.allCases[trivyNumber] : .unknown
    }
}
