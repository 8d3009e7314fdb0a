// SPDX-License-Identifier: Apache-2.0

import PareMatch
import PareModel
import Testing

/// What a finding says of its fix, status and severity.
@Suite struct VerdictTests {
    func finding(_ kind: Package.Kind, _ advisory: Advisory) throws -> Finding {
        let candidate = Candidate(package: .sample(kind, "a", "1.0.0"), advisories: [advisory])
        return try #require(
            findings(of: [candidate], distro: Distro(family: "debian", version: "12.5")).findings.first)
    }

    struct Fix: Sendable {
        let kind: Package.Kind
        var fixed = ""
        var vulnerable: [String] = []
        var patched: [String] = []
        let printed: String
    }

    @Test(arguments: [
        Fix(kind: .dpkg, fixed: "2:1.0-1", printed: "2:1.0-1"),
        Fix(kind: .dpkg, fixed: "", printed: ""),
        Fix(
            kind: .npm, vulnerable: ["<=1.2"], patched: ["1.2.5", "2.0.1", "1.2.5"], printed: "1.2.5, 2.0.1"),
        Fix(kind: .npm, vulnerable: ["<2"], patched: [">= 1.2, < 1.3"], printed: ">= 1.2, < 1.3"),
        Fix(kind: .npm, vulnerable: [">=0.1, <1.2.5", ">=2.0, < 2.0.1"], printed: "1.2.5, 2.0.1"),
        Fix(kind: .npm, vulnerable: ["<1.2.5 || >=2.0,<2.0.1"], printed: "1.2.5, 2.0.1"),
        Fix(kind: .npm, vulnerable: ["<=1.2.5"], printed: ""),
        Fix(kind: .npm, vulnerable: ["*"], printed: ""),
        // What a distribution's field says does not count for a language.
        Fix(kind: .npm, fixed: "3.0.0", vulnerable: ["<2.0.0"], printed: "2.0.0"),
        Fix(
            kind: .node, fixed: "1.1.1, 2.2.3", vulnerable: ["1.x"], patched: ["^1.1.1 || ^2.2.3"],
            printed: "1.1.1, 2.2.3"),
        Fix(kind: .node, vulnerable: ["1.x"], patched: ["^1.1.1 || >= 2.2.3"], printed: "1.1.1, 2.2.3"),
    ])
    func printsTheFix(_ fix: Fix) throws {
        let advisory = Advisory.sample(fixed: fix.fixed, vulnerable: fix.vulnerable, patched: fix.patched)
        #expect(try finding(fix.kind, advisory).fixedVersion == fix.printed)
    }

    @Test(arguments: [
        ("2.0.0-1", FixStatus.willNotFix, FixStatus.fixed), ("", .willNotFix, .willNotFix),
        ("", .fixDeferred, .fixDeferred),
        ("", .endOfLife, .endOfLife), ("", .unknown, .affected), ("", .affected, .affected),
    ])
    func statusFollowsTheFix(fixed: String, status: FixStatus, expected: FixStatus) throws {
        #expect(try finding(.dpkg, .sample(fixed: fixed, status: status)).status == expected)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var id = "CVE-2024-0001"
        var source = Advisory.DataSource.debian
        var urgency: Severity?
        var vendors: [String: Severity]? = [:]
        var fallback = Severity.unknown
        let severity: Severity
        let by: String

        init(
            _ testDescription: String, id: String = "CVE-2024-0001", source: Advisory.DataSource = .debian,
            urgency: Severity? = nil, vendors: [String: Severity]? = [:], fallback: Severity = .unknown,
            gives severity: Severity, by: String
        ) {
            self.testDescription = testDescription
            self.id = id
            self.source = source
            self.urgency = urgency
            self.vendors = vendors
            self.fallback = fallback
            self.severity = severity
            self.by = by
        }
    }

    @Test(arguments: [
        Case(
            "urgency over all", urgency: .low, vendors: ["debian": .high, "nvd": .critical], gives: .low,
            by: "debian"),
        Case(
            "urgency not assigned", urgency: .unknown, vendors: ["nvd": .critical], gives: .critical,
            by: "nvd"),
        Case("urgency without detail", urgency: .high, vendors: nil, gives: .high, by: "debian"),
        Case(
            "own source over NVD", vendors: ["debian": .medium, "nvd": .critical], gives: .medium,
            by: "debian"),
        Case(
            "NVD over others", vendors: ["redhat": .high, "nvd": .low], fallback: .high, gives: .low,
            by: "nvd"),
        Case(
            "others only by the fallback", vendors: ["redhat": .high], fallback: .high, gives: .high, by: ""),
        Case(
            "GitHub's for its ids", id: "GHSA-aaaa-bbbb-cccc", vendors: ["ghsa": .high, "nvd": .low],
            gives: .high, by: "ghsa"),
        Case("not for others' ids", vendors: ["ghsa": .high], fallback: .medium, gives: .medium, by: ""),
        Case(
            "NVD for GitHub's ids", id: "GHSA-aaaa-bbbb-cccc", vendors: ["nvd": .low], gives: .low, by: "nvd"),
        Case(
            "GitHub as source", source: .ghsa, vendors: ["ghsa": .critical, "nvd": .low], gives: .critical,
            by: "ghsa"),
        Case("fallback unknown", gives: .unknown, by: ""),
        Case("no detail", vendors: nil, gives: .unknown, by: ""),
        // A source that says «unknown» has spoken.
        Case(
            "own source unknown", vendors: ["debian": .unknown, "nvd": .high], gives: .unknown, by: "debian"),
    ])
    func selectsTheSeverity(_ row: Case) throws {
        let detail = row.vendors.map { Advisory.Detail(severity: row.fallback, vendorSeverities: $0) }
        let found = try finding(
            .dpkg, .sample(row.id, severity: row.urgency, source: row.source, detail: detail))
        #expect(found.severity == row.severity)
        #expect(found.severitySource == row.by)
    }
}
