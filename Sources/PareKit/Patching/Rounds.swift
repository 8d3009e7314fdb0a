// SPDX-License-Identifier: Apache-2.0
import PareDependencies
import PareModel

/// Chooses steps, learns from what came of locking them, and chooses again.
struct Rounds {
    private let plan: NpmPlan
    private let offers: [String: [Offer]]
    private let known: KnownFindings
    private var experience = Experience()
    private let before: Set<FindingKey>
    private var current: [Option] = []
    private var left = 12
    private(set) var notes: [String] = []
    private(set) var patch: DependencyPatch?
    private var isDone = false

    init(plan: NpmPlan, offers: [String: [Offer]], known: KnownFindings, before: Set<FindingKey>) {
        self.plan = plan
        self.offers = offers
        self.known = known
        self.before = before
    }

    /// The steps to lock next; `nil` when there is nothing more to try.
    mutating func next() -> [DependencyPatch.Step]? {
        guard !isDone, left > 0 else { return nil }
        left -= 1
        let last = current.map(\.step)
        current = cheapest(plan.options(offers, known, after: experience), ending: plan.needs)
        if current.isEmpty || current.map(\.step) == last { isDone = true }
        return isDone ? nil : current.map(\.step)
    }

    /// What the tree has now that the steps are locked.
    mutating func locked(_ flaws: Set<FindingKey>, _ tree: DependencyTree, _ files: [DependencyPatch.File]) {
        let introduced = flaws.subtracting(before)
        if let first = introduced.min(by: { ($0.package, $0.id) < ($1.package, $1.id) }) {
            let culprits = culprits(of: introduced, in: tree)
            for step in culprits {
                notes.append("\(step.package) \(step.to) would bring \(first.id) in \(first.package)")
                experience.banned.insert(step)
            }
            return
        }
        let claimed = current.flatMap { option in option.step.closes.map { (option, $0) } }
        let failed = claimed.filter { option, id in
            option.packages.contains { flaws.contains(FindingKey(package: $0, id: id)) }
        }
        keep(flaws, files)
        isDone = failed.isEmpty
        for (option, id) in failed {
            let needs = option.ends.filter { plan.ids(of: $0).contains(id) }
            experience.failed[option.step, default: []].formUnion(needs)
        }
    }

    mutating func refused(_ steps: [DependencyPatch.Step], reason: String) {
        for step in steps {
            notes.append("\(step.package) \(step.to) cannot be locked: \(reason)")
            experience.banned.insert(step)
        }
        // All can be locked alone, but not together.
        if steps.isEmpty, let last = current.last { experience.banned.insert(last.step) }
    }

    /// The patch that closes most so far.
    private mutating func keep(_ flaws: Set<FindingKey>, _ files: [DependencyPatch.File]) {
        let closed = before.subtracting(flaws)
        let steps = current.map(\.step).filter { step in
            closed.contains { step.closes.contains($0.id) }
        }
        guard steps.count == current.count, !closed.isEmpty else { return }
        if closed.count > closedByPatch {
            patch = DependencyPatch(steps: steps, files: files)
            closedByPatch = closed.count
        }
    }
    private var closedByPatch = 0

    private func culprits(of introduced: Set<FindingKey>, in tree: DependencyTree) -> [DependencyPatch.Step] {
        let steps = current.map(\.step)
        let names = Set(introduced.map(\.package))
        let direct = steps.filter { names.contains($0.package) }
        if !direct.isEmpty { return direct }
        let paths = names.flatMap { tree.names(above: $0) }
        let above = steps.filter { paths.contains($0.package) }
        return above.isEmpty ? Array(steps.suffix(1)) : above
    }
}
