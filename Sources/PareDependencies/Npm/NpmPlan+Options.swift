// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareVersions

extension NpmPlan {
    /// The steps that could be taken, given what the registry offers of ``names``, what is known of that, and what came of
    /// steps that were tried.
    package func options(
        _ offers: [String: [Offer]], _ known: KnownFindings, after experience: Experience
    ) -> [Option] {
        let outlook = Outlook(plan: self, offers: offers, known: known, experience: experience)
        let groups = Dictionary(
            grouping: ancestors.filter { index in
                let node = tree.nodes[index]
                return !node.isOwn && !node.isDevelopment && !node.isBundled
            }
        ) { tree.nodes[$0].label }
        return groups.sorted { $0.key < $1.key }.flatMap { outlook.options(for: $0.value.sorted()) }
    }
}

/// Looks ahead: what would become of the tree with other versions in it.
private struct Outlook {
    let plan: NpmPlan
    let offers: [String: [Offer]]
    let known: KnownFindings
    let experience: Experience

    private var tree: DependencyTree { plan.tree }

    /// The steps on a package that is in these places of the tree, in one version.
    func options(for nodes: [Int]) -> [Option] {
        guard let first = nodes.first else { return [] }
        let package = tree.nodes[first]
        guard let current = Version(package.version, in: .npm) else { return [] }
        let own = known(package.name, package.version)
        let newer = (offers[package.name] ?? []).filter { offer in
            offer.parsed > current && offer.suits(plan.node)
                && known(package.name, offer.version).isSubset(of: own)
        }
        var found: [Option] = []
        for offer in candidates(newer, bundledIn: nodes) {
            for means in [DependencyPatch.Step.Means.update, .dependency, .override] {
                guard let option = option(nodes, offer, means),
                    !found.contains(where: { $0.isAsGood(as: option) })
                else { continue }
                found.append(option)
            }
        }
        return found
    }

    /// All newer versions from the smallest on; of a package that bundles others, whose content only its archive shows, the
    /// newest of each major version from the newest on.
    private func candidates(_ newer: [Offer], bundledIn nodes: [Int]) -> [Offer] {
        let isBundler = plan.vulnerable.values.flatMap(\.self).contains { node in
            plan.bundler(of: node).map(nodes.contains) ?? false
        }
        guard isBundler else { return newer }
        var kept: [Offer] = []
        for offer in newer.reversed()
        where !kept.contains(where: { !crossesMajor(offer.version, $0.version) }) {
            kept.append(offer)
        }
        return kept
    }

    private func option(
        _ nodes: [Int], _ offer: Offer, _ means: DependencyPatch.Step.Means
    ) -> Option? {
        let package = tree.nodes[nodes[0]]
        guard means != .override || plan.takesOverrides && plan.vulnerable[package.label] != nil else {
            return nil
        }
        let change = NpmChange(
            of: nodes, to: offer.version, offer.parsed, means, in: tree,
            overrules: plan.takesOverrides && plan.vulnerable[package.label] != nil)
        guard change.rewritten.allSatisfy(\.isChangeable) else { return nil }
        var ends = ended(by: change.changed, offer, package)
        let step = DependencyPatch.Step(
            package: package.name, from: package.version, to: offer.version, means: means,
            requiredBy: tree.path(to: nodes[0]),
            closes: Set(Set(ends.map(\.vulnerable)).flatMap(plan.ids)).sorted(),
            crossesMajor: crossesMajor(package.version, offer.version),
            reason: reason(means, package, ends, change))
        guard !experience.banned.contains(step) else { return nil }
        ends.subtract(experience.failed[step] ?? [])
        return ends.isEmpty ? nil : Option(step: step, ends: ends, manifestChanges: change.lineCount)
    }

    /// The needs that are no more when the askings get the offered version.
    private func ended(
        by changed: [DependencyTree.Asking], _ offer: Offer, _ package: DependencyTree.Node
    ) -> Set<Need> {
        guard !changed.isEmpty else { return [] }
        let cut = Set(changed.map { NpmPlan.Cut(node: $0.node, name: $0.edge.name) })
        let rest = plan.reached(cutting: cut)
        var verdicts: [String: Bool] = [:]
        var ends: Set<Need> = []
        for (label, nodes) in plan.vulnerable {
            let name = tree.nodes[nodes[0]].name
            let isGone = { (node: Int, asking: DependencyTree.Asking) in
                cut.contains(.init(node: asking.node, name: asking.edge.name))
                    || !rest.contains(asking.node) && !tree.nodes[node].isOwn
            }
            let needs = nodes.flatMap { node in
                tree.runtimeAskers(of: node).filter { isGone(node, $0) }.map { plan.need($0, node) }
            }
            guard !needs.isEmpty, isBetter(package.name, offer, than: label, named: name, &verdicts) else {
                continue
            }
            // The same need may stand in another place that is still reached.
            let left = nodes.flatMap { node in
                tree.runtimeAskers(of: node).filter { !isGone(node, $0) }.map { plan.need($0, node) }
            }
            ends.formUnion(Set(needs).subtracting(left))
        }
        return ends
    }

    /// Whether nothing below an offered version is as vulnerable as what is there now.
    private func isBetter(
        _ package: String, _ offer: Offer, than label: String, named name: String,
        _ verdicts: inout [String: Bool]
    ) -> Bool {
        if package == name { return isClean(name, offer, for: label) }
        let key = "\(package)@\(offer.version) \(label)"
        if let verdict = verdicts[key] { return verdict }
        verdicts[key] = true
        let verdict = offer.dependencies.allSatisfy { dependency, range in
            guard let known = offers[dependency] else { return true }
            if dependency == name {
                return known.contains { range.takes($0.parsed) && isClean(name, $0, for: label) }
            }
            let locked = tree.nodes.first { node in
                node.name == dependency && Version(node.version, in: .npm).map(range.takes) ?? false
            }
            let next =
                known.last { locked.map { $0.version } == $0.version }
                ?? known.last { range.takes($0.parsed) }
            guard let next else { return true }
            return isBetter(dependency, next, than: label, named: name, &verdicts)
        }
        verdicts[key] = verdict
        return verdict
    }

    /// Whether a version has none of what the vulnerable one has; where no version has none, fewer do.
    private func isClean(_ name: String, _ offer: Offer, for label: String) -> Bool {
        let ids = known(name, offer.version)
        if ids.isEmpty { return true }
        let current = label.dropFirst(name.count + 1)
        let least = (offers[name] ?? []).map { known(name, $0.version).count }.min() ?? 0
        return ids.count == least && ids.isStrictSubset(of: known(name, String(current)))
    }

    private func reason(
        _ means: DependencyPatch.Step.Means, _ package: DependencyTree.Node, _ ends: Set<Need>,
        _ change: NpmChange
    ) -> String {
        func list(_ texts: [String]) -> String { Set(texts).sorted().joined(separator: ", ") }
        let others = list(ends.map(\.vulnerable).filter { $0 != package.label })
        let what = others.isEmpty ? "" : ", and brings other versions of \(others)"
        switch means {
        case .update:
            return
                "the smallest version within \(list(change.pinned.map { "'\($0.edge.range)'" })) that helps"
                + what
        case .dependency:
            return
                "no version within \(list(change.rewritten.map { "'\($0.edge.range)'" })) helps; this is the next"
                + what
        case .override:
            let askers = list(change.overruled.map { tree.nodes[$0.node].label })
            return "the smallest version that helps, in place of what \(askers) asks for"
        case .removal: return ""
        }
    }
}

extension DependencyTree.Asking {
    /// Whether its range can be written anew: it is one of versions, not a folder, an address or a repository.
    fileprivate var isChangeable: Bool {
        !edge.range.contains("/") && !edge.range.contains(":") || edge.range.hasPrefix("npm:")
    }
}

extension Option {
    /// Whether nothing speaks for another one, which is not the smaller step.
    fileprivate func isAsGood(as other: Option) -> Bool {
        step.means == other.step.means && ends.isSuperset(of: other.ends)
            || cost.lexicographicallyPrecedes(other.cost) && ends.isSuperset(of: other.ends)
    }
}
