// SPDX-License-Identifier: Apache-2.0
package import PareModel
import PareVersions

/// Which versions of Python's packages would close findings, in the order in which to try them.
package struct PythonPlan: Sendable {
    private let packages: PythonPackages
    private let ids: [String: [String]]
    private var versions: [String: [String]] = [:]
    private var banned: Set<String> = []
    private let changesLockOnly: Bool

    /// Of what is installed, the packages in which there is one of the flaws.
    package init(
        _ packages: PythonPackages, changesLockOnly: Bool, closing flaws: Set<FindingKey>,
        _ known: KnownFindings
    ) {
        self.packages = packages
        self.changesLockOnly = changesLockOnly
        var ids: [String: [String]] = [:]
        for package in packages.all {
            let found = known(package.name, package.version)
                .filter { flaws.contains(FindingKey(package: package.name.pythonName, id: $0)) }
            if !found.isEmpty { ids[package.name] = found.sorted() }
        }
        self.ids = ids
    }

    package var names: [String] { ids.keys.sorted() }

    /// Takes what the index offers: newer versions without findings, and where there is none those with fewest.
    package mutating func offer(_ offered: [String: [String]], _ known: KnownFindings) {
        for (name, texts) in offered {
            guard let current = packages.named(name), let old = Version(current.version, in: .python) else {
                continue
            }
            let own = known(name, current.version)
            let newer = texts.compactMap { text in Version(text, in: .python).map { (text, $0) } }
                .filter { text, version in
                    version > old && text.isRelease && known(name, text).isStrictSubset(of: own)
                }
                .sorted { $0.1 < $1.1 }.map(\.0)
            let least = newer.map { known(name, $0).count }.min()
            versions[name] = newer.filter { known(name, $0).count == least }
        }
    }

    /// For each package the smallest version that was not found wanting.
    package var steps: [DependencyPatch.Step] {
        names.compactMap { name in
            guard let package = packages.named(name),
                let version = versions[name]?.first(where: { !banned.contains("\(name)@\($0)") })
            else { return nil }
            let path = packages.path(to: name)
            let crosses = package.version.split(separator: ".").first != version.split(separator: ".").first
            let reason =
                package.isDirect
                ? "the smallest version without these vulnerabilities"
                : "the smallest version without these vulnerabilities; \(path.dropLast().last ?? "another") brings it"
            return DependencyPatch.Step(
                package: name, from: package.version, to: version,
                means: changesLockOnly ? .update : package.isDirect ? .dependency : .override,
                requiredBy: path, closes: ids[name] ?? [], crossesMajor: crosses, reason: reason)
        }
    }

    package mutating func ban(_ step: DependencyPatch.Step) { banned.insert("\(step.package)@\(step.to)") }
}

extension String {
    /// Neither a pre-release nor one for developers.
    var isRelease: Bool { allSatisfy { $0.isNumber || $0 == "." } || contains(".post") }
}

extension PythonPackages {
    /// What is known of the packages.
    package func flaws(_ known: KnownFindings) -> Set<FindingKey> {
        Set(
            all.flatMap { package in
                known(package.name, package.version).map {
                    FindingKey(package: package.name.pythonName, id: $0)
                }
            })
    }
}
