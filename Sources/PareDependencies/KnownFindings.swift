// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// What the advisories say of packages: the findings of a scan that sees just these.
package typealias Judge = @Sendable ([Package]) throws -> [Finding]

/// Ids of findings by package and version.
package struct KnownFindings: Sendable {
    private let ids: [String: Set<String>]

    /// Asks once for all the versions.
    package init(of versions: [(name: String, version: String)], _ kind: Package.Kind, by judge: Judge) throws
    {
        let packages = versions.map { name, version in
            Package(kind, name: name, version: version, evidence: .init(path: "", layer: 0))
        }
        var ids: [String: Set<String>] = [:]
        for finding in try judge(packages) {
            ids["\(finding.package.name)@\(finding.package.version)", default: []].insert(finding.id)
        }
        self.ids = ids
    }

    /// Of the packages of a tree.
    package init(of tree: DependencyTree, by judge: Judge) throws {
        try self.init(of: tree.packages.map { ($0.name, $0.version) }, .npm, by: judge)
    }

    /// Ids of the findings of a package in a version.
    package func ids(_ name: String, _ version: String) -> Set<String> { self(name, version) }

    func callAsFunction(_ name: String, _ version: String) -> Set<String> { ids["\(name)@\(version)"] ?? [] }
}

/// A vulnerability in a package, whatever its version.
package struct FindingKey: Hashable, Sendable {
    package let package: String
    package let id: String
    package init(package: String, id: String) {
        self.package = package
        self.id = id
    }
}

extension DependencyTree {
    /// What is known of the packages that are there when the application runs.
    package func flaws(_ known: KnownFindings) -> Set<FindingKey> {
        var flaws: Set<FindingKey> = []
        for node in packages where !node.isDevelopment {
            for id in known(node.name, node.version) { flaws.insert(FindingKey(package: node.name, id: id)) }
        }
        return flaws
    }
}
