// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import PareModel

/// What a fix is going to try: worked out of texts, before anything is built.
struct CandidatePlan: Sendable {
    /// In the order in which they are tried.
    let candidates: [FixCandidate]
    /// Recipes that come to nothing here, with the reason.
    let leftOut: [FixPlan.LeftOut]

    /// Worked out for a Dockerfile on a day; without names all recipes are looked at.
    ///
    /// - Throws: ``VerbError/notUnderstood(dockerfile:reason:)`` where no recipe makes anything of it,
    ///   ``VerbError/alreadyFixed(dockerfile:)`` for what a fix has written.
    init(
        _ application: Application, recipes: [String], on day: Day, releases: ReleaseTable = .onBoard
    ) throws {
        guard !FixOutput.isMarked(application.text) else {
            throw VerbError.alreadyFixed(dockerfile: application.dockerfile)
        }
        let original = try parsed(application.text, named: application.dockerfile)
        let chosen = recipes.isEmpty ? Recipe.fitting(original) : try recipes.map(knownRecipe)
        var names: [String: String] = [:]
        var candidates: [FixCandidate] = []
        var leftOut: [FixPlan.LeftOut] = []
        for recipe in chosen {
            let rewrite = rewrite(
                original, for: application.facts, recipe: recipe, on: day, releases: releases)
            if let obstacle = rewrite.obstacle {
                leftOut.append(FixPlan.LeftOut(name: recipe.name, reason: obstacle))
            } else if let first = names[rewrite.text] {
                leftOut.append(
                    FixPlan.LeftOut(
                        name: recipe.name, reason: "comes to the same Dockerfile as '\(first)' here"))
            } else {
                names[rewrite.text] = recipe.name
                candidates.append(
                    FixCandidate(recipe: recipe, rewrite: rewrite, dependencies: .asTheyAre))
            }
        }
        guard !candidates.isEmpty else {
            throw VerbError.notUnderstood(
                dockerfile: application.dockerfile, reason: leftOut.first?.reason ?? "no recipe was named")
        }
        self.init(candidates: candidates.inOrder, leftOut: leftOut)
    }

    private init(candidates: [FixCandidate], leftOut: [FixPlan.LeftOut]) {
        self.candidates = candidates
        self.leftOut = leftOut
    }

    /// What a person is told of it.
    var summary: FixPlan {
        let entries = candidates.map { candidate in
            FixPlan.Entry(
                name: candidate.name, purposes: candidate.recipe.purposes,
                edits: candidate.rewrite.edits.count, bases: candidate.bases)
        }
        return FixPlan(candidates: entries, leftOut: leftOut)
    }

    /// Images that builds of its candidates start from, each once.
    var bases: [String] {
        var seen: Set<String> = []
        return candidates.flatMap(\.bases).filter { seen.insert($0).inserted }
    }

    /// The plan without the candidates whose bases cannot be had, for the reasons given by base.
    func without(unreachable: [String: String]) -> CandidatePlan {
        var left: [FixCandidate] = []
        var out = leftOut
        for candidate in candidates {
            if let base = candidate.bases.first(where: { unreachable[$0] != nil }),
                let reason = unreachable[base]
            {
                out.append(
                    FixPlan.LeftOut(name: candidate.name, reason: "\(base) cannot be had: \(reason)"))
            } else {
                left.append(candidate)
            }
        }
        return CandidatePlan(candidates: left, leftOut: out)
    }

    /// The plan without the candidates that take a step, for a reason.
    func without(_ step: Recipe.Step, reason: String) -> CandidatePlan {
        let out = candidates.filter { $0.recipe.steps.contains(step) }
        return CandidatePlan(
            candidates: candidates.filter { !$0.recipe.steps.contains(step) },
            leftOut: leftOut + out.map { FixPlan.LeftOut(name: $0.name, reason: reason) })
    }

    /// The plan with each candidate thrice: with the patch, as it is, and with what works of the patch; the search leaves
    /// out what cannot help.
    func patched(closing count: Int) -> CandidatePlan {
        let all = candidates.flatMap { candidate in
            [
                candidate.with(.patched(closes: count)), candidate,
                candidate.with(.partlyPatched(closes: count)),
            ]
        }
        return CandidatePlan(candidates: all.inOrder, leftOut: leftOut)
    }
}

extension [FixCandidate] {
    /// What is expected to be best comes first; of two that are alike, the one that was first.
    fileprivate var inOrder: [FixCandidate] {
        enumerated().sorted { left, right in
            let (first, second) = (left.element.expectation, right.element.expectation)
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }
}
