// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import PareEngine
import PareMatch
import PareModel

/// Tries candidates one after the other, and knows the best so far.
struct Search {
    let measuring: Measuring
    let baseline: Measurement
    private var outcomes: [CandidateOutcome] = []
    private var best: (name: String, measurement: Measurement, rewrite: PareDockerfile.Rewrite)?

    init(measuring: Measuring, baseline: Measurement) {
        self.measuring = measuring
        self.baseline = baseline
    }

    /// Builds, starts and scans one candidate; what stands in its way becomes its verdict.
    mutating func attempt(_ recipe: Recipe, _ rewrite: PareDockerfile.Rewrite) async throws {
        let began = ContinuousClock.now
        func outcome(
            _ verdict: CandidateOutcome.Verdict, _ measured: CandidateOutcome.Measured? = nil,
            _ differences: [Comparison.Difference] = []
        ) -> CandidateOutcome {
            CandidateOutcome(
                name: recipe.name, verdict: verdict, measured: measured, differences: differences,
                seconds: (ContinuousClock.now - began).seconds)
        }
        do {
            if let reason = try await obstacle(to: rewrite) {
                measuring.setup.progress.report(.note("\(recipe.name): \(reason)"))
                outcomes.append(outcome(.unavailable(reason: reason)))
                return
            }
            try await measuring.build(rewrite.text, as: recipe.name)
            let behaviour = try await measuring.trial(recipe.name)
            let changes = differences(between: baseline.behaviour, and: behaviour)
            guard changes.isEmpty else {
                let what = changes.map { "\($0.subject) (\($0.aspect))" }.joined(separator: ", ")
                outcomes.append(outcome(.failed(reason: "answers differently: " + what), nil, changes))
                return
            }
            let (report, closure) = try await measuring.scan(
                recipe.name, checksClosure: recipe.provider.name == "distill", readsPrograms: true)
            let measurement = Measurement(
                tag: measuring.tag(recipe.name), report: report, behaviour: behaviour, closure: closure)
            outcomes.append(outcome(weigh(measurement, recipe, rewrite), measurement.figures))
        } catch let error as any Explained {
            // What an interruption broke says nothing of the candidate.
            try Task.checkCancellation()
            measuring.setup.progress.report(.note("\(recipe.name): \(error.problem)"))
            outcomes.append(outcome(.failed(reason: error.problem)))
        }
    }

    /// Why a candidate cannot even be built: the recipe does not understand the Dockerfile, or a base is out of reach.
    private func obstacle(to rewrite: PareDockerfile.Rewrite) async throws -> String? {
        if let obstacle = rewrite.obstacle { return obstacle }
        for base in try Dockerfile(parsing: rewrite.text).externalBases {
            if case .none(let reason) = try await measuring.engine.reach(base) {
                return "\(base) cannot be had: \(reason)"
            }
        }
        return nil
    }

    /// Sets a candidate that answers as the baseline does against the best so far.
    private mutating func weigh(
        _ measurement: Measurement, _ recipe: Recipe, _ rewrite: PareDockerfile.Rewrite
    ) -> CandidateOutcome.Verdict {
        let score = CandidateScore(measurement.report)
        guard score < CandidateScore(baseline.report) else {
            return .lost(reason: "it is no better than the image as it is")
        }
        let broken = measurement.closure.filter { $0.severity == .warning }
        if let first = broken.first { return .lost(reason: "its closure is not whole: \(first.message)") }
        if let best, !(score < CandidateScore(best.measurement.report)) {
            return .lost(reason: "'\(best.name)' is better: " + best.measurement.advantage(over: measurement))
        }
        if let old = best, let index = outcomes.firstIndex(where: { $0.name == old.name }) {
            let reason = "'\(recipe.name)' is better: " + measurement.advantage(over: old.measurement)
            outcomes[index] = outcomes[index].with(.lost(reason: reason))
        }
        best = (recipe.name, measurement, rewrite)
        return .won
    }

    /// - Throws: ``VerbError/nothingBetter(reasons:)`` where no candidate won.
    func proof(started: String, seconds: Double, hardening: Hardening?) throws -> FixProof {
        guard let best else {
            throw VerbError.nothingBetter(reasons: outcomes.map { "\($0.name): \($0.verdict.reason)" })
        }
        let comparison = compare(
            baseline.report, with: best.measurement.report, behaviour: baseline.behaviour,
            best.measurement.behaviour)
        return FixProof(
            application: measuring.application.name, started: started, engine: measuring.engine.description,
            comparison: comparison, candidates: outcomes, winner: best.name,
            original: measuring.application.text,
            dockerfile: FixOutput.marked(best.rewrite.text, comparison),
            edits: best.rewrite.edits.map { FixProof.Edit(line: $0.line, reason: $0.reason) },
            diagnostics: best.rewrite.diagnostics + best.measurement.closure, seconds: seconds,
            hardening: hardening)
    }

    /// What the winner does without; `nil` where there is none.
    func hardening() async throws -> Hardening? {
        guard let best else { return nil }
        return try await measuring.hardening(of: best.name, answering: baseline.behaviour)
    }

    /// Names of the images that lost, which nobody needs any more.
    var losers: [String] { outcomes.map { $0.name }.filter { $0 != best?.name }.map(measuring.tag) }
}

extension Measurement {
    fileprivate var figures: CandidateOutcome.Measured {
        CandidateOutcome.Measured(
            size: report.image?.size ?? .zero, compressedSize: report.image?.compressedSize,
            packages: report.packages.count, openFindings: CandidateScore(report).openFindings,
            startSeconds: behaviour.startSeconds, peakMemory: behaviour.peakMemory)
    }

    /// `19 open findings in place of 39`, or the sizes where the findings are as many.
    fileprivate func advantage(over other: Measurement) -> String {
        let (mine, theirs) = (figures, other.figures)
        if mine.openFindings != theirs.openFindings {
            return "\(report.open.count) open findings in place of \(other.report.open.count)"
        }
        return "\(mine.size) in place of \(theirs.size)"
    }
}

extension CandidateOutcome {
    fileprivate func with(_ verdict: Verdict) -> CandidateOutcome {
        CandidateOutcome(
            name: name, verdict: verdict, measured: measured, differences: differences, seconds: seconds)
    }
}

extension CandidateOutcome.Verdict {
    var reason: String {
        switch self {
        case .won: "won"
        case .lost(let reason), .failed(let reason), .unavailable(let reason): reason
        }
    }
}
