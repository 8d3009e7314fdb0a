// SPDX-License-Identifier: Apache-2.0

import PareModel
import PareVersions

/// A package's version, parsed once to be held against its advisories.
struct Matcher {
    private let rule: Rule
    private let version: Version

    private enum Rule {
        /// Affected below the fixed version, and as long as there is none.
        case distribution
        /// As above, but affected only where there is a fixed version (Wolfi, Chainguard).
        case distributionWithFix
        /// Affected in the ranges of vulnerable versions and outside of those of patched and unaffected ones.
        case ranges
    }

    enum Verdict: Equatable {
        case affected, notAffected
        /// A version or range in the advisory that has no meaning.
        case unreadable(String)
    }

    /// `nil` where the package's version cannot be compared.
    init?(_ package: Package, distro: Distro?) {
        let isRolling = distro?.family == "wolfi" || distro?.family == "chainguard"
        rule = !package.kind.isOperatingSystem ? .ranges : isRolling ? .distributionWithFix : .distribution
        // Feeds of distributions speak of source packages, Wolfi's and Chainguard's of what is installed.
        let source = rule == .distribution ? package.source?.version ?? "" : ""
        let text = source.isEmpty ? package.version : source
        guard let version = Version(text, in: VersionScheme(package.kind)) else { return nil }
        self.version = version
    }

    func verdict(on advisory: Advisory) -> Verdict {
        switch rule {
        case .distribution where advisory.fixedVersion.isEmpty: .affected
        case .distributionWithFix where advisory.fixedVersion.isEmpty: .notAffected
        case .distribution, .distributionWithFix: verdict(fixedIn: advisory.fixedVersion)
        case .ranges: verdict(byRangesOf: advisory)
        }
    }

    private func verdict(fixedIn text: String) -> Verdict {
        guard let fixed = Version(text, in: version.scheme) else { return .unreadable(text) }
        return version < fixed ? .affected : .notAffected
    }

    /// - SeeAlso: `IsVulnerable` in Trivy's `pkg/detector/library/compare`.
    private func verdict(byRangesOf advisory: Advisory) -> Verdict {
        // An empty text stands for every version.
        if (advisory.vulnerableVersions + advisory.patchedVersions).contains("") { return .affected }
        let safe = advisory.patchedVersions + advisory.unaffectedVersions
        guard !advisory.vulnerableVersions.isEmpty || !safe.isEmpty else { return .notAffected }
        do throws(VersionError) {
            if !advisory.vulnerableVersions.isEmpty {
                guard try isInAny(of: advisory.vulnerableVersions) else { return .notAffected }
            }
            return try isInAny(of: safe) ? .notAffected : .affected
        } catch {
            switch error {
            case .malformedRange(let text, _): return .unreadable(text)
            }
        }
    }

    /// All ranges are read, so that a malformed one shows whatever the version.
    private func isInAny(of ranges: [String]) throws(VersionError) -> Bool {
        var isInside = false
        for text in ranges {
            let range = try VersionRange(text, in: version.scheme)
            isInside = isInside || range.contains(version)
        }
        return isInside
    }
}
