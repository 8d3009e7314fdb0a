// SPDX-License-Identifier: Apache-2.0
import PareModel
package import PareVersions

/// What is vulnerable in a tree of npm packages, and the steps that could end it.
package struct NpmPlan: Sendable {
    package let tree: DependencyTree
    /// Vulnerabilities to close.
    let flaws: Set<FindingKey>
    let known: KnownFindings
    let node: Version?
    /// npm takes `overrides` since 8.3.
    let takesOverrides: Bool
    /// Nodes that are needed to run the application and have such a vulnerability, in groups of one name and version.
    let vulnerable: [String: [Int]]
    /// All that lead to them.
    let ancestors: Set<Int>

    /// `known` are the findings of the tree's packages, `node` the version of Node.js that the application runs on.
    package init(
        tree: DependencyTree, closing flaws: Set<FindingKey>, known: KnownFindings, node: Version?,
        takesOverrides: Bool
    ) {
        self.tree = tree
        self.flaws = flaws
        self.known = known
        self.node = node
        self.takesOverrides = takesOverrides
        var vulnerable: [String: [Int]] = [:]
        for (index, node) in tree.nodes.enumerated() where !node.isOwn && !node.isDevelopment {
            let ids = known(node.name, node.version)
            if ids.contains(where: { flaws.contains(FindingKey(package: node.name, id: $0)) }) {
                vulnerable[node.label, default: []].append(index)
            }
        }
        self.vulnerable = vulnerable
        ancestors = tree.ancestors(of: vulnerable.values.flatMap(\.self))
    }

    /// What the registry has to be asked about.
    package var names: [String] {
        Set(ancestors.map { tree.nodes[$0] }.filter { !$0.isOwn && !$0.isDevelopment }.map(\.name)).sorted()
    }

    /// What steps are to end.
    package var needs: Set<Need> {
        Set(
            vulnerable.values.flatMap(\.self).flatMap { node in
                tree.runtimeAskers(of: node).map { need($0, node) }
            })
    }

    func need(_ asking: DependencyTree.Asking, _ node: Int) -> Need {
        let asker = tree.nodes[asking.node]
        let vulnerable = tree.nodes[node]
        return Need(
            asker: asker.isOwn ? ":" + asker.path : asker.label, package: vulnerable.name,
            version: vulnerable.version)
    }

    /// Ids of what a step to other versions of some packages closes.
    package func ids(of need: Need) -> [String] { ids(of: need.vulnerable) }

    func ids(of label: String) -> [String] {
        guard let first = vulnerable[label]?.first.map({ tree.nodes[$0] }) else { return [] }
        return known(first.name, first.version).filter { flaws.contains(FindingKey(package: first.name, id: $0)) }
            .sorted()
    }

    /// The vulnerable packages that came within others' archives, and by whom.
    package var bundled: [(package: String, bundler: String)] {
        vulnerable.sorted { $0.key < $1.key }.flatMap { label, nodes in
            nodes.compactMap { index in bundler(of: index).map { (label, tree.nodes[$0].label) } }
        }
    }

    /// The package whose archive a bundled one came in.
    func bundler(of node: Int) -> Int? {
        guard tree.nodes[node].isBundled else { return nil }
        var path = tree.nodes[node].path[...]
        while let range = String(path).range(ofLast: "/node_modules/") {
            path = path[..<range.lowerBound]
            let outer = tree.nodes.firstIndex { $0.path == path }
            if let outer, !tree.nodes[outer].isBundled { return outer }
        }
        return nil
    }

    /// What is reached when the application runs and some askings lead nowhere.
    func reached(cutting cut: Set<Cut>) -> Set<Int> {
        var seen: Set<Int> = []
        var pending = tree.nodes.indices.filter { tree.nodes[$0].isOwn }
        while let current = pending.popLast() {
            guard seen.insert(current).inserted else { continue }
            for edge in tree.nodes[current].edges {
                guard let target = edge.target, !cut.contains(Cut(node: current, name: edge.name)) else {
                    continue
                }
                if edge.kind != .devDependencies, !tree.nodes[target].isDevelopment { pending.append(target) }
            }
        }
        return seen
    }

    /// One asking: by a node, for a name.
    struct Cut: Hashable {
        let node: Int
        let name: String
    }
}
