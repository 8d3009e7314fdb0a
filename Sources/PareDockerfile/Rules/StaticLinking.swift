// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Builds Go programs without C's library: they then need nothing of the system they run on.
    static let staticLinking = Rule(name: "static linking") { draft in
        guard draft.has(.linkStatically), draft.kind.id == .program else { return }
        let name = "CGO_ENABLED"
        if let said = draft.dockerfile.instructions.first(where: { $0.arguments.contains(name) }) {
            return draft.note(said.line, "'\(name)' is said already, and stays as it is")
        }
        for stage in draft.dockerfile.stages {
            let commands = stage.instructions.filter { $0.keyword == .run }.flatMap { draft.commands(of: $0) }
            guard
                commands.contains(where: {
                    $0[0] == "go" && ["build", "install"].contains($0.dropFirst().first)
                })
            else { continue }
            let from = stage.instructions[0]
            let end = from.range.upperBound
            draft.replacements.append((end..<end, "ENV \(name)=0" + draft.dockerfile.newline))
            draft.edit(
                from.line,
                "Go programs are built without C's library, so that they need nothing of the system")
        }
    }
}
