// SPDX-License-Identifier: Apache-2.0
package import PareModel
import PareVersions

/// The manifests of an application and its workspaces, as steps leave them.
package struct NpmManifests: Sendable {
    /// By the folder: empty for the application's.
    package private(set) var texts: [String: String]
    private let tree: DependencyTree
    private let known: KnownFindings
    private let takesOverrides: Bool

    package init(_ texts: [String: String], tree: DependencyTree, known: KnownFindings, takesOverrides: Bool)
    {
        self.texts = texts
        self.tree = tree
        self.known = known
        self.takesOverrides = takesOverrides
    }

    /// What the manifests say in the end.
    package func taking(_ steps: [DependencyPatch.Step]) -> NpmManifests {
        var result = self
        for step in steps {
            guard let change = change(by: step) else { continue }
            for asking in change.rewritten { result.set(asking, to: asking.edge.range.asking(for: step.to)) }
            for (key, value) in change.overrides { result.edit("", ["overrides"] + key, to: value) }
        }
        return result
    }

    /// What they must say for a while so that npm puts exactly the wanted versions into the lock file.
    package func pinning(_ steps: [DependencyPatch.Step]) -> NpmManifests {
        var result = taking(steps)
        for step in steps {
            guard let change = change(by: step) else { continue }
            for asking in change.pinned where tree.nodes[asking.node].isOwn {
                let isAlias = asking.edge.range.hasPrefix("npm:")
                result.set(asking, to: isAlias ? asking.edge.range.asking(for: "=" + step.to) : step.to)
            }
            guard step.means == .update else { continue }
            let others = change.pinned.filter { !tree.nodes[$0.node].isOwn }
            for key in NpmChange.keys(others, nodes(of: step), tree) {
                result.edit("", ["overrides"] + key, to: step.to)
            }
        }
        return result
    }

    private func nodes(of step: DependencyPatch.Step) -> [Int] {
        tree.nodes.indices.filter { index in
            let node = tree.nodes[index]
            return node.name == step.package && node.version == step.from && !node.isOwn
                && !node.isDevelopment
        }
    }

    private func change(by step: DependencyPatch.Step) -> NpmChange? {
        guard let version = Version(step.to, in: .npm) else { return nil }
        let isVulnerable = !known(step.package, step.from).isDisjoint(with: step.closes)
        return NpmChange(
            of: nodes(of: step), to: step.to, version, step.means, in: tree,
            overrules: takesOverrides && isVulnerable)
    }

    private mutating func set(_ asking: DependencyTree.Asking, to range: String) {
        edit(tree.nodes[asking.node].path, [asking.edge.kind.rawValue, asking.edge.name], to: range)
    }

    private mutating func edit(_ folder: String, _ path: [String], to value: String) {
        guard let text = texts[folder] else { return }
        var json = JSONText(text)
        json.set(path, to: value)
        texts[folder] = json.text
    }
}

extension NpmLock {
    /// The lock file's text without the packages that steps are to replace, so that npm looks for them anew.
    package static func text(
        _ text: String, without flaws: Set<FindingKey>, tree: DependencyTree, known: KnownFindings
    )
        -> String
    {
        var json = JSONText(text)
        for node in tree.packages where !node.isDevelopment && !node.isBundled {
            guard
                known(node.name, node.version).contains(where: {
                    flaws.contains(FindingKey(package: node.name, id: $0))
                })
            else { continue }
            json.remove(["packages", node.path])
            json.remove(node.path.lockKeys)
        }
        return json.text
    }
}

extension String {
    /// Where a path stands in a lock file of version 1: `["dependencies", "a", "dependencies", "b"]`.
    fileprivate var lockKeys: [String] {
        var keys: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: "node_modules/") {
            rest = rest[range.upperBound...]
            let end = rest.firstRange(of: "/node_modules/")?.lowerBound ?? rest.endIndex
            keys += ["dependencies", String(rest[..<end])]
        }
        return keys
    }
}
