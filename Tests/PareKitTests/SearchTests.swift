// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import PareMatch
import PareModel
import Synchronization
import Testing

@testable import PareKit

/// What is tried, in which order, and what is taken in the end; the trying is made up.
@Suite struct SearchTests {
    /// The whole of a search: names in the order in which they were tried, and verdicts by name.
    private func search(
        patched: Bool = false, recipes: [String] = FixSamples.recipes, workers: Int = 1,
        _ attempt: @escaping @Sendable (String) -> Attempt
    ) async throws -> (tried: [String], verdicts: [String: String], winner: String?) {
        let (_, plan) = try FixSamples.plan(recipes)
        let all = patched ? plan.patched(closing: 3) : plan
        let tried = Mutex<[String]>([])
        let search = Search(workers: workers, budget: nil, budgetReason: "")
        let board = try await search.run(Self.board(all)) { candidate in
            tried.withLock { $0.append(candidate.name) }
            return attempt(candidate.name)
        }
        return (tried.withLock { $0 }, Self.verdicts(board), board.best()?.candidate.name)
    }

    private static func board(_ plan: CandidatePlan) -> SearchBoard {
        let report = FixSamples.report(findings: [.critical, .high], packages: 700, megabytes: 1000)
        return SearchBoard(plan.candidates, baseline: CandidateScore(report))
    }

    private static func verdicts(_ board: SearchBoard) -> [String: String] {
        Dictionary(uniqueKeysWithValues: board.outcomes.map { ($0.name, $0.verdict.reason) })
    }

    @Test func theMostPromisingComesFirst() async throws {
        let found = try await search { _ in FixSamples.proven([.low]) }
        #expect(found.tried == ["chainguard", "distill+compiled+node24", "distill+compiled"])
        #expect(found.verdicts["distill"] == "'distill+compiled' does the same and takes more away")
    }

    @Test func nothingOpenEndsItButForWhatMayBeSmaller() async throws {
        let found = try await search { name in FixSamples.proven(megabytes: name == "chainguard" ? 190 : 90) }
        #expect(found.tried == ["chainguard", "distill+compiled+node24"])
        #expect(found.winner == "distill+compiled+node24")
        #expect(
            found.verdicts["distill"]
                == "'distill+compiled+node24' leaves nothing open, and this is not expected to be smaller")
        #expect(
            found.verdicts["chainguard"] == "'distill+compiled+node24' is better: 90.0 MB in place of 190 MB")
    }

    @Test func whatFailsDoesNotEndIt() async throws {
        let found = try await search { name in
            name.hasSuffix("node24") ? FixSamples.failed() : FixSamples.proven([.low], megabytes: 90)
        }
        #expect(found.verdicts["distill+compiled+node24"] == "answers differently: GET / (body)")
        #expect(found.winner == "distill+compiled")
        #expect(found.verdicts["chainguard"] == "'distill+compiled' is better: the same with fewer changes")
    }

    /// A candidate whose closure is not whole, or that is no better than the baseline, is not taken.
    @Test func whatIsNotSoundLoses() async throws {
        let found = try await search { name in
            name == "distill"
                ? FixSamples.proven([.critical, .high], packages: 700, megabytes: 1000)
                : FixSamples.proven(flaw: "'liba.so' is needed by 'node'")
        }
        #expect(found.winner == nil)
        #expect(found.verdicts["distill"] == "it is no better than the image as it is")
        #expect(
            found.verdicts["distill+compiled"]
                == "its closure is not whole: 'liba.so' is needed by 'node'")
    }

    @Test func thePatchIsTriedFirstAndAloneWhereItWorks() async throws {
        let found = try await search(patched: true, recipes: ["distill"]) { _ in FixSamples.proven([.low]) }
        #expect(found.tried == ["distill+patched"])
        #expect(found.verdicts["distill"] == "'distill+patched' closes more and answers the same")
        #expect(found.verdicts.keys.sorted() == ["distill", "distill+patched"])
    }

    @Test func apartOfThePatchIsLookedForWhereOnlyThePatchBreaks() async throws {
        let found = try await search(patched: true, recipes: ["distill"]) { name in
            switch name {
            case "distill+patched": FixSamples.failed()
            case "distill": FixSamples.proven([.low, .low])
            default: FixSamples.proven([.low], patch: FixSamples.patch)
            }
        }
        #expect(found.tried == ["distill+patched", "distill", "distill+partly-patched"])
        #expect(found.winner == "distill+partly-patched")
    }

    @Test func noPartIsLookedForWhereTheRecipeBreaks() async throws {
        let found = try await search(patched: true, recipes: ["distill"]) { _ in FixSamples.failed() }
        #expect(found.tried == ["distill+patched", "distill"])
        #expect(found.winner == nil)
    }

    @Test func twoAtATimeShareNoSteps() async throws {
        let running = Mutex<(now: Set<String>, most: Int)>(([], 0))
        let (_, plan) = try FixSamples.plan()
        let all = plan.patched(closing: 3)
        let search = Search(workers: 2, budget: nil, budgetReason: "")
        let board = try await search.run(Self.board(all)) { candidate in
            running.withLock { running in
                #expect(running.now.insert(candidate.lineage).inserted, "\(candidate.name)")
                running.most = max(running.most, running.now.count)
            }
            for _ in 0..<20 { await Task.yield() }
            running.withLock { _ = $0.now.remove(candidate.lineage) }
            return FixSamples.failed()
        }
        #expect(running.withLock { $0.most } == 2)
        #expect(board.outcomes.count == 8)
    }

    @Test func whatRunsInVainIsBrokenOff() async throws {
        let (_, plan) = try FixSamples.plan(["distill+compiled", "distill+compiled+node24"])
        let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
        let search = Search(workers: 2, budget: nil, budgetReason: "")
        let board = try await search.run(Self.board(plan)) { candidate in
            if candidate.name == "distill+compiled" {
                hasBegun.yield()
                try await Task.sleep(for: .seconds(3600))
            } else {
                for await _ in begun { break }
            }
            return FixSamples.proven()
        }
        #expect(board.best()?.candidate.name == "distill+compiled+node24")
        #expect(Self.verdicts(board)["distill+compiled"]?.contains("not expected to be smaller") == true)
    }
}

extension SearchTests {
    @Test func theBudgetKeepsTheBestSoFar() async throws {
        let (_, plan) = try FixSamples.plan()
        let (over, isOver) = AsyncStream.makeStream(of: Void.self)
        let search = Search(
            workers: 1, budget: { for await _ in over { return } },
            budgetReason: "the time budget of 10m was over")
        let board = try await search.run(Self.board(plan)) { candidate in
            if candidate.name == "chainguard" { return FixSamples.proven([.low]) }
            isOver.yield()
            try await Task.sleep(for: .seconds(3600))
            return FixSamples.failed()
        }
        #expect(board.wasStopped && board.best()?.candidate.name == "chainguard")
        let skipped = board.outcomes.filter {
            $0.verdict == .skipped(reason: "the time budget of 10m was over")
        }
        #expect(skipped.map(\.name) == ["distill+compiled+node24", "distill+compiled", "distill"])
    }

    @Test func anInterruptionEndsIt() async throws {
        let (_, plan) = try FixSamples.plan()
        let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
        let board = Self.board(plan)
        let task = Task {
            try await Search(workers: 2, budget: nil, budgetReason: "").run(board) { _ in
                hasBegun.yield()
                try await Task.sleep(for: .seconds(3600))
                return FixSamples.failed()
            }
        }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        // Nothing else was begun.
        hasBegun.finish()
        var more = 0
        for await _ in begun { more += 1 }
        #expect(more <= 1)
    }

    @Test func whatTryingThrowsEndsIt() async throws {
        let (_, plan) = try FixSamples.plan()
        await #expect(throws: VerbError.nothingBetter(reasons: [])) {
            _ = try await Search(workers: 2, budget: nil, budgetReason: "").run(Self.board(plan)) { _ in
                throw VerbError.nothingBetter(reasons: [])
            }
        }
    }

    /// What an interrupted run has finished is not tried again, and counts.
    @Test func aSearchGoesOn() async throws {
        let (_, plan) = try FixSamples.plan()
        var board = Self.board(plan)
        let first = try #require(plan.candidates.first { $0.name == "distill+compiled+node24" })
        board.take(FixSamples.proven([.low]), of: first)
        let tried = Mutex<[String]>([])
        let end = try await Search(workers: 1, budget: nil, budgetReason: "").run(board) { candidate in
            tried.withLock { $0.append(candidate.name) }
            return FixSamples.failed()
        }
        #expect(tried.withLock { $0 } == ["chainguard", "distill+compiled", "distill"])
        #expect(end.best()?.candidate.name == "distill+compiled+node24")
    }
}

/// How long a search may take.
@Suite struct TimeBudgetTests {
    @Test(arguments: [("90s", 90), ("10m", 600), ("1h", 3600), ("168h", 604_800)])
    func isRead(text: String, seconds: Int) { #expect(TimeBudget(text)?.seconds == seconds) }

    @Test(arguments: [
        "", "10", "m", "0s", "-5m", "+5m", "1.5h", "10 m", "10M", "1d", "169h", "9223372036854775807h", "١٠m",
    ])
    func isNotRead(text: String) { #expect(TimeBudget(text) == nil) }
}

/// Timed work runs alone.
@Suite struct GateTests {
    private final class Counts: Sendable {
        let state = Mutex<(beside: Int, alone: Int, mostBeside: Int)>((0, 0, 0))
    }

    @Test func timedWorkIsAlone() async throws {
        let gate = Gate()
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    if number.isMultiple(of: 4) {
                        try await gate.alone {
                            counts.state.withLock { state in
                                state.alone += 1
                                #expect(state.beside == 0 && state.alone == 1)
                            }
                            for _ in 0..<5 { await Task.yield() }
                            counts.state.withLock { $0.alone -= 1 }
                        }
                    } else {
                        try await gate.beside {
                            counts.state.withLock { state in
                                state.beside += 1
                                state.mostBeside = max(state.mostBeside, state.beside)
                                #expect(state.alone == 0)
                            }
                            for _ in 0..<5 { await Task.yield() }
                            counts.state.withLock { $0.beside -= 1 }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.state.withLock { $0.beside == 0 && $0.alone == 0 })
    }

    /// One who stops waiting does not keep others out.
    @Test func waitingCanBeGivenUp() async throws {
        let gate = Gate()
        let (entered, hasEntered) = AsyncStream.makeStream(of: Void.self)
        let (left, mayLeave) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await gate.beside {
                hasEntered.yield()
                for await _ in left { break }
            }
        }
        for await _ in entered { break }
        let waiting = Task { try await gate.alone {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await gate.beside {}
        mayLeave.yield()
        try await first.value
        try await gate.alone {}
    }
}
