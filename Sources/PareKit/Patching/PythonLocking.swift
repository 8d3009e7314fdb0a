// SPDX-License-Identifier: Apache-2.0
import PareDependencies
import PareEngine
import PareModel

/// Locks steps of Python's packages; where versions that others are held to are in the way, the fewest of those move, and
/// each as little as can be.
struct PythonLocking {
    let runner: PythonRunner
    let judge: Judge
    /// What is installed now.
    let before: PythonPackages

    /// Steps as they were locked.
    struct Locked {
        let steps: [DependencyPatch.Step]
        let files: [DependencyPatch.File]
        let packages: PythonPackages
    }

    /// - Throws: ``PatchFailure/refused(manager:reason:)`` where no versions of the pins go with the steps.
    func lock(_ steps: [DependencyPatch.Step]) async throws -> Locked {
        do {
            return locked(steps, try await runner.resolve(steps))
        } catch let refusal as PatchFailure {
            guard case .refused = refusal, let moved = try await moving(with: steps) else { throw refusal }
            return locked(moved.steps, moved.resolved)
        }
    }

    /// The steps with what moved, and the versions that the package manager chose.
    private func locked(_ steps: [DependencyPatch.Step], _ resolved: PythonRunner.Resolved) -> Locked {
        Locked(
            steps: with(steps, resolved.packages), files: resolved.files, packages: resolved.packages)
    }

    private func with(_ steps: [DependencyPatch.Step], _ now: PythonPackages) -> [DependencyPatch.Step] {
        let own = asked(steps, now)
        let found = Set((own.flatMap(\.self).map(\.package) + steps.map(\.package)).map(\.pythonName))
        let others = now.others(than: found, from: before, pinned: runner.pins)
        return zip(steps, own).map { step, own in
            step.reaching(now.named(step.package)?.version, with: own + others)
        }
    }

    /// For each step what it asks to move.
    private func asked(
        _ steps: [DependencyPatch.Step], _ now: PythonPackages
    ) -> [[DependencyPatch.Companion]] {
        let pinned = runner.pins
        return steps.map { now.companions(of: $0, from: before, pinned: pinned) }
    }

    /// Lets other pins move; `nil` where that does not help.
    private func moving(
        with steps: [DependencyPatch.Step]
    ) async throws -> (steps: [DependencyPatch.Step], resolved: PythonRunner.Resolved)? {
        let pins = runner.pins.subtracting(steps.map(\.package.pythonName))
        guard !pins.isEmpty, let loose = try await attempt(steps, pins) else { return nil }
        let moved = Set(before.moved(in: loose.packages)).intersection(pins)
        let needed = Set(asked(steps, loose.packages).flatMap(\.self).map(\.package.pythonName))
        guard
            let (free, least) = try await fewest(moved, steps, guess: needed.intersection(moved))
        else { return nil }

        for more in try await smaller(free, least.packages, steps) + [with(steps, least.packages)] {
            if let resolved = try await attempt(more, []) { return (more, resolved) }
        }
        return nil
    }

    /// Of the pins that moved when all could, the fewest that have to.
    private func fewest(
        _ moved: Set<String>, _ steps: [DependencyPatch.Step], guess: Set<String>
    ) async throws -> (free: Set<String>, resolved: PythonRunner.Resolved)? {
        if let resolved = try await attempt(steps, guess) { return (guess, resolved) }
        let held = try await largestWorkingPart(of: moved.sorted(), wholeFails: true) { held in
            try await attempt(steps, moved.subtracting(held)) != nil
        }
        let free = moved.subtracting(held)
        return try await attempt(steps, free).map { (free, $0) }
    }

    /// The steps, with each of the packages that have to move at its smallest version that the others take, and in which
    /// nothing is known that is not known of the one before: first with what is asked by those that stay, then by all.
    private func smaller(
        _ free: Set<String>, _ least: PythonPackages, _ steps: [DependencyPatch.Step]
    ) async throws -> [[DependencyPatch.Step]] {
        let offered = try await runner.versions(of: free.sorted())
        let known = try KnownFindings(
            of: offered.flatMap { name, versions in versions.map { (name, $0) } }
                + free.map { ($0, before.named($0)?.version ?? "") }, .python, by: judge)
        return [free, []].map { ignored in
            var versions: [String: String] = [:]
            for name in free {
                guard let old = before.named(name)?.version else { continue }
                versions[name] = least.smallest(
                    name, from: old, offered: offered[name] ?? [], ignoring: ignored
                ) { known.ids(name, $0).isSubset(of: known.ids(name, old)) }
            }
            return with(steps, least).map { step in
                step.reaching(
                    step.to, with: step.companions.map { $0.to(versions[$0.package.pythonName]) })
            }
        }
    }

    private func attempt(
        _ steps: [DependencyPatch.Step], _ loose: Set<String>
    ) async throws -> PythonRunner.Resolved? {
        do {
            return try await runner.resolve(steps, loosening: loose)
        } catch PatchFailure.refused {
            return nil
        } catch let error as EngineError where error.isOfTime {
            // Too many versions to choose from: no reason to give up what can be had without.
            return nil
        }
    }
}

extension PythonPackages {
    /// Normalised names of what has another version in `other`.
    fileprivate func moved(in other: PythonPackages) -> [String] {
        all.filter { package in other.named(package.name).map { $0.version != package.version } ?? false }
            .map(\.name.pythonName)
    }
}

extension DependencyPatch.Step {
    /// The same step, with the version that the package manager chose, and with what moves with it.
    fileprivate func reaching(_ version: String?, with companions: [DependencyPatch.Companion]) -> Self {
        Self(
            package: package, from: from, to: version ?? to, means: means, requiredBy: requiredBy,
            closes: closes, crossesMajor: crossesMajor, reason: reason, companions: companions)
    }
}

extension DependencyPatch.Companion {
    fileprivate func to(_ version: String?) -> Self {
        guard let version else { return self }
        let crosses = from.split(separator: ".").first != version.split(separator: ".").first
        return Self(package: package, from: from, to: version, crossesMajor: crosses, reason: reason)
    }
}
