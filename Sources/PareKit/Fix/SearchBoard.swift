// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import PareMatch
import PareModel

/// What came of trying a candidate.
struct Attempt: Sendable {
    let result: Result
    /// Seconds to build, start and scan.
    let seconds: Double
    /// What was changed in manifests and lock files for it.
    var patch: DependencyPatch?

    enum Result: Sendable {
        /// It answers as the baseline does.
        case proven(Measurement)
        case failed(reason: String, [Comparison.Difference])
    }

    var measurement: Measurement? {
        guard case .proven(let measurement) = result else { return nil }
        return measurement
    }
}

/// Who has been tried, who is next, and who is best: a search without the trying.
struct SearchBoard {
    private enum State {
        case waiting
        case running
        case tried(Attempt)
        case skipped(reason: String)
    }

    private let candidates: [FixCandidate]
    private let lineages: [String]
    private let baseline: CandidateScore
    private var states: [State]
    /// Whether it was given up before all was done.
    private(set) var wasStopped = false

    /// The candidates in the order in which they are to be tried.
    init(_ candidates: [FixCandidate], baseline: CandidateScore) {
        self.candidates = candidates
        self.baseline = baseline
        lineages = candidates.map(\.lineage)
        states = candidates.map { _ in .waiting }
    }

    /// Takes the next to try; `nil` where none is left, or those that are have to wait for others.
    ///
    /// Two that share the steps of a build are not tried at the same time: the second finds them in the engine's cache.
    mutating func next() -> FixCandidate? {
        skipHopeless()
        let busy = Set(candidates.indices.filter { isRunning($0) }.map { lineages[$0] })
        let free = candidates.indices.first { index in
            isWaiting(index) && !busy.contains(lineages[index]) && !mustWait(index)
        }
        guard let free else { return nil }
        states[free] = .running
        return candidates[free]
    }

    mutating func take(_ attempt: Attempt, of candidate: FixCandidate) {
        guard let index = index(of: candidate) else { return }
        states[index] = .tried(attempt)
        skipHopeless()
    }

    /// Gives up all that is not done.
    mutating func stop(reason: String) {
        for index in candidates.indices where isWaiting(index) || isRunning(index) {
            wasStopped = true
            states[index] = .skipped(reason: reason)
        }
    }

    /// Names of those that are being tried although that can no longer change the choice.
    mutating func takeHopeless() -> [String] {
        candidates.indices.filter { isRunning($0) }.compactMap { index in
            guard let reason = hopelessness(index) else { return nil }
            states[index] = .skipped(reason: reason)
            return candidates[index].name
        }
    }

    private mutating func skipHopeless() {
        for index in candidates.indices where isWaiting(index) {
            if let reason = hopelessness(index) { states[index] = .skipped(reason: reason) }
        }
    }

    /// Why a candidate cannot be the best; `nil` where it might.
    private func hopelessness(_ index: Int) -> String? {
        let candidate = candidates[index]
        if let best = best(), best.score.openFindings.allSatisfy({ $0 == 0 }),
            candidate.expectation.megabytes >= best.candidate.expectation.megabytes
        {
            return "'\(best.candidate.name)' leaves nothing open, and this is not expected to be smaller"
        }
        if let reason = reasonByDependencies(candidate) { return reason }
        for (other, state) in zip(candidates, states) {
            guard case .tried(let attempt) = state, attempt.measurement?.isSound == true,
                candidate.recipe.isContained(in: other.recipe), other.isPatched || !candidate.isPatched
            else { continue }
            return "'\(other.name)' does the same and takes more away"
        }
        return nil
    }

    /// The dependencies as they are help where the patch does not work, and a part of it where they do.
    private func reasonByDependencies(_ candidate: FixCandidate) -> String? {
        switch candidate.dependencies {
        case .patched: return nil
        case .asTheyAre:
            guard let patched = attempt(of: candidate, "+patched"), patched.measurement != nil else {
                return nil
            }
            return "'\(candidate.name)+patched' closes more and answers the same"
        case .partlyPatched:
            guard let whole = attempt(of: candidate, "+patched") else { return nil }
            if whole.measurement != nil { return "the whole patch works" }
            guard let plain = attempt(of: candidate, "") else { return nil }
            return plain.measurement == nil ? "without the patch it does not work either" : nil
        }
    }

    /// Whether a candidate is of use only after others have failed, which are not done.
    private func mustWait(_ index: Int) -> Bool {
        let candidate = candidates[index]
        let names: Set<String>
        switch candidate.dependencies {
        case .patched: return isPartSought
        case .asTheyAre: names = [candidate.recipe.name + "+patched"]
        case .partlyPatched: names = [candidate.recipe.name + "+patched", candidate.recipe.name]
        }
        return candidates.indices.contains {
            names.contains(candidates[$0].name) && (isWaiting($0) || isRunning($0))
        }
    }

    /// Whether a patch has failed, and what of it works is not known yet: that is what other recipes are then tried with.
    private var isPartSought: Bool {
        candidates.indices.contains { index in
            guard case .partlyPatched = candidates[index].dependencies, isWaiting(index) || isRunning(index),
                let whole = attempt(of: candidates[index], "+patched")
            else { return false }
            return whole.measurement == nil
        }
    }

    private func attempt(of candidate: FixCandidate, _ ending: String) -> Attempt? {
        let name = candidate.recipe.name + ending
        guard let index = candidates.firstIndex(where: { $0.name == name }),
            case .tried(let attempt) = states[index]
        else { return nil }
        return attempt
    }

    private func index(of candidate: FixCandidate) -> Int? {
        candidates.firstIndex { $0.name == candidate.name }
    }

    private func isWaiting(_ index: Int) -> Bool {
        if case .waiting = states[index] { true } else { false }
    }

    private func isRunning(_ index: Int) -> Bool {
        if case .running = states[index] { true } else { false }
    }
}

extension SearchBoard {
    /// A candidate that answers as the baseline does and is better than it.
    struct Best {
        let candidate: FixCandidate
        let measurement: Measurement
        let score: CandidateScore
        let patch: DependencyPatch?
    }

    /// The best so far; of two that are alike, the one that was expected to be better.
    func best() -> Best? {
        zip(candidates, states).compactMap { candidate, state -> Best? in
            guard case .tried(let attempt) = state, let measurement = attempt.measurement,
                measurement.isSound
            else { return nil }
            let score = Self.score(measurement, candidate, attempt.patch)
            guard score < baseline else { return nil }
            return Best(candidate: candidate, measurement: measurement, score: score, patch: attempt.patch)
        }.min { $0.score < $1.score }
    }

    private static func score(
        _ measurement: Measurement, _ candidate: FixCandidate, _ patch: DependencyPatch?
    ) -> CandidateScore {
        CandidateScore(
            measurement.report, edits: candidate.rewrite.edits.count + (patch?.steps.count ?? 0))
    }

    /// How each came out, in the order of the plan; a part of a patch that nobody had to look for is left out.
    var outcomes: [CandidateOutcome] {
        let best = best()
        return zip(candidates, states).compactMap { candidate, state in
            switch state {
            case .waiting, .running: return nil
            case .skipped(let reason):
                if case .partlyPatched = candidate.dependencies { return nil }
                return CandidateOutcome(
                    name: candidate.name, verdict: .skipped(reason: reason), measured: nil, differences: [],
                    seconds: 0)
            case .tried(let attempt):
                return outcome(of: attempt, candidate, best)
            }
        }
    }

    private func outcome(
        of attempt: Attempt, _ candidate: FixCandidate, _ best: Best?
    ) -> CandidateOutcome {
        let verdict: CandidateOutcome.Verdict
        var differences: [Comparison.Difference] = []
        switch attempt.result {
        case .failed(let reason, let found):
            verdict = .failed(reason: reason)
            differences = found
        case .proven(let measurement): verdict = judge(measurement, candidate, attempt.patch, best)
        }
        return CandidateOutcome(
            name: candidate.name, verdict: verdict, measured: attempt.measurement?.figures,
            differences: differences, seconds: attempt.seconds, patched: attempt.patch?.steps)
    }

    private func judge(
        _ measurement: Measurement, _ candidate: FixCandidate, _ patch: DependencyPatch?, _ best: Best?
    ) -> CandidateOutcome.Verdict {
        if candidate.name == best?.candidate.name { return .won }
        if let flaw = measurement.flaw { return .lost(reason: "its closure is not whole: \(flaw)") }
        guard Self.score(measurement, candidate, patch) < baseline, let best else {
            return .lost(reason: "it is no better than the image as it is")
        }
        return .lost(
            reason: "'\(best.candidate.name)' is better: " + best.measurement.advantage(over: measurement))
    }
}

extension SearchBoard {
    /// The same with what the images' layers weigh in a registry.
    func weighed(by measuring: Measuring) async throws -> SearchBoard {
        var board = self
        for (index, state) in states.enumerated() {
            guard case .tried(let attempt) = state, let measurement = attempt.measurement else { continue }
            let weighed = try await measuring.weighed(measurement)
            board.states[index] = .tried(
                Attempt(result: .proven(weighed), seconds: attempt.seconds, patch: attempt.patch))
        }
        return board
    }
}
