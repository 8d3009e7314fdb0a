// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Findings of one severity that one upgrade closes, or that wait for the same thing.
///
/// Packages built from one source in one version stand together: a thousand findings become a list that can be read.
struct FindingGroup {
    let findings: [Finding]

    /// Binary packages, each once, by name.
    let packages: [String]

    /// Each once, the newest first.
    let ids: [String]

    /// Layers that brought the packages, oldest first.
    let layers: [Int]

    /// Source package where it has several binary packages, else the package.
    let name: String

    let version: String

    /// The version to go to, or why there is none.
    let remedy: String

    init(_ findings: [Finding]) {
        self.findings = findings
        packages = Set(findings.map(\.package.name)).sorted()
        ids = newestFirst(findings)
        layers = Set(findings.map(\.package.evidence.layer)).sorted()
        remedy = PareReport.remedy(for: findings)
        let package = findings.first?.package
        name = (packages.count > 1 ? package?.source?.name : nil) ?? package?.name ?? ""
        let versions = Set(findings.map(\.package.version))
        let shared = versions.count > 1 ? package?.source?.version ?? "" : ""
        version = shared.isEmpty ? package?.version ?? "" : shared
    }

    var hasFix: Bool { findings.first?.hasFix == true }
    var kind: Package.Kind { findings.first?.package.kind ?? .dpkg }

    /// Files the packages were read from, each once.
    var paths: [String] { Set(findings.map(\.package.evidence.path)).sorted() }

    /// Groups those with a fix first, then by name and version.
    static func groups(of findings: some Sequence<Finding>) -> [FindingGroup] {
        Dictionary(grouping: findings, by: Key.init).values.map(FindingGroup.init).sorted { left, right in
            if left.hasFix != right.hasFix { return left.hasFix }
            return (left.name, left.version, left.kind.rawValue, left.remedy)
                < (right.name, right.version, right.kind.rawValue, right.remedy)
        }
    }

    private struct Key: Hashable {
        let kind: Package.Kind
        let source: Package.Source
        let hasFix: Bool
        let status: FixStatus?

        init(_ finding: Finding) {
            let package = finding.package
            kind = package.kind
            source = package.source ?? Package.Source(name: package.name, version: package.version)
            hasFix = finding.hasFix
            status = finding.hasFix ? nil : finding.status
        }
    }
}

/// The findings' ids, each once: CVE before other names, the newest first.
func newestFirst(_ findings: [Finding]) -> [String] {
    Set(findings.map(\.id)).sorted { left, right in
        let (one, other) = (left.hasPrefix("CVE-"), right.hasPrefix("CVE-"))
        return one == other ? left > right : one
    }
}

/// A layer as people count, from 1; `?` for one that no image has.
func layerNumber(_ index: Int) -> String { (0..<1_000_000).contains(index) ? String(index + 1) : "?" }

extension Package.Kind {
    /// What people call the kind: `deb`, `npm`.
    var word: String {
        switch self {
        case .dpkg: "deb"
        case .cargo: "crate"
        case .node, .cpython: "runtime"
        case .apk, .npm, .python, .gem, .go, .jar: rawValue
        }
    }
}
