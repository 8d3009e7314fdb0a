// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
import PareEngine
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
    private let search: SearchOptions
    private let replacesFiles: Bool

    /// How candidates are searched through.
    public struct SearchOptions: Sendable {
        /// `nil` for as long as it takes.
        public let budget: TimeBudget?
        /// Whether what an interrupted run has finished is left aside.
        public let startsAfresh: Bool

        public init(budget: TimeBudget? = nil, startsAfresh: Bool = false) {
            self.budget = budget
            self.startsAfresh = startsAfresh
        }
    }

    /// `path` is the application's folder; without a `dockerfile` the one in it is meant, and without `recipes` all are
    /// tried.  `replacesFiles` puts the result in the place of the Dockerfile and of the manifests and lock files that are
    /// patched, which are then kept with `.orig` behind their names.
    public init(
        path: String, dockerfile: String?, recipes: [String], questions: [Question], limits: TrialLimits,
        selection: FindingSelection, engine: String?, search: SearchOptions = SearchOptions(),
        replacesFiles: Bool
    ) {
        self.path = path
        self.dockerfile = dockerfile
        self.recipes = recipes
        self.questions = questions
        self.limits = limits
        self.selection = selection
        self.engine = engine
        self.search = search
        self.replacesFiles = replacesFiles
    }

    /// What would be tried, and what cannot be; nothing is built, and nothing is pulled.
    ///
    /// Bases that do not answer within seconds are taken for ones that can be had.
    public func plan(in setup: Setup) async throws -> FixPlan {
        let application = try Application(folder: path, dockerfile: dockerfile)
        let plan = try CandidatePlan(
            application, recipes: recipes, on: setup.today, releases: setup.releases.table)
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-fix")
        defer { scratch.remove() }
        guard let engine = try? await setup.engine(named: engine, passing: scratch) else {
            return plan.summary
        }
        let unreachable = try await engine.unreachable(plan.bases, within: .milliseconds(1500))
        return plan.without(unreachable: unreachable).summary
    }

    /// - Throws: ``VerbError``, ``EngineError`` and others; ``FixStopped`` where the task was cancelled and something is kept
    ///   for the next run.  Nothing else is left behind then but build logs that an error names.
    public func run(in setup: Setup) async throws -> FixProof {
        let began = ContinuousClock.now
        let application = try Application(folder: path, dockerfile: dockerfile)
        let output = try FixOutput(application, replacesFiles: replacesFiles)
        let plan = try CandidatePlan(
            application, recipes: recipes, on: setup.today, releases: setup.releases.table)
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-fix")
        defer { scratch.remove() }
        let engine = try await setup.engine(named: engine, passing: scratch)
        _ = await engine.removeStale()
        let measuring = Measuring(
            setup: setup, engine: engine, application: application, scratch: scratch.path,
            questions: questions, limits: limits, selection: selection)
        let noted = try NotedInputs(measuring)
        let state = FixState(
            cache: setup.cacheFolder, inputs: noted.key + plan.candidates.map(\.rewrite.text))
        let kept = state.names
        if search.startsAfresh { state.remove() }
        let run = FixRun(
            measuring: measuring, plan: plan, noted: noted, state: state, budget: search.budget,
            output: output, earlier: try await measuring.images(except: kept), began: began,
            patchWork: PatchWork(
                Patching(
                    setup: setup, engine: engine, folder: application.folder, image: measuring.tag("before"),
                    scratch: scratch.path, selection: selection)))
        do {
            let proof = try await run.proof()
            await measuring.scales.clear()
            return proof
        } catch {
            await measuring.scales.clear()
            throw await run.clearedUp(after: error)
        }
    }
}

/// A fix was stopped, and keeps what it had finished.
public struct FixStopped: Error {
    /// How many images are kept, the baseline's among them.
    public let finished: Int
}
