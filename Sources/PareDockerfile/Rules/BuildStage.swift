// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Gives the last stage a new name: it builds now, and the image is another.
    static let buildStage = Rule(name: "build stage") { draft in
        let stage = draft.target.stage
        let line = stage.instructions[0].line
        if let name = stage.nameWord {
            draft.replacements.append((name.range, draft.buildName))
            draft.edit(
                line,
                "the stage '\(name.text)' becomes '\(draft.buildName)'; its name goes to the final stage")
        } else {
            let end = stage.baseWord.range.upperBound
            draft.replacements.append((end..<end, " AS \(draft.buildName)"))
            draft.edit(
                line,
                "becomes the stage '\(draft.buildName)', of which the final image takes only what it needs")
        }
    }
}

extension Draft {
    /// `FROM` of the final stage, with the platform and the name that the last stage had.
    func finalFrom(_ base: String) -> String {
        let platform = target.stage.instructions[0].flag("platform").map { "--platform=\($0) " } ?? ""
        return "FROM \(platform)\(base)" + (target.stage.nameWord.map { " AS \($0.text)" } ?? "")
    }
}
