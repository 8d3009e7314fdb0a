// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareReport

@Suite struct RemedyTests {
    @Test(arguments: [
        // The branch of the installed version, though others are older and newer.
        (Package.Kind.npm, "9.0.5", ["10.2.1, 9.0.6, 8.0.5"], "9.0.6"),
        (.node, "20.18.0", ["18.20.5, 20.18.2, 22.12.0"], "20.18.2"),
        // No fix in the branch: the lowest above.
        (.npm, "6.2.1", ["7.5.3"], "7.5.3"), (.npm, "6.2.1", ["8.0.1, 7.5.3, 5.9.9"], "7.5.3"),
        // One version for several findings.
        (.npm, "6.2.1", ["7.5.3", "7.5.11", "7.5.4"], "7.5.11"),
        (.npm, "4.17.20", ["4.17.21", "4.17.22, 3.10.3"], "4.17.22"),
        // 2.0.0 closes the second but is older than the fix of the first in its branch.
        (.npm, "1.2.0", ["1.2.5, 2.0.1", "2.0.0"], "2.0.1"),
        (.dpkg, "1:1.2-3", ["1:1.2-3+deb12u2", "1:1.2-3+deb12u10"], "1:1.2-3+deb12u10"),
        (.go, "v1.19.8", ["1.20.10, 1.21.3"], "1.20.10"),
        // What cannot be compared stands as the feed has it.
        (.gem, "2.2.0", [">= 2.2.6.2, ~> 2.1.4"], ">= 2.2.6.2, ~> 2.1.4"), (.npm, "x", ["1.0.0"], "1.0.0"),
        (.npm, "1.0.0", [",,,"], ",,,"),
        // Nothing above what is installed: the feed's own words.
        (.npm, "3.0.0", ["2.0.0"], "2.0.0"),
    ])
    func theLowestVersionThatClosesAll(
        _ kind: Package.Kind, _ installed: String, _ fixes: [String], _ expected: String
    ) {
        let package = Package.sample(kind, "p", installed)
        #expect(remedy(for: fixes.map { .sample(package, fixed: $0) }) == expected)
    }

    @Test(arguments: [
        (FixStatus.affected, "no fix yet", "no fix in debian 12 yet"),
        (.willNotFix, "will not fix", "debian 12 will not fix it"),
        (.fixDeferred, "fix deferred", "debian 12 put the fix off"),
        (.endOfLife, "end of life", "debian 12 no longer looks after it"),
        (.underInvestigation, "being looked at", "debian 12 is looking at it"),
        (.unknown, "no fix yet", "no fix in debian 12 yet"),
    ])
    func withoutAFixTheStatusSpeaks(_ status: FixStatus, _ words: String, _ sentence: String) {
        let finding = Finding.sample(status: status)
        #expect(finding.remedy == words)
        #expect(finding.reason(in: Distro(family: "debian", version: "12.5")) == sentence)
    }

    @Test func languagesHaveMaintainers() {
        let finding = Finding.sample(.sample(.npm, "a", "1.0.0"))
        #expect(finding.reason(in: nil) == "no version is free of it yet")
        #expect(
            Finding.sample(.sample(.npm, "a", "1.0.0"), fixed: "1.0.1").reason(in: nil)
                == "closed by going to 1.0.1")
    }

    @Test func packagesOfOneSourceStandTogether() {
        let source = Package.Source(name: "glibc", version: "2.36-9")
        let findings = ["libc6", "libc-bin"].flatMap { name in
            ["CVE-2099-1", "CVE-2099-2"].map {
                Finding.sample(
                    .sample(.dpkg, name, "2.36-9+b1", source: source, layer: name == "libc6" ? 0 : 3), $0)
            }
        }
        let groups = FindingGroup.groups(of: findings + [.sample(.sample(.npm, "glibc", "3.0.0"))])
        #expect(groups.map(\.name) == ["glibc", "glibc"])
        #expect(groups[0].packages == ["libc-bin", "libc6"])
        #expect(groups[0].ids == ["CVE-2099-2", "CVE-2099-1"])
        #expect(groups[0].layers == [0, 3])
        #expect(groups[0].version == "2.36-9+b1")
    }

    @Test func whatCanBeFixedComesFirst() {
        let findings = [
            Finding.sample(.sample(.dpkg, "a"), status: .willNotFix), .sample(.sample(.dpkg, "a")),
            .sample(.sample(.dpkg, "z"), fixed: "2-1"),
        ]
        #expect(FindingGroup.groups(of: findings).map(\.remedy) == ["2-1", "no fix yet", "will not fix"])
    }
}
