// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareVersions

/// What a step to another version of a package changes: for whom, and by which lines of the manifests.
struct NpmChange {
    /// Those whose range is written anew, which only the application and its workspaces can be.
    private(set) var rewritten: [DependencyTree.Asking] = []
    /// Those who get the version because their range, the new one where it is rewritten, takes it.
    private(set) var pinned: [DependencyTree.Asking] = []
    /// Those who get it whatever they ask for.
    private(set) var overruled: [DependencyTree.Asking] = []
    /// Keys of `overrides` with their values: `["qs"]`, or within who asks `["body-parser", "qs"]`.
    private(set) var overrides: [(key: [String], value: String)] = []

    var changed: [DependencyTree.Asking] { pinned + overruled }
    var lineCount: Int { rewritten.count + overrides.count }

    /// `overrules` says whether a change of the manifest's range may overrule others that ask for the package too.
    init(
        of nodes: [Int], to text: String, _ version: Version, _ means: DependencyPatch.Step.Means,
        in tree: DependencyTree,
        overrules: Bool
    ) {
        let askings = nodes.flatMap { tree.runtimeAskers(of: $0) }
        func isOwn(_ asking: DependencyTree.Asking) -> Bool { tree.nodes[asking.node].isOwn }
        switch means {
        case .update: pinned = askings.filter { $0.edge.range.takes(version) }
        case .dependency:
            rewritten = askings.filter { isOwn($0) && !$0.edge.range.takes(version) }
            guard !rewritten.isEmpty else { return }
            pinned = askings.filter { isOwn($0) || $0.edge.range.takes(version) }
            let root = rewritten.first { tree.nodes[$0.node].path.isEmpty }
            guard overrules, let root else { return }
            overruled = askings.filter { asking in
                !isOwn(asking) && asking.edge.kind != .peerDependencies && !asking.edge.range.takes(version)
            }
            if !overruled.isEmpty { overrides = [([root.edge.name], "$" + root.edge.name)] }
        case .override:
            // What a peer does not take is for the peer to say.
            overruled = askings.filter { asking in
                !isOwn(asking) && (asking.edge.kind != .peerDependencies || asking.edge.range.takes(version))
            }
            overrides = Self.keys(overruled, nodes, tree).map { ($0, text) }
        case .removal: break
        }
    }

    /// Keys for all askings alike where nothing else asks for the package, else one for each asker.
    static func keys(
        _ askings: [DependencyTree.Asking], _ nodes: [Int], _ tree: DependencyTree
    ) -> [[String]] {
        let name = nodes.first.map { tree.nodes[$0].name } ?? ""
        let others = tree.nodes.indices.filter { tree.nodes[$0].name == name }.flatMap { tree.askers[$0] }
            .filter { asking in
                let asker = tree.nodes[asking.node]
                return asker.isOwn
                    || !asker.isDevelopment
                        && !askings.contains { $0.node == asking.node && $0.edge.name == asking.edge.name }
            }
        let keys = askings.map { others.isEmpty ? [$0.edge.name] : [tree.nodes[$0.node].name, $0.edge.name] }
        return Set(keys).sorted { $0.lexicographicallyPrecedes($1) }
    }
}
