// SPDX-License-Identifier: Apache-2.0

import PareMatch
import PareModel

extension Package {
    static func sample(
        _ kind: Kind = .npm, _ name: String = "sample", _ version: String = "1.0.0", source: Source? = nil,
        path: String = ""
    ) -> Package {
        Package(kind, name: name, version: version, source: source, evidence: Evidence(path: path, layer: 0))
    }
}

extension Advisory.DataSource {
    static let debian = Self(
        id: "debian", name: "Debian Security Tracker", url: "https://security-tracker.debian.org")
    static let ghsa = Self(
        id: "ghsa", name: "GitHub Security Advisories", url: "https://github.com/advisories")
}

extension Advisory {
    static func sample(
        _ id: String = "CVE-2024-0001", fixed: String = "", vulnerable: [String] = [], patched: [String] = [],
        unaffected: [String] = [], status: FixStatus = .unknown, severity: Severity? = nil,
        source: DataSource = .ghsa, detail: Detail? = nil
    ) -> Advisory {
        Advisory(
            id: id, fixedVersion: fixed, vulnerableVersions: vulnerable, patchedVersions: patched,
            unaffectedVersions: unaffected, status: status, severity: severity, source: source, detail: detail
        )
    }
}

extension Finding {
    static func sample(
        _ id: String = "CVE-2024-0001", in package: Package = .sample(), fixed: String = "",
        status: FixStatus = .affected, severity: Severity = .medium, dismissal: Dismissal? = nil
    ) -> Finding {
        Finding(
            package: package, advisory: .sample(id), fixedVersion: fixed, status: status, severity: severity,
            severitySource: "nvd", dismissal: dismissal)
    }
}

extension ScanReport {
    static func sample(packages: [Package] = [], findings: [Finding] = [], size: Int? = nil) -> ScanReport {
        let image = size.map { size in
            ImageFacts(
                id: nil, tags: [],
                layers: [
                    LayerFacts(
                        digest: nil, diffID: nil, size: ByteCount(size), compressedSize: nil, createdBy: "",
                        isBase: false)
                ], config: ImageConfig(), rawConfig: "{}")
        }
        return ScanReport(
            target: "sample", kind: .image, created: "2025-01-01T00:00:00Z", image: image, distro: nil,
            packages: packages, findings: findings,
            store: StoreFacts(name: "sample", updated: "", advisoryCount: 0),
            diagnostics: [])
    }
}

/// The findings of candidates whose advisories have their details already.
func findings(of candidates: [Candidate], distro: Distro?) -> (findings: [Finding], diagnostics: [Diagnostic])
{
    findings(of: candidates, distro: distro) { advisory, _ in advisory.detail }
}
