// SPDX-License-Identifier: Apache-2.0

import PareModel
import Testing

@testable import PareDockerfile

/// Each folder in `Fixtures/rewrite` is an application; each `RECIPE.expected` in it is a case.
@Suite struct RewriteTests {
    @Test(arguments: cases("rewrite"))
    func givesTheExpectedFile(_ name: String) throws {
        let recipes = cases("rewrite/\(name)").filter { $0.hasSuffix(".expected") }.map { $0.dropLast(9) }
        #expect(!recipes.isEmpty)
        for recipe in recipes {
            let (dockerfile, rewrite) = try rewritten(name, by: #require(Recipe.named(String(recipe))))
            expectLossless(dockerfile)
            expectAccounted(dockerfile, rewrite, String(recipe))
            try expectGolden(rewrite.text, at: "rewrite/\(name)/\(recipe).expected")
            try expectGolden(rewrite.reasons, at: "rewrite/\(name)/\(recipe).reasons")
        }
    }
}
