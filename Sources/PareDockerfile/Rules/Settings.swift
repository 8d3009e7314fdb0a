// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Carries over what describes the image and not its files: a final stage inherits nothing from the build.
    static let settings = Rule(name: "settings") { draft in
        let arguments = draft.target.steps(.arg).map(\.instruction)
        var declared: Set<Int> = []
        var lines: [String] = []
        var hasFolder = false
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
            if !hasFolder, instruction.keyword != .env {
                lines += folder(in: draft)
                hasFolder = true
            }
            lines.append(draft.source(instruction))
            if instruction.keyword == .volume {
                draft.warn(
                    instruction.line,
                    "VOLUME: whoever mounts it must let user '\(draft.finalUser)' write there")
            }
        }
        draft.settings = draft.settings + lines + (hasFolder ? [] : folder(in: draft))
    }

    /// `WORKDIR` as it was at the end, in one line where it is known.
    private static func folder(in draft: Draft) -> [String] {
        guard let folder = draft.target.workingDirectory else {
            return draft.target.steps(.workdir).map { draft.source($0.instruction) }
        }
        return folder == "/" ? [] : ["WORKDIR \(folder)"]
    }

    /// Whether a text uses a variable that an `ARG` declares.
    private static func uses(_ text: String, _ argument: Instruction) -> Bool {
        assignments(argument.arguments).contains { name, _ in
            text.contains("$\(name)") || text.contains("${\(name)")
        }
    }
}
