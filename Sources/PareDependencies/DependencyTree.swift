// SPDX-License-Identifier: Apache-2.0

/// What an application depends on, as its lock file has it: who asks for what, and gets which.
package struct DependencyTree: Sendable {
    /// The application itself is the first.
    package let nodes: [Node]
    /// Who asks for each node, by its place in ``nodes``.
    let askers: [[Asking]]

    /// A package in one place of the tree, or the application or one of its workspaces.
    package struct Node: Sendable {
        /// `node_modules/express/node_modules/qs`; empty for the application.
        package let path: String
        package let name: String
        package let version: String
        package let isWorkspace: Bool
        /// Needed only to develop the application.
        package let isDevelopment: Bool
        /// Not there, or not this one, on every machine.
        package let isOptional: Bool
        /// It came within another package's archive.
        package let isBundled: Bool
        package let edges: [Edge]

        init(
            path: String, name: String, version: String, isWorkspace: Bool = false,
            isDevelopment: Bool = false,
            isOptional: Bool = false, isBundled: Bool = false, edges: [Edge] = []
        ) {
            self.path = path
            self.name = name
            self.version = version
            self.isWorkspace = isWorkspace
            self.isDevelopment = isDevelopment
            self.isOptional = isOptional
            self.isBundled = isBundled
            self.edges = edges
        }

        /// `qs@6.11.0`.
        var label: String { "\(name)@\(version)" }
        var isOwn: Bool { path.isEmpty || isWorkspace }
    }

    /// What a node asks for.
    package struct Edge: Sendable {
        package let name: String
        package let range: String
        package let kind: Kind
        /// Place in ``DependencyTree/nodes`` of what it gets; `nil` where that is nothing.
        package let target: Int?
        package enum Kind: String, Sendable, CaseIterable {
            case dependencies, optionalDependencies, peerDependencies, devDependencies
        }
    }

    /// One node that asks for another.
    struct Asking: Sendable {
        let node: Int
        let edge: Edge
    }

    init(nodes: [Node]) {
        self.nodes = nodes
        var askers = [[Asking]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for edge in node.edges {
                if let target = edge.target { askers[target].append(Asking(node: index, edge: edge)) }
            }
        }
        self.askers = askers
    }

    /// The packages, without the application and its workspaces.
    package var packages: [Node] { nodes.filter { !$0.isOwn } }

    /// Those who ask for a node when the application runs.
    func runtimeAskers(of node: Int) -> [Asking] {
        askers[node].filter { $0.edge.kind != .devDependencies && !nodes[$0.node].isDevelopment }
    }

    /// The names from the application down to a node, by the shortest way; without the application itself.
    func path(to node: Int) -> [String] {
        var next: [Int: Int] = [:]
        var pending = [node]
        var seen: Set<Int> = [node]
        var position = 0
        while position < pending.count {
            let current = pending[position]
            position += 1
            if nodes[current].isOwn {
                var names: [String] = []
                var step = nodes[current].path.isEmpty ? next[current] : current
                while let index = step {
                    names.append(nodes[index].name)
                    step = next[index]
                }
                return names
            }
            for asking in askers[current] where seen.insert(asking.node).inserted {
                next[asking.node] = current
                pending.append(asking.node)
            }
        }
        return [nodes[node].name]
    }

    /// The nodes from which others can be reached, those themselves included.
    func ancestors(of targets: [Int]) -> Set<Int> {
        var seen = Set(targets)
        var pending = targets
        while let current = pending.popLast() {
            for asking in askers[current] where seen.insert(asking.node).inserted {
                pending.append(asking.node)
            }
        }
        return seen
    }

    /// The names of the packages that lead to those of a name.
    package func names(above name: String) -> Set<String> {
        Set(ancestors(of: nodes.indices.filter { nodes[$0].name == name }).map { nodes[$0].name })
    }
}
