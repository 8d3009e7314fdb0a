// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// That one package gets a vulnerable version of another: what steps are to end.
package struct Need: Hashable, Sendable {
    /// `express@4.18.2`; for the application and its workspaces a colon and their folder.
    let asker: String
    let package: String
    let version: String
    package var vulnerable: String { "\(package)@\(version)" }
}

/// A step that could be taken, and what it would end.
package struct Option: Sendable {
    package let step: DependencyPatch.Step
    package var ends: Set<Need>
    /// Lines that it changes in manifests.
    let manifestChanges: Int

    /// What is to be small, the weightiest first.
    var cost: [Int] {
        let isMajor = step.from.split(separator: ".").first != step.to.split(separator: ".").first
        return [
            step.crossesMajor && isMajor ? 1 : 0, step.crossesMajor && !isMajor ? 1 : 0, manifestChanges,
            step.means == .override ? 1 : 0, 1, step.requiredBy.count,
        ]
    }
}

/// What came of locking steps.
package struct Experience: Sendable {
    /// They cannot be locked, or bring a finding.
    package var banned: Set<DependencyPatch.Step> = []
    /// What they did not end after all.
    package var failed: [DependencyPatch.Step: Set<Need>] = [:]
    package init() {}
}

/// The steps that together end as much as can be, at the least cost.
///
/// Fewest crossings of major versions, then of minor ones below 1.0, then fewest changes to manifests, then fewest overrides, then fewest steps, then
/// those nearest to the application.  An exact search as long as that is affordable, else the best found by then.
package func cheapest(_ options: [Option], ending needs: Set<Need>) -> [Option] {
    var choice = Choice(options: options)
    let possible = options.reduce(into: Set<Need>()) { $0.formUnion($1.ends) }.intersection(needs)
    choice.search(possible, taken: [], cost: [0, 0, 0, 0, 0, 0])
    return (choice.best ?? []).sorted { ($0.step.package, $0.step.from) < ($1.step.package, $1.step.from) }
}

private struct Choice {
    let options: [Option]
    private(set) var best: [Option]?
    private var bestCost: [Int] = []
    private var tries = 0
    private static let tryLimit = 50_000

    init(options: [Option]) { self.options = options }

    mutating func search(_ open: Set<Need>, taken: [Option], cost: [Int]) {
        tries += 1
        guard best == nil || (tries < Self.tryLimit && cost.lexicographicallyPrecedes(bestCost)) else {
            return
        }
        // The need with the fewest ways first: it decides most.
        let ways = open.map { need in (need, options.filter { $0.ends.contains(need) }) }
        guard
            let (_, candidates) = ways.min(by: { left, right in
                (left.1.count, left.0.asker, left.0.package) < (right.1.count, right.0.asker, right.0.package)
            })
        else {
            best = taken
            bestCost = cost
            return
        }
        let ordered = candidates.sorted { left, right in
            let gains = (left.ends.intersection(open).count, right.ends.intersection(open).count)
            if gains.0 != gains.1, left.cost.prefix(3) == right.cost.prefix(3) { return gains.0 > gains.1 }
            return left.cost.lexicographicallyPrecedes(right.cost)
        }
        for option in ordered where !taken.contains(where: { $0.excludes(option) }) {
            let sum = zip(cost, option.cost).map { $0 + $1 }
            search(open.subtracting(option.ends), taken: taken + [option], cost: sum)
        }
    }
}

extension Option {
    /// Names of the packages whose vulnerable versions it ends.
    package var packages: Set<String> { Set(ends.map(\.package)) }

    /// Two steps that would give one package two versions.
    fileprivate func excludes(_ other: Option) -> Bool {
        step.package == other.step.package && step.from == other.step.from && step.to != other.step.to
    }
}
