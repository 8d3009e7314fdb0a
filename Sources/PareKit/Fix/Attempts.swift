// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDependencies
import PareDockerfile
import PareEngine
import PareMatch
import PareModel

/// Works out dependency patches of one application.
struct PatchWork: Sendable {
    /// The patch that closes as many findings as can be.
    let plan: @Sendable ([Finding]) async throws -> FixState.Patch
    /// A patch with only some of its steps, locked anew; throws where that cannot be.
    let keeping: @Sendable ([DependencyPatch.Step], DependencyPatch) async throws -> DependencyPatch

    /// What the application's package managers can do.
    init(_ patching: Patching) {
        plan = { findings in
            let patched = try await patching.patch(closing: findings)
            return FixState.Patch(patch: patched.patch, diagnostics: patched.diagnostics)
        }
        keeping = { try await patching.patch(keeping: $0, of: $1) }
    }
}

/// Tries candidates of one application: builds, starts, compares, scans.
struct Attempts: Sendable {
    let measuring: Measuring
    let baseline: Measurement
    let staging: Staging
    let state: FixState
    let patchWork: PatchWork
    let patches: Patches

    /// What of the dependency patch is to be tried, which is less once a part of it has turned out to break things.
    actor Patches {
        let whole: DependencyPatch?
        private(set) var part: DependencyPatch?

        init(_ whole: DependencyPatch?) { self.whole = whole }
        func found(_ part: DependencyPatch) { self.part = part }
    }

    /// Builds, starts and scans one candidate; what stands in its way is a failed attempt.
    func attempt(_ candidate: FixCandidate) async throws -> Attempt {
        let began = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - began).seconds }
        var patch: DependencyPatch?
        do {
            patch = try await self.patch(for: candidate)
            let (id, behaviour) = try await run(candidate.rewrite.text, as: candidate.name, patch)
            let changes = differences(between: baseline.behaviour, and: behaviour)
            guard changes.isEmpty else {
                let what = changes.map { "\($0.subject) (\($0.aspect))" }.joined(separator: ", ")
                return Attempt(
                    result: .failed(reason: "answers differently: " + what, changes), seconds: seconds(),
                    patch: patch)
            }
            let (report, closure) = try await measuring.scan(
                candidate.name, checksClosure: candidate.recipe.provider.name == "distill",
                readsPrograms: true)
            let measurement = Measurement(
                tag: measuring.tag(candidate.name), report: report, behaviour: behaviour, closure: closure)
            let attempt = Attempt(result: .proven(measurement), seconds: seconds(), patch: patch)
            try await keep(attempt, measurement, candidate, id: id)
            return attempt
        } catch let error as any Explained {
            // What an interruption broke says nothing of the candidate.
            try Task.checkCancellation()
            measuring.setup.progress.report(.note("\(candidate.name): \(error.problem)"))
            return Attempt(
                result: .failed(reason: error.problem, []), seconds: seconds(), patch: patch)
        }
    }

    /// Builds a Dockerfile's text with a patch and starts the image.
    private func run(
        _ dockerfile: String, as name: String, _ patch: DependencyPatch?
    ) async throws -> (id: String, behaviour: Behaviour) {
        let id = try await measuring.build(dockerfile, as: name, from: try await staging.folder(with: patch))
        return (id, try await measuring.trial(name))
    }

    private func patch(for candidate: FixCandidate) async throws -> DependencyPatch? {
        switch candidate.dependencies {
        case .asTheyAre: return nil
        case .patched:
            let part = await patches.part
            return part ?? patches.whole
        case .partlyPatched:
            guard let whole = patches.whole else { return nil }
            let steps = try await largestWorkingPart(of: whole.steps, wholeFails: true) { steps in
                try await works(steps, of: whole, candidate)
            }
            guard !steps.isEmpty else { throw VerbError.patchBreaks(count: whole.steps.count) }
            let part = try await patchWork.keeping(steps, whole)
            await patches.found(part)
            return part
        }
    }

    /// Whether a candidate with a part of the patch answers as the baseline does.
    private func works(
        _ steps: [DependencyPatch.Step], of whole: DependencyPatch, _ candidate: FixCandidate
    ) async throws -> Bool {
        do {
            let part = try await patchWork.keeping(steps, whole)
            let behaviour = try await run(candidate.rewrite.text, as: candidate.name, part).behaviour
            return differences(between: baseline.behaviour, and: behaviour).isEmpty
        } catch is any Explained {
            try Task.checkCancellation()
            return false
        }
    }
}

extension Attempts {
    /// What an earlier run has finished of a candidate, where its image and its bases are as they were.
    func resumed(_ candidate: FixCandidate) async -> Attempt? {
        guard let finished = state.finished(candidate.name),
            finished.input == Self.input(candidate.rewrite.text, finished.patch),
            await measuring.hasImage(finished)
        else { return nil }
        return Attempt(
            result: .proven(finished.measurement), seconds: finished.seconds, patch: finished.patch)
    }

    private func keep(
        _ attempt: Attempt, _ measurement: Measurement, _ candidate: FixCandidate, id: String
    ) async throws {
        let text = candidate.rewrite.text
        state.keep(
            FixState.Finished(
                input: Self.input(text, attempt.patch), id: id, bases: try await measuring.bases(of: [text]),
                seconds: attempt.seconds, measurement: measurement, patch: attempt.patch),
            as: candidate.name)
    }

    static func input(_ dockerfile: String, _ patch: DependencyPatch?) -> Digest {
        let files = (patch?.files ?? []).flatMap { [$0.path, $0.after] }
        return SHA256.digest(of: Array(([dockerfile] + files).joined(separator: "\u{0}").utf8))
    }
}

extension Measuring {
    /// Whether the image of what was finished, and the images it was made of, are still in the engine's storage.
    func hasImage(_ finished: FixState.Finished) async -> Bool {
        let id = try? await engine.identifier(of: finished.measurement.tag)
        guard id == finished.id else { return false }
        for base in finished.bases {
            let now = try? await engine.identifier(of: base.name)
            guard now == base.id else { return false }
        }
        return true
    }

    /// The images that Dockerfiles start from, with the IDs that the engine has them under; those it has not are left out.
    func bases(of dockerfiles: [String]) async throws -> [FixInputs.Base] {
        var names: Set<String> = []
        var bases: [FixInputs.Base] = []
        for text in dockerfiles {
            for name in try Dockerfile(parsing: text).externalBases where names.insert(name).inserted {
                guard let id = try await engine.identifier(of: name) else { continue }
                bases.append(FixInputs.Base(name: name, id: id))
            }
        }
        return bases
    }
}
