// SPDX-License-Identifier: Apache-2.0

/// Who set a finding aside, why, and what shows it.
public struct Dismissal: Hashable, Sendable, Codable {
    /// `debian`, the name of a VEX document or of an ignore file, `pare` for what it worked out itself.
    public let by: String
    public let reason: String
    /// The reason in VEX's own words; `nil` where nobody gave one.
    public let justification: Justification?
    /// What was checked, a line each, so that a reader can check it again.
    public let evidence: [String]
    /// The first day on which it no longer holds; `nil` for never.
    public let expires: Day?

    /// Why a product is not affected.
    ///
    /// - SeeAlso: CISA, "Vulnerability Exploitability eXchange (VEX) – Status Justifications"; OpenVEX specification.
    public enum Justification: String, Sendable, Codable, CaseIterable {
        case componentNotPresent = "component_not_present"
        case vulnerableCodeNotPresent = "vulnerable_code_not_present"
        case vulnerableCodeNotInExecutePath = "vulnerable_code_not_in_execute_path"
        case notControllableByAdversary = "vulnerable_code_cannot_be_controlled_by_adversary"
        case inlineMitigationsExist = "inline_mitigations_already_exist"
    }

    public init(
        by: String, reason: String, justification: Justification? = nil, evidence: [String] = [],
        expires: Day? = nil
    ) {
        self.by = by
        self.reason = reason
        self.justification = justification
        self.evidence = evidence
        self.expires = expires
    }
}
