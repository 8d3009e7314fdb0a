// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import PareModel

/// One way to fix an application: a recipe, with the application's dependencies as they are or patched.
struct FixCandidate: Sendable {
    let recipe: Recipe
    /// What the recipe makes of the Dockerfile.
    let rewrite: PareDockerfile.Rewrite
    let dependencies: Dependencies

    /// Which versions an application's dependencies have.
    enum Dependencies: Sendable {
        case asTheyAre
        /// As the dependency patch has them; so many findings are expected to go away by it.
        case patched(closes: Int)
        /// As the largest part of the patch has them that works; for where the whole does not.
        case partlyPatched(closes: Int)
    }

    /// Shown to users: `distill+compiled`, `distill+compiled+patched`.
    var name: String {
        switch dependencies {
        case .asTheyAre: recipe.name
        case .patched: recipe.name + "+patched"
        case .partlyPatched: recipe.name + "+partly-patched"
        }
    }

    var isPatched: Bool {
        if case .asTheyAre = dependencies { false } else { true }
    }

    var expectation: Expectation {
        switch dependencies {
        case .asTheyAre: recipe.expectation
        case .patched(let closes): recipe.expectation + Expectation(openFindings: -closes, megabytes: 0)
        // Parts are looked for when all else has been tried.
        case .partlyPatched(let closes):
            recipe.expectation + Expectation(openFindings: -closes / 2, megabytes: 0)
        }
    }

    /// What builds of candidates have in common: of two with the same base and dependencies, the second finds the steps of
    /// the first in the engine's cache.
    var lineage: String { (bases + [isPatched ? "patched" : ""]).joined(separator: " ") }

    /// Images that the build starts from.
    var bases: [String] { (try? Dockerfile(parsing: rewrite.text).externalBases) ?? [] }

    /// The same recipe with other dependencies.
    func with(_ dependencies: Dependencies) -> FixCandidate {
        FixCandidate(recipe: recipe, rewrite: rewrite, dependencies: dependencies)
    }
}
