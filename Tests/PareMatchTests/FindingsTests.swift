// SPDX-License-Identifier: Apache-2.0

import PareMatch
import PareModel
import Testing

@Suite struct FindingsTests {
    static let debian = Distro(family: "debian", version: "12.5")

    func isAffected(_ package: Package, _ advisory: Advisory, _ distro: Distro? = nil) -> Bool {
        let result = findings(of: [Candidate(package: package, advisories: [advisory])], distro: distro)
        #expect(result.diagnostics.isEmpty)
        return !result.findings.isEmpty
    }

    // MARK: distributions

    @Test(arguments: [
        ("1.0-1", "1.0-2", true), ("1.0-2", "1.0-2", false), ("1.0-2~deb12u1", "1.0-2", true),
        ("1:0.1", "2.0", false), ("1.0-1", "", true),
    ])
    func debianIsAffectedBelowTheFix(installed: String, fixed: String, affected: Bool) {
        #expect(isAffected(.sample(.dpkg, "a", installed), .sample(fixed: fixed), Self.debian) == affected)
    }

    @Test func debianComparesTheSourceVersion() {
        let source = Package.Source(name: "source", version: "2.0-1")
        let package = Package.sample(.dpkg, "binary", "1:0.9-1+b2", source: source)
        #expect(isAffected(package, .sample(fixed: "2.0-2"), Self.debian))
        #expect(!isAffected(package, .sample(fixed: "2.0-1"), Self.debian))
        let found = findings(of: [Candidate(package: package, advisories: [.sample()])], distro: Self.debian)
        #expect(found.findings.first?.package.version == "1:0.9-1+b2")
    }

    @Test func alpineComparesTheSourceVersion() {
        let alpine = Distro(family: "alpine", version: "3.19.1")
        let package = Package.sample(
            .apk, "libssl3", "3.1.4-r5", source: .init(name: "openssl", version: "3.1.4-r5"))
        #expect(isAffected(package, .sample(fixed: "3.1.4-r6"), alpine))
        #expect(!isAffected(package, .sample(fixed: "3.1.4-r5"), alpine))
        #expect(!isAffected(package, .sample(fixed: "0"), alpine))
    }

    /// Trivy holds an empty version against the fix, so such packages are always affected there.
    @Test func apkWithoutOriginUsesItsOwnVersion() {
        let alpine = Distro(family: "alpine", version: "3.19.1")
        let source = Package.Source(name: "openssl", version: "")
        #expect(!isAffected(.sample(.apk, "openssl", "3.1.4-r5"), .sample(fixed: "3.1.4-r5"), alpine))
        #expect(
            !isAffected(
                .sample(.apk, "openssl", "3.1.4-r5", source: source), .sample(fixed: "3.1.4-r5"), alpine))
        #expect(
            isAffected(
                .sample(.apk, "openssl", "3.1.4-r4", source: source), .sample(fixed: "3.1.4-r5"), alpine))
    }

    @Test(arguments: ["wolfi", "chainguard"])
    func rollingDistributionsCompareTheirOwnVersionAndNeedAFix(family: String) {
        let distro = Distro(family: family, version: "20230201")
        let package = Package.sample(
            .apk, "libssl3", "3.1.4-r5", source: .init(name: "openssl", version: "9.0-r0"))
        #expect(isAffected(package, .sample(fixed: "3.1.4-r6"), distro))
        #expect(!isAffected(package, .sample(fixed: "3.1.4-r5"), distro))
        #expect(!isAffected(package, .sample(fixed: ""), distro))
    }

    // MARK: languages

    struct Ranges: Sendable {
        let version: String
        var vulnerable: [String] = []
        var patched: [String] = []
        var unaffected: [String] = []
        let affected: Bool
    }

    @Test(arguments: [
        Ranges(version: "1.2.4", vulnerable: [">=1.2.0, <1.2.5"], affected: true),
        Ranges(version: "1.2.5", vulnerable: [">=1.2.0, <1.2.5"], affected: false),
        Ranges(version: "2.0.0", vulnerable: ["<1.2.5", ">=2.0.0, <2.0.1"], affected: true),
        Ranges(version: "1.5.0", vulnerable: ["<1.2.5", ">=2.0.0, <2.0.1"], affected: false),
        // A patched version alone is one version and no lower bound.
        Ranges(version: "1.2.3", vulnerable: ["<=1.2.4"], patched: ["1.2.3"], affected: false),
        Ranges(version: "1.2.4", vulnerable: ["<=1.2.4"], patched: ["1.2.3"], affected: true),
        Ranges(version: "1.0.0", patched: [">=1.2.3"], affected: true),
        Ranges(version: "1.3.0", patched: [">=1.2.3"], affected: false),
        Ranges(version: "0.9.0", patched: [">=1.2.3"], unaffected: ["<1.0.0"], affected: false),
        Ranges(version: "1.0.0", affected: false),
        Ranges(version: "1.0.0", vulnerable: [""], affected: true),
        Ranges(version: "1.0.0", vulnerable: ["<0.1.0"], patched: [""], affected: true),
        Ranges(version: "1.0.0", vulnerable: ["*"], affected: true),
        // Pre-releases are affected when they lie in the range; Trivy never finds them.
        Ranges(version: "1.0.0-alpha", vulnerable: ["<2.0.0"], affected: true),
        Ranges(version: "2.0.0-rc.1", vulnerable: [">=1.0.0, <2.0.0"], affected: true),
        Ranges(version: "2.0.1-rc.1", vulnerable: ["<2.0.0"], affected: false),
        Ranges(version: "1.0.0-beta.2", vulnerable: ["<1.0.0-beta.2"], affected: false),
    ])
    func npmIsAffectedByRanges(_ ranges: Ranges) {
        let advisory = Advisory.sample(
            vulnerable: ranges.vulnerable, patched: ranges.patched, unaffected: ranges.unaffected)
        #expect(isAffected(.sample(.npm, "a", ranges.version), advisory) == ranges.affected)
    }

    @Test(arguments: [
        (Package.Kind.python, "2.0rc1", "<2.0", true), (.python, "1.0+local", "<=1.0", true),
        (.gem, "6.1.0.rc1", ">=6.0, <6.1", true), (.jar, "2.17.0", "<2.17.1", true),
        (.jar, "2.17.1", "<2.17.1", false),
        (.go, "v1.25.12", "<1.25.13", true), (.cargo, "0.4.0", "<0.4.0", false),
        (.node, "20.18.0", "20.x", true),
    ])
    func eachKindHasItsOrder(kind: Package.Kind, version: String, range: String, affected: Bool) {
        #expect(isAffected(.sample(kind, "a", version), .sample(vulnerable: [range])) == affected)
    }

    @Test func nodeIsAffectedOutsideOfPatchedRanges() throws {
        let advisory = Advisory.sample(
            vulnerable: ["18.x || 20.x"], patched: ["^18.20.6 || ^20.18.2"],
            source: .init(id: "nodejs-security-wg", name: "", url: ""))
        #expect(!isAffected(.sample(.node, "node", "20.18.2"), advisory))
        #expect(!isAffected(.sample(.node, "node", "22.0.0"), advisory))
        let candidate = Candidate(package: .sample(.node, "node", "20.18.0"), advisories: [advisory])
        let finding = try #require(findings(of: [candidate], distro: nil).findings.first)
        #expect(finding.fixedVersion == "18.20.6, 20.18.2")
        #expect(finding.status == .fixed)
    }

    // MARK: what cannot be read

    @Test(arguments: ["v1.0.0", "1.0", " 1.0.0", "01.0.0", "1.2.3.4"])
    func versionsThatDoNotParseNeverMatch(version: String) {
        let candidate = Candidate(
            package: .sample(.npm, "a", version, path: "a/package.json"), advisories: [.sample()])
        let result = findings(of: [candidate], distro: nil)
        #expect(result.findings.isEmpty)
        #expect(result.diagnostics.map(\.location) == ["a/package.json"])
        #expect(result.diagnostics.first?.message.contains("'\(version)'") == true)
    }

    @Test func rangesThatDoNotParseNeverMatch() {
        let advisories = [
            Advisory.sample("CVE-2024-0001", vulnerable: ["<2.0.0 (semantic)"]),
            Advisory.sample("CVE-2024-0002", vulnerable: ["<2.0.0"], patched: ["soon"]),
            Advisory.sample("CVE-2024-0003", vulnerable: ["<2.0.0"]),
        ]
        let result = findings(of: [Candidate(package: .sample(), advisories: advisories)], distro: nil)
        #expect(result.findings.map(\.id) == ["CVE-2024-0003"])
        #expect(result.diagnostics.count == 2)
        #expect(result.diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test func aFixThatDoesNotParseNeverMatches() {
        let candidate = Candidate(package: .sample(.dpkg, "a", "1.0-1"), advisories: [.sample(fixed: "soon")])
        let result = findings(of: [candidate], distro: Self.debian)
        #expect(result.findings.isEmpty)
        #expect(result.diagnostics.count == 1)
    }

    @Test func packagesWithoutVersionOrAdvisoriesSayNothing() {
        let result = findings(
            of: [
                Candidate(package: .sample(.npm, "a", ""), advisories: [.sample(vulnerable: ["*"])]),
                Candidate(package: .sample(.npm, "b", "latest"), advisories: []),
            ], distro: nil)
        #expect(result.findings.isEmpty)
        #expect(result.diagnostics.isEmpty)
    }

    // MARK: one id, several times

    @Test func theLastSourceOfAnIdentifierCounts() {
        let advisories = [Advisory.sample(vulnerable: ["<2.0.0"]), Advisory.sample(vulnerable: ["<0.5.0"])]
        let package = Package.sample()
        #expect(
            findings(of: [Candidate(package: package, advisories: advisories)], distro: nil).findings.isEmpty)
        let turned = findings(
            of: [Candidate(package: package, advisories: advisories.reversed())], distro: nil)
        #expect(turned.findings.map(\.fixedVersion) == ["2.0.0"])
    }

    @Test func aPackageRecordedTwiceIsFoundOnce() {
        let advisory = Advisory.sample(fixed: "2.0-1")
        let paths = ["var/lib/dpkg/status", "var/lib/dpkg/status.d/a"]
        let candidates = paths.map {
            Candidate(package: .sample(.dpkg, "a", "1.0-1", path: $0), advisories: [advisory])
        }
        #expect(findings(of: candidates, distro: Self.debian).findings.count == 1)
        let places = ["x/package.json", "y/package.json"].map {
            Candidate(
                package: .sample(.npm, "a", "1.0.0", path: $0), advisories: [.sample(vulnerable: ["*"])])
        }
        #expect(
            findings(of: places, distro: nil).findings.map(\.package.evidence.path) == [
                "x/package.json", "y/package.json",
            ])
    }

    /// Whichever part it is in.
    @Test func partsAreJoinedAsIfTheyHadBeenTogether() {
        let fixes = ["<2.0.0", "<3.0.0", "<1.5.0", "<2.5.0"]
        let candidates = (0..<200).map { index in
            Candidate(
                package: .sample(.npm, "p\(index % 50)", "1.0.0"),
                advisories: [.sample("CVE-\(index % 7)", vulnerable: [fixes[index / 50]])])
        }
        let whole = findings(of: candidates, distro: nil).findings
        for size in [1, 7, 64] {
            let parts = stride(from: 0, to: 200, by: size).map {
                findings(of: Array(candidates[$0..<min(200, $0 + size)]), distro: nil)
            }
            #expect(findings(in: parts).findings == whole)
        }
        #expect(whole.contains { $0.fixedVersion == "3.0.0" })
    }

    @Test func theGreaterFixOfDuplicatesCounts() {
        let candidates = ["<2.0.0", "<3.0.0", "<1.5.0"].map {
            Candidate(package: .sample(), advisories: [.sample(vulnerable: [$0])])
        }
        #expect(findings(of: candidates, distro: nil).findings.map(\.fixedVersion) == ["3.0.0"])
    }
}
