// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
import PareEngine
import PareMatch
public import PareModel

/// Takes an application's image from what it is to the smallest with the fewest findings that still answers the same.
public struct Fix: Sendable {
    private let path: String
    private let dockerfile: String?
    private let recipes: [String]
    private let questions: [Question]
    private let limits: TrialLimits
    private let selection: FindingSelection
    private let engine: String?
    private let replacesDockerfile: Bool

    /// `path` is the application's folder; without a `dockerfile` the one in it is meant, and without `recipes` all are
    /// tried.  `replacesDockerfile` puts the result in the Dockerfile's place, which is then kept as `Dockerfile.orig`.
    public init(
        path: String, dockerfile: String?, recipes: [String], questions: [Question], limits: TrialLimits,
        selection: FindingSelection, engine: String?, replacesDockerfile: Bool
    ) {
        self.path = path
        self.dockerfile = dockerfile
        self.recipes = recipes
        self.questions = questions
        self.limits = limits
        self.selection = selection
        self.engine = engine
        self.replacesDockerfile = replacesDockerfile
    }

    /// - Throws: ``VerbError``, ``EngineError`` and others; nothing is left behind then but build logs that an error names.
    public func run(in setup: Setup) async throws -> FixProof {
        let began = ContinuousClock.now
        let application = try Application(folder: path, dockerfile: dockerfile)
        let output = try FixOutput(application, replacesDockerfile: replacesDockerfile)
        let plan = try plan(application, on: setup.today)
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-fix")
        defer { scratch.remove() }
        let engine = try await setup.engine(named: engine, passing: scratch)
        _ = await engine.removeStale()

        let measuring = Measuring(
            setup: setup, engine: engine, application: application, scratch: scratch.path,
            questions: questions,
            limits: limits, selection: selection)
        do {
            var search = Search(measuring: measuring, baseline: try await baseline(measuring))
            for (recipe, rewrite) in plan { try await search.attempt(recipe, rewrite) }
            let hardening = try await search.hardening()
            let proof = try search.proof(
                started: setup.timestamp, seconds: (ContinuousClock.now - began).seconds, hardening: hardening
            )
            try output.write(proof, logs: scratch.path)
            await remove(search.losers, from: engine)
            return proof
        } catch {
            await remove((["before"] + plan.map(\.recipe.name)).map(measuring.tag), from: engine)
            guard case EngineError.buildFailed(let tag, let log, let lines) = error else { throw error }
            let kept = try output.keep(log: log)
            throw EngineError.buildFailed(tag: tag, log: kept, lastLines: lines)
        }
    }

    /// Removes images, those that are there, even when the user has stopped the run.
    private func remove(_ images: [String], from engine: Engine) async {
        await Task { for image in images { try? await engine.remove(image) } }.value
    }

    private func baseline(_ measuring: Measuring) async throws -> Measurement {
        try await measuring.build(measuring.application.text, as: "before")
        async let scanned = measuring.scan("before", checksClosure: false, readsPrograms: false)
        let behaviour = try await measuring.baselineBehaviour("before")
        return Measurement(
            tag: measuring.tag("before"), report: try await scanned.report, behaviour: behaviour, closure: [])
    }

    /// What each recipe makes of the Dockerfile.
    ///
    /// - Throws: ``VerbError/notUnderstood(dockerfile:reason:)`` where no recipe makes anything of it.
    private func plan(
        _ application: Application, on day: Day
    ) throws -> [(recipe: Recipe, rewrite: PareDockerfile.Rewrite)] {
        let original = try parsed(application.text, named: application.dockerfile)
        let chosen = recipes.isEmpty ? Recipe.fitting(original) : try recipes.map(knownRecipe)
        var texts: Set<String> = []
        // Where two recipes come to the same text, as for a release of Node.js that is supported still, the first is tried.
        let plan = chosen.map { ($0, rewrite(original, for: application.facts, recipe: $0, on: day)) }
            .filter { $0.1.obstacle != nil || texts.insert($0.1.text).inserted }
        if let obstacle = plan.first?.1.obstacle, plan.allSatisfy({ $0.1.obstacle != nil }) {
            throw VerbError.notUnderstood(dockerfile: application.dockerfile, reason: obstacle)
        }
        return plan
    }
}
