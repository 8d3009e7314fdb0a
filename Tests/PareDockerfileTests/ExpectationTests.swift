// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import Testing

/// What recipes are expected to come to.
@Suite struct ExpectationTests {
    @Test func everyRecipeSaysWhyItHelps() {
        for recipe in Recipe.all {
            #expect(recipe.purposes.count == 1 + recipe.steps.count)
            #expect(recipe.purposes.allSatisfy { !$0.isEmpty && !$0.hasSuffix(".") })
            #expect(recipe.expectation.megabytes > 0)
        }
    }

    @Test func aStepMakesItNoWorse() {
        for recipe in Recipe.all {
            for other in Recipe.all where recipe.provider.name == other.provider.name {
                guard recipe.steps.isStrictSubset(of: other.steps) else { continue }
                #expect(other.expectation <= recipe.expectation, "\(other.name) \(recipe.name)")
            }
        }
    }

    @Test(arguments: [
        ("distill", "distill+compiled", true),
        ("distill+compiled", "distill", false),
        ("distill", "distill", false),
        // Another runtime may have findings of its own.
        ("distill+compiled", "distill+compiled+node24", false),
        ("chainguard", "distill+compiled", false),
    ])
    func contains(name: String, in other: String, _ expected: Bool) throws {
        let recipe = try #require(Recipe.named(name))
        #expect(recipe.isContained(in: try #require(Recipe.named(other))) == expected)
    }
}
