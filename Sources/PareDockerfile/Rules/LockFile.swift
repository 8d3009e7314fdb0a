// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Suggests to install what a lock file says, which is for a person to decide.
    static let lockFile = Rule(name: "lock file") { draft in
        guard draft.kind.id == .node, let installation = draft.installation, installation.manager == .npm,
            draft.application.lockFile == .npm
        else { return }
        let verbs: Set<String> = ["install", "i"]
        guard
            draft.commands(of: installation.instruction).contains(where: {
                !verbs.isDisjoint(with: $0.prefix(2))
            })
        else {
            return
        }
        draft.note(
            installation.instruction.line, "'npm ci' would install exactly what package-lock.json says")
    }
}
