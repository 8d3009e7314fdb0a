// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import PareAdvisories
import PareBytes
import PareDockerfile
import PareEngine
import PareMatch
import PareModel

/// One fix from the baseline to the proof.
struct FixRun: Sendable {
    let measuring: Measuring
    let plan: CandidatePlan
    let noted: NotedInputs
    let state: FixState
    let budget: TimeBudget?
    let output: FixOutput
    /// Identifiers of images that were there before, by name; a run that fails leaves them.
    let earlier: [String: String]
    let began: ContinuousClock.Instant
    let patchWork: PatchWork

    private var setup: Setup { measuring.setup }

    func proof() async throws -> FixProof {
        async let unreachable = measuring.engine.unreachable(plan.bases, within: .seconds(30))
        let baseline = try await baseline()
        var reachable = plan.without(unreachable: try await unreachable)
        if try !hopesForDebian(baseline.report) {
            reachable = reachable.without(
                .newerDebian, reason: "no newer Debian leaves less without a fix in these packages")
        }
        for left in reachable.leftOut { setup.progress.report(.note("\(left.name): \(left.reason)")) }
        let patch = try await patch(closing: baseline.report.open)
        let attempts = Attempts(
            measuring: measuring, baseline: baseline,
            staging: Staging(noted.context, scratch: measuring.scratch), state: state, patchWork: patchWork,
            patches: Attempts.Patches(patch.patch))
        let closes = Set(patch.patch?.steps.flatMap(\.closes) ?? []).count
        let tried = patch.patch == nil ? reachable : reachable.patched(closing: closes)
        let board = try await search(tried.candidates, baseline, attempts)
        return try await proof(of: board, baseline, tried.leftOut, patch.diagnostics)
    }

    /// Whether a newer Debian has fixes for what the image's has none for.
    private func hopesForDebian(_ report: ScanReport) throws -> Bool {
        let store = try setup.store(for: measuring.selection)
        let outlooks = try debianOutlooks(
            of: report.packages, distro: report.distro, in: store, releases: setup.releases.table,
            on: setup.today)
        return betterDebian(outlooks) != nil
    }

    /// The image as it is: built, started, scanned; or as an interrupted run has left it.
    private func baseline() async throws -> Measurement {
        let (name, text) = ("before", measuring.application.text)
        let input = Attempts.input(text, nil)
        if let finished = state.finished(name), finished.input == input, await measuring.hasImage(finished) {
            setup.progress.report(.note("\(name): taken from the run that was interrupted"))
            return finished.measurement
        }
        let start = ContinuousClock.now
        let id = try await measuring.build(text, as: name)
        let behaviour = try await measuring.gate.alone { try await measuring.baselineBehaviour(name) }
        try measuring.keep(behaviour, of: name)
        let report = try await measuring.scan(
            name, checksClosure: false, readsPrograms: false
        ).report
        let measurement = Measurement(
            tag: measuring.tag(name), report: report, behaviour: behaviour, closure: [])
        state.keep(
            FixState.Finished(
                input: input, id: id, bases: try await measuring.bases(of: [text]),
                seconds: (ContinuousClock.now - start).seconds, measurement: measurement, patch: nil),
            as: name)
        return measurement
    }

    private func patch(closing findings: [Finding]) async throws -> FixState.Patch {
        if let patch = state.patch { return patch }
        guard findings.contains(where: { !$0.package.kind.isOperatingSystem }) else {
            return FixState.Patch(patch: nil, diagnostics: [])
        }
        let patch = try await setup.step("plan changes to dependencies", outcome: \.summary) {
            try await patchWork.plan(findings)
        }.value
        // Trouble may be over when the next run begins.
        if patch.patch != nil { state.keep(patch) }
        return patch
    }

    private func search(
        _ candidates: [FixCandidate], _ baseline: Measurement, _ attempts: Attempts
    ) async throws -> SearchBoard {
        var board = SearchBoard(candidates, baseline: CandidateScore(baseline.report))
        for candidate in candidates {
            guard let attempt = await attempts.resumed(candidate) else { continue }
            setup.progress.report(.note("\(candidate.name): taken from the run that was interrupted"))
            if case .partlyPatched = candidate.dependencies, let part = attempt.patch {
                await attempts.patches.found(part)
            }
            board.take(attempt, of: candidate)
        }
        let end = budget.map { began + .seconds($0.seconds) }
        var timer: (@Sendable () async throws -> Void)?
        if let end { timer = { try await Task.sleep(until: end, clock: .continuous) } }
        let search = Search(
            workers: Self.workers, budget: timer,
            budgetReason: "the time budget of \(budget?.text ?? "") was over")
        return try await search.run(board) { try await attempts.attempt($0) }
    }

    /// Two builds at a time want two cores each: one computes while the engine reads and writes.
    private static var workers: Int { ProcessInfo.processInfo.activeProcessorCount >= 4 ? 2 : 1 }
}

extension FixRun {
    private func proof(
        of board: SearchBoard, _ baseline: Measurement, _ leftOut: [FixPlan.LeftOut],
        _ remarks: [Diagnostic]
    ) async throws -> FixProof {
        guard let best = board.best() else { throw noWinner(board, leftOut) }
        let hardening = try await measuring.gate.alone {
            try await measuring.hardening(of: best.candidate.name, answering: baseline.behaviour)
        }
        let before = try await measuring.weighed(baseline)
        let outcomes = try await board.weighed(by: measuring).outcomes
        let after = try await measuring.weighed(best.measurement)
        let comparison = compare(
            before.report, with: after.report, behaviour: before.behaviour, after.behaviour)
        let text = best.candidate.rewrite.text
        let proof = FixProof(
            application: measuring.application.name, started: setup.timestamp,
            engine: measuring.engine.description, comparison: comparison,
            candidates: outcomes + leftOut.map(\.outcome), winner: best.candidate.name,
            original: measuring.application.text,
            dockerfile: FixOutput.marked(text, comparison, isPatched: best.patch != nil), patch: best.patch,
            inputs: try await noted.inputs(bases: measuring.bases(of: [measuring.application.text, text])),
            edits: best.candidate.rewrite.edits.map { FixProof.Edit(line: $0.line, reason: $0.reason) },
            diagnostics: best.candidate.rewrite.diagnostics + best.measurement.closure + remarks
                + noted.context.diagnostics + setup.releases.diagnostics,
            seconds: (ContinuousClock.now - began).seconds,
            hardening: hardening)
        do {
            let written = try output.write(proof, context: noted.listing, logs: measuring.scratch)
            await finish(board, best)
            return written
        } catch {
            throw NotWritten(reason: error)
        }
    }

    private func noWinner(_ board: SearchBoard, _ leftOut: [FixPlan.LeftOut]) -> VerbError {
        let outcomes = board.outcomes + leftOut.map(\.outcome)
        let isOver = board.wasStopped
        if isOver, let budget { return .budgetOver(budget.text) }
        return .nothingBetter(reasons: outcomes.map { "\($0.name): \($0.verdict.reason)" })
    }

    /// Removes what nobody needs any more; what was finished of a search that ran out of time stays for the next run.
    private func finish(_ board: SearchBoard, _ best: SearchBoard.Best) async {
        if board.wasStopped {
            let kept = state.names
            await remove(names.filter { !kept.contains($0) && $0 != best.candidate.name })
            sayKept(kept.count)
            return
        }
        await remove(names.filter { $0 != "before" && $0 != best.candidate.name })
        state.remove()
    }

    /// Clears up after a run that failed or was stopped.
    ///
    /// - Returns: The error to throw.
    func clearedUp(after error: any Error) async -> any Error {
        let told = (error as? NotWritten)?.reason ?? error
        let isOver = if case VerbError.budgetOver = error { true } else { false }
        let kept = state.names
        if Task.isCancelled || isOver || error is NotWritten, !kept.isEmpty {
            await remove(names.filter { !kept.contains($0) }, leaving: earlier)
            guard !Task.isCancelled else { return FixStopped(finished: kept.count) }
            sayKept(kept.count)
            return told
        }
        state.remove()
        await remove(names, leaving: earlier)
        guard case EngineError.buildFailed(let tag, let log, let lines) = error,
            let kept = try? output.keep(log: log)
        else { return told }
        return EngineError.buildFailed(tag: tag, log: kept, lastLines: lines)
    }

    private func sayKept(_ count: Int) {
        setup.progress.report(
            .note(
                (count == 1 ? "1 image is kept" : "\(count) images are kept")
                    + ": 'pare fix' goes on from there, '--fresh' starts over"))
    }

    /// Names of all that this run may have built.
    private var names: [String] {
        ["before"] + plan.patched(closing: 0).candidates.map(\.name)
    }

    /// Removes images, those that are there and are not as they were before, even when the user has stopped the run.
    private func remove(_ names: [String], leaving earlier: [String: String] = [:]) async {
        await Task {
            let there = (try? await measuring.engine.tags(of: measuring.repository)) ?? []
            for tag in names.map(measuring.tag) where there.contains(where: { tag.hasSuffix(":" + $0) }) {
                if let old = earlier[tag], (try? await measuring.engine.identifier(of: tag)) == old {
                    continue
                }
                try? await measuring.engine.remove(tag)
            }
        }.value
    }
}

extension FixPlan.LeftOut {
    var outcome: CandidateOutcome {
        CandidateOutcome(
            name: name, verdict: .unavailable(reason: reason), measured: nil, differences: [], seconds: 0)
    }
}

extension CandidateOutcome.Verdict {
    var reason: String {
        switch self {
        case .won: "won"
        case .lost(let reason), .failed(let reason), .unavailable(let reason), .skipped(let reason): reason
        }
    }
}

extension Engine {
    /// Which of the images cannot be had, with the reason; all are asked for at once, and what does not answer in time is
    /// not among them.
    func unreachable(_ images: [String], within limit: Duration) async throws -> [String: String] {
        try await withThrowingTaskGroup(of: (String, String)?.self) { group in
            for image in images {
                group.addTask {
                    guard case .none(let reason) = try await reach(image) else { return nil }
                    return (image, reason)
                }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return ("", "")
            }
            var reasons: [String: String] = [:]
            for _ in images {
                guard let answer = try await group.next() else { break }
                guard let (image, reason) = answer else { continue }
                if image.isEmpty { break }
                reasons[image] = reason
            }
            group.cancelAll()
            // What is broken off now says nothing.
            while let _ = try? await group.next() {}
            return reasons
        }
    }
}

/// There is a result, and it could not be written.
private struct NotWritten: Error {
    let reason: any Error
}
