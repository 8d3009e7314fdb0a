// SPDX-License-Identifier: Apache-2.0

import PareMatch
import PareModel
import Testing

@Suite struct FindingOrderTests {
    static let ordered: [Finding] = [
        // The distribution's packages come first, capitals before small letters.
        .sample(in: .sample(.dpkg, "Mm", "1")),
        .sample(in: .sample(.dpkg, "aa", "1.10"), severity: .low),
        // Versions by their bytes.
        .sample(in: .sample(.dpkg, "aa", "1.9"), severity: .critical),
        .sample("CVE-2024-0002", in: .sample(.dpkg, "aa", "1.9"), severity: .high),
        .sample("CVE-2024-0003", in: .sample(.dpkg, "aa", "1.9"), severity: .high),
        .sample("CVE-2024-0001", in: .sample(.dpkg, "aa", "1.9"), severity: .unknown),
        .sample(in: .sample(.jar, "a", path: "z.jar")),
        .sample(in: .sample(.npm, "a", path: "x/package.json")),
        .sample(in: .sample(.npm, "a", path: "y/package.json")),
        .sample(in: .sample(.npm, "b", path: "a/package.json")),
        .sample(in: .sample(.python, "a", path: "a/METADATA")),
        .sample(in: .sample(.gem, "a", path: "a.gemspec")),
        .sample(in: .sample(.go, "z", path: "usr/bin/a")),
        .sample(in: .sample(.cargo, "b", path: "usr/bin/b")),
        .sample(in: .sample(.node, "a", path: "usr/bin/node")),
    ]

    @Test func followsTheReport() {
        #expect(Self.ordered.reversed().inReportOrder == Self.ordered)
        for (finding, next) in zip(Self.ordered, Self.ordered.dropFirst()) {
            #expect([next, finding].inReportOrder == [finding, next])
        }
    }

    @Test func findingsComeInThatOrder() {
        let candidates = Self.ordered.reversed().map {
            Candidate(package: $0.package, advisories: [.sample($0.id, vulnerable: ["*"])])
        }
        let found = findings(of: candidates, distro: nil).findings
        #expect(found.map(\.package.evidence.path) == found.inReportOrder.map(\.package.evidence.path))
        #expect(found.first?.package.name == "Mm")
    }

    @Test(arguments: [
        (FindingFilter(), ["fixed", "open", "deferred"]),
        (FindingFilter(severities: [.high, .critical]), ["fixed"]),
        (FindingFilter(severities: []), []),
        (FindingFilter(ignoresUnfixed: true), ["fixed"]),
        (FindingFilter(ignoredStatuses: [.fixDeferred]), ["fixed", "open"]),
        (FindingFilter(severities: [.low], ignoresUnfixed: true), []),
    ])
    func filters(_ filter: FindingFilter, expected: [String]) {
        let findings: [Finding] = [
            .sample("fixed", fixed: "2", status: .fixed, severity: .high), .sample("open", severity: .low),
            .sample("deferred", status: .fixDeferred, severity: .low),
        ]
        #expect(findings.selected(by: filter).map(\.id) == expected)
    }
}
