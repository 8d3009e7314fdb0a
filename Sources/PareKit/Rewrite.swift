// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
public import PareModel

/// Rewrites a Dockerfile by a recipe: text to text, no image, no network.
public struct Rewrite: Sendable {
    private let dockerfile: String
    private let context: String?
    private let recipe: String

    /// - Parameters:
    ///   - dockerfile: Path, or `-` for standard input.
    ///   - context: The application's folder; the Dockerfile's by default.
    ///   - recipe: A recipe's name; the plainest recipe of a provider has the provider's.
    public init(dockerfile: String, context: String?, recipe: String) {
        self.dockerfile = dockerfile
        self.context = context
        self.recipe = recipe
    }

    public static var providers: [String] { Provider.all.map(\.name) }

    /// A rewritten Dockerfile, with what was done and what was not understood.
    public struct Result: Sendable {
        /// The file's name as messages give it.
        public let name: String
        public let text: String
        /// Unified, from the old text to the new.
        public let diff: String
        public let edits: [FixProof.Edit]
        public let diagnostics: [Diagnostic]
    }

    public func run(in setup: Setup) throws -> Result {
        let recipe = try knownRecipe(recipe)
        let isInput = dockerfile == "-"
        let name = isInput ? "Dockerfile" : dockerfile
        let text = isInput ? try readInput() : try readText(dockerfile)
        let facts = try ApplicationFacts(inFolder: context ?? (isInput ? "." : parentFolder(of: dockerfile)))
        let releases = setup.releases
        let rewritten = rewrite(
            try parsed(text, named: name), for: facts, recipe: recipe, on: setup.today,
            releases: releases.table)
        if let obstacle = rewritten.obstacle {
            throw VerbError.notUnderstood(dockerfile: name, reason: obstacle)
        }
        return Result(
            name: name, text: rewritten.text,
            diff: unifiedDiff(text, rewritten.text, labels: (name, name + ".pare")),
            edits: rewritten.edits.map { FixProof.Edit(line: $0.line, reason: $0.reason) },
            diagnostics: rewritten.diagnostics + releases.diagnostics)
    }
}

/// - Throws: ``VerbError/badDockerfile(file:reason:hint:)``.
func parsed(_ text: String, named file: String) throws -> Dockerfile {
    do { return try Dockerfile(parsing: text) } catch let error as any Explained {
        throw VerbError.badDockerfile(file: file, reason: error.problem, hint: error.hint)
    }
}

/// - Throws: ``VerbError/unknownRecipe(_:known:)``.
func knownRecipe(_ name: String) throws -> Recipe {
    guard let recipe = Recipe.named(name) else {
        throw VerbError.unknownRecipe(name, known: Recipe.all.map(\.name))
    }
    return recipe
}

extension PareDockerfile.Rewrite {
    /// Why the file came back as it was.
    var obstacle: String? {
        guard edits.isEmpty else { return nil }
        return diagnostics.last?.message ?? "there is nothing to change"
    }
}
