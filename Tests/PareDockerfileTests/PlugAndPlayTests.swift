// SPDX-License-Identifier: Apache-2.0

import PareDockerfile
import PareModel
import Testing

@Suite struct PlugAndPlayTests {
    @Test(arguments: Recipe.all.map(\.name))
    func packagesInArchivesAreNotLostSilently(_ recipe: String) throws {
        let text = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN yarn install\nCMD [\"node\", \"server.js\"]\n"
        let facts = ApplicationFacts(
            packageJSON: #"{"name": "a"}"#, tsconfig: nil, files: ["package.json", "yarn.lock", ".pnp.cjs"])
        let rewritten = rewrite(
            try Dockerfile(parsing: text), for: facts, recipe: try #require(Recipe.named(recipe)),
            on: Day(2026, 11, 24))
        #expect(rewritten.edits.isEmpty && rewritten.text == text)
        #expect(rewritten.diagnostics.last?.message.contains("Plug'n'Play") == true)
    }
}
