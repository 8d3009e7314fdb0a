// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Looks at what the image stands on, and makes of the last stage the one that builds.
    static let base = Rule(name: "base") { draft in
        draft.kind.prepare(&draft)
        draft.provider.prepare(&draft)
    }

    /// Sees to it that a recipe is used for what it is made for.  Applied last: where more stands in the way, that is told.
    static let fitness = Rule(name: "fitness") { draft in
        guard !draft.recipe.kinds.contains(draft.kind.id) else { return }
        draft.stop(
            draft.target.root.instructions[0].line,
            "not for this: the recipe '\(draft.recipe.name)' is not made for \(draft.kind.name)")
    }
}
