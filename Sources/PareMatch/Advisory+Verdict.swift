// SPDX-License-Identifier: Apache-2.0

import PareModel

extension Advisory {
    /// The versions to go to, as a report prints them; empty where there are none.
    ///
    /// - SeeAlso: `createFixedVersions` in Trivy's `pkg/detector/library/driver.go`.
    func printedFix(for kind: Package.Kind) -> String {
        switch kind {
        case .dpkg, .apk: fixedVersion
        // Node's own feed gives ranges as patched versions; their first versions are the releases.
        case .node:
            fixedVersion.isEmpty
                ? patchedVersions.flatMap(\.alternatives).map(\.firstVersion).joined : fixedVersion
        default: (patchedVersions.isEmpty ? upperBounds : patchedVersions).joined
        }
    }

    /// Versions that open ends of vulnerable ranges name: `1.2.5` of `>=1.2.0, <1.2.5`.
    private var upperBounds: [String] {
        vulnerableVersions.flatMap(\.alternatives)
            .flatMap { $0.split(separator: ",").map(\.trimmed) }
            .filter { $0.hasPrefix("<") && !$0.hasPrefix("<=") }
            .map { $0.dropFirst().trimmed }
    }

    /// What is done about it, given the fixed version that is printed.
    func status(fixedVersion: String) -> FixStatus {
        if !fixedVersion.isEmpty { return .fixed }
        return status == .unknown ? .affected : status
    }

    /// The severity that counts, and who gave it; the latter is empty for the fallback.
    ///
    /// First that there is of: the feed's for this package, the feed's for the vulnerability, GitHub's for
    /// its own ids, NVD's, the fallback.
    ///
    /// - SeeAlso: `FillInfo` in Trivy's `pkg/vulnerability/vulnerability.go`.
    var severityAndSource: (severity: Severity, source: String) {
        if let severity, severity != .unknown { return (severity, source.id) }
        guard let detail else { return (.unknown, "") }
        let isGitHubs = id.hasPrefix("GHSA-")
        for source in [source.id, isGitHubs ? "ghsa" : "nvd", "nvd"] {
            if let severity = detail.vendorSeverities[source] { return (severity, source) }
        }
        return (detail.severity, "")
    }
}

extension String {
    /// The parts between `||`, without spaces around them.
    fileprivate var alternatives: [String] { split(separator: "|").map(\.trimmed) }

    /// What follows the operators of a range's first condition: `5.1.1` of `^5.1.1`.
    fileprivate var firstVersion: String {
        let version = drop { !$0.isNumber }
        return String(version.prefix { $0 != " " && $0 != "," })
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension [String] {
    /// Each text once, with commas between.
    fileprivate var joined: String {
        var seen: Set<String> = []
        return filter { !$0.isEmpty && seen.insert($0).inserted }.joined(separator: ", ")
    }
}
