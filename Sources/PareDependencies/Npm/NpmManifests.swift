// SPDX-License-Identifier: Apache-2.0
package import PareModel
import PareVersions

/// The names under which `overrides` must speak of a package.
struct Overrides {
    /// `["qs"]`, or nested within who asks: `["body-parser", "qs"]`.
    let keys: [[String]]

    /// For all askings alike where nothing else asks for the package; else for each asker.
    init(of package: String, in tree: DependencyTree, askings: [DependencyTree.Asking]) {
        let names = Set(askings.map(\.edge.name)).sorted()
        let others = tree.nodes.indices.filter { tree.nodes[$0].name == package }
            .flatMap { tree.askers[$0] }
            .filter { asking in
                tree.nodes[asking.node].isOwn
                    || !tree.nodes[asking.node].isDevelopment
                        && !askings.contains { $0.node == asking.node && $0.edge.name == asking.edge.name }
            }
        if others.isEmpty {
            keys = names.map { [$0] }
        } else {
            keys = Set(askings.map { [tree.nodes[$0.node].name, $0.edge.name] }).sorted {
                $0.lexicographicallyPrecedes($1)
            }
        }
    }
}

/// The manifests of an application and its workspaces, as steps leave them.
package struct NpmManifests: Sendable {
    /// By the folder: empty for the application's.
    package var texts: [String: String]
    let tree: DependencyTree

    package init(_ texts: [String: String], tree: DependencyTree) {
        self.texts = texts
        self.tree = tree
    }

    /// What the manifests say in the end.
    package func taking(_ steps: [DependencyPatch.Step]) -> NpmManifests {
        var result = self
        for step in steps {
            for asking in askings(of: step) {
                let asker = tree.nodes[asking.node]
                if step.means == .dependency, asker.isOwn, !asking.edge.range.takes(step.to) {
                    result.set(asking, in: asker, to: asking.edge.range.asking(for: step.to))
                }
            }
            if step.means == .override { result.override(step, askings(of: step)) }
        }
        return result
    }

    /// What they must say for a while so that npm puts exactly the wanted versions into the lock file.
    package func pinning(_ steps: [DependencyPatch.Step]) -> NpmManifests {
        var result = taking(steps)
        for step in steps {
            let askings = askings(of: step)
            let own = askings.filter { tree.nodes[$0.node].isOwn }
            for asking in own where step.means != .override {
                let allowed = step.means == .dependency || asking.edge.range.takes(step.to)
                if allowed {
                    let exact =
                        asking.edge.range.hasPrefix("npm:") ? asking.edge.range.asking(for: step.to) : step.to
                    result.set(asking, in: tree.nodes[asking.node], to: exact)
                }
            }
            if step.means == .update {
                result.override(
                    step, askings.filter { $0.edge.range.takes(step.to) && !tree.nodes[$0.node].isOwn })
            }
        }
        return result
    }

    private func askings(of step: DependencyPatch.Step) -> [DependencyTree.Asking] {
        tree.nodes.indices.filter { index in
            let node = tree.nodes[index]
            return node.name == step.package && node.version == step.from && !node.isOwn
        }.flatMap { tree.askers[$0] }.filter { asking in
            asking.edge.kind != .devDependencies && !tree.nodes[asking.node].isDevelopment
        }
    }

    private mutating func set(_ asking: DependencyTree.Asking, in node: DependencyTree.Node, to range: String)
    {
        guard let text = texts[node.path] else { return }
        var json = JSONText(text)
        json.set([asking.edge.kind.rawValue, asking.edge.name], to: range)
        texts[node.path] = json.text
    }

    private mutating func override(_ step: DependencyPatch.Step, _ askings: [DependencyTree.Asking]) {
        guard let text = texts[""] else { return }
        let outer = askings.filter { !tree.nodes[$0.node].isOwn }
        guard !outer.isEmpty else { return }
        var json = JSONText(text)
        for key in Overrides(of: step.package, in: tree, askings: outer).keys {
            json.set(["overrides"] + key, to: step.to)
        }
        texts[""] = json.text
    }
}

extension String {
    fileprivate func takes(_ version: String) -> Bool {
        Version(version, in: .npm).map(takes) ?? false
    }
}

extension NpmLock {
    /// The lock file's text without the packages that steps are to replace, so that npm looks for them anew.
    package static func text(
        _ text: String, without flaws: Set<Flaw>, tree: DependencyTree, known: KnownFindings
    )
        -> String
    {
        var json = JSONText(text)
        for node in tree.packages where !node.isDevelopment && !node.isBundled {
            guard
                known(node.name, node.version).contains(where: {
                    flaws.contains(Flaw(package: node.name, id: $0))
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
