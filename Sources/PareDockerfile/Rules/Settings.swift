// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Carries over what describes the image and not its files: a final stage inherits nothing from the
    /// build.
    static let settings = Rule(name: "settings") { draft in
        let arguments = draft.target.steps(.arg).map(\.instruction)
        var declared: Set<Int> = []
        var lines: [String] = []
        for step in draft.target.steps {
            let instruction = step.instruction
            switch instruction.keyword {
            case .env, .expose, .label, .maintainer, .stopsignal, .volume: break
            case .onbuild:
                draft.warn(
                    instruction.line,
                    "ONBUILD is carried over, but its trigger finds no shell and no tools in the final image")
            default: continue
            }
            for argument in arguments where uses(instruction.arguments, argument) {
                if declared.insert(argument.line).inserted { lines.append(draft.source(argument)) }
            }
            if step.isOwn, instruction.keyword != .env {
                lines += draft.comments(of: instruction)
                draft.leaveOut(instruction)
            }
            lines.append(draft.source(instruction))
            reportUnset(instruction, &draft)
            if instruction.keyword == .volume {
                draft.warn(
                    instruction.line,
                    "VOLUME: whoever mounts it must let user '\(draft.finalUser)' write there")
            }
        }
        let user = draft.finalUser
        for argument in arguments where uses(user, argument) && declared.insert(argument.line).inserted {
            lines.append(draft.source(argument))
        }
        let folder = draft.target.workingDirectory.map { $0 == "/" ? [] : ["WORKDIR \($0)"] } ?? []
        draft.settings = folder + draft.settings + lines
    }

    /// Variables that only the base has set: they are empty where the final stage stands on another.
    private static func reportUnset(_ instruction: Instruction, _ draft: inout Draft) {
        let declared = draft.target.steps.filter { [.arg, .env].contains($0.instruction.keyword) }.flatMap {
            assignments($0.instruction.arguments).map(\.name)
        }
        for name in variableNames(instruction.arguments) where name != "PATH" && !declared.contains(name) {
            draft.warn(
                instruction.line, "'$\(name)' has no value in the final image: the base it comes from is gone"
            )
        }
    }

    /// Whether a text uses a variable that an `ARG` declares.
    private static func uses(_ text: String, _ argument: Instruction) -> Bool {
        let names = variableNames(text)
        return assignments(argument.arguments).contains { names.contains($0.name) }
    }
}
