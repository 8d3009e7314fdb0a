// SPDX-License-Identifier: Apache-2.0

package import PareModel
import PareVersions

/// What changed between two images: findings by package and id, and answers where both were tried.
///
/// Findings are the same where kind and name of the package and the id are, whatever the version.
/// Dismissed ones do not count; one that was open and is dismissed now is neither fixed nor remaining, but named apart.
package func compare(
    _ before: ScanReport, with after: ScanReport, behaviour behaviourBefore: Behaviour? = nil,
    _ behaviourAfter: Behaviour? = nil
) -> Comparison {
    let keysBefore = Set(before.findings.map(FindingTopic.init))
    let openBefore = Set(before.open.map(FindingTopic.init))
    let keysAfter = Set(after.findings.map(FindingTopic.init))
    let versions = versionsByPackage(after.packages)
    let fixed = before.open.filter { !keysAfter.contains(FindingTopic($0)) }.map { finding in
        let left = versions[PackageTopic(finding.package)] ?? []
        return Comparison.Removed(
            finding: finding, cause: left.isEmpty ? .packageRemoved : .versionChanged(to: left))
    }
    var answers: [Comparison.Difference]?
    if let behaviourBefore, let behaviourAfter {
        answers = differences(between: behaviourBefore, and: behaviourAfter)
    }
    return Comparison(
        before: before, after: after, behaviourBefore: behaviourBefore, behaviourAfter: behaviourAfter,
        fixed: fixed,
        introduced: after.open.filter { !keysBefore.contains(FindingTopic($0)) },
        remaining: after.open.filter { keysBefore.contains(FindingTopic($0)) },
        dismissed: after.dismissed.filter { openBefore.contains(FindingTopic($0)) }, differences: answers)
}

/// A package whatever its version.
private struct PackageTopic: Hashable {
    let kind: Package.Kind
    let name: String

    init(_ package: Package) {
        kind = package.kind
        name = package.name
    }
}

/// A vulnerability of a package whatever its version.
private struct FindingTopic: Hashable {
    let package: PackageTopic
    let id: String

    init(_ finding: Finding) {
        package = PackageTopic(finding.package)
        id = finding.id
    }
}

/// The versions of each package, each once, oldest first.
private func versionsByPackage(_ packages: [Package]) -> [PackageTopic: [String]] {
    Dictionary(grouping: packages, by: PackageTopic.init).mapValues { packages in
        let scheme = VersionScheme(packages[0].kind)
        return Set(packages.map(\.version))
            .map { ($0, Version($0, in: scheme)) }
            .sorted { left, right in
                guard let older = left.1, let newer = right.1, older != newer else {
                    return left.0.precedes(right.0)
                }
                return older < newer
            }
            .map(\.0)
    }
}
