// SPDX-License-Identifier: Apache-2.0

import PareModel
import Testing

@testable import PareDockerfile

/// Inputs that other converters lose or break, one file each; `NAME.reasons` is what a rewrite says of them.
@Suite struct FieldTests {
    static let names = cases("field").filter { $0.hasSuffix(".Dockerfile") }.map { String($0.dropLast(11)) }

    /// An application that the start commands of the fixtures fit.
    static let application = ApplicationFacts(
        packageJSON: #"{"scripts": {"start": "node index.js"}, "dependencies": {"express": "4"}}"#,
        tsconfig: nil,
        files: ["index.js", "package.json", "package-lock.json"])

    @Test(arguments: names)
    func losesNothing(_ name: String) throws {
        let dockerfile = try Dockerfile(parsing: fixture("field/\(name).Dockerfile"))
        expectLossless(dockerfile)
        var reasons = ""
        for recipe in Recipe.all {
            let result = rewrite(dockerfile, for: Self.application, recipe: recipe, on: today)
            expectAccounted(dockerfile, result, recipe.name)
            guard recipe.steps.isEmpty else { continue }
            reasons += "\(recipe.name): \(result.edits.isEmpty ? "unchanged" : "rewritten")\n"
            reasons += result.diagnostics.map { "  \($0.location ?? "-"): \($0.message)\n" }.joined()
        }
        try expectGolden(reasons, at: "field/\(name).reasons")
    }

    @Test func areAllThere() { #expect(Self.names.count == 44) }
}
