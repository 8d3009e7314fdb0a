// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Sees to it that the process does not run as root.
    static let user = Rule(name: "user") { draft in
        draft.user = draft.finalUser
        let steps = draft.target.steps(.user)
        if let last = steps.last {
            let line = last.instruction.line
            if isRoot(last.instruction.arguments) {
                draft.edit(line, "the process does not run as root, but as \(draft.user)")
            } else if draft.user != last.instruction.arguments, draft.provider.keepsUserNames {
                draft.edit(
                    line,
                    "'\(last.instruction.arguments)' by its number, which shows that it is not root"
                )
            } else if draft.user != last.instruction.arguments {
                draft.edit(
                    line,
                    "the user '\(last.instruction.arguments)' is not in the final image; \(draft.user) is")
            }
        } else {
            draft.edit(
                draft.target.stage.instructions[0].line,
                "the process does not run as root any more, but as \(draft.user)")
        }
        if draft.ranAsRoot {
            reportRights(&draft)
        } else if let last = steps.last, !draft.isNumeric(draft.user) {
            draft.warn(
                last.instruction.line,
                "'USER \(draft.user)' is a name: Kubernetes' runAsNonRoot takes only a number for not root"
            )
        }
        var buildUser: String?
        for step in steps {
            if step.isOwn, draft.isLastWord(step) {
                draft.leaveOut(step.instruction)
            } else {
                buildUser = step.instruction.arguments
            }
        }
        if let buildUser, !isRoot(buildUser) {
            draft.added += ["# hadolint ignore=DL3002", "USER 0"]
            draft.edit(
                steps.last?.instruction.line ?? 1, "the build ends as root, who may read and change all files"
            )
        }
    }

    private static func reportRights(_ draft: inout Draft) {
        let line = (draft.target.steps(.user).last?.instruction ?? draft.target.stage.instructions[0]).line
        draft.note(
            line,
            "the process wrote where it liked; as \(draft.user) only to /tmp and volumes that let it"
        )
        for step in draft.target.steps(.expose) {
            for word in step.instruction.words {
                let port = word.text.split(separator: "/").first.flatMap { Int($0) }
                guard let port, port < 1024 else { continue }
                draft.warn(
                    step.instruction.line,
                    "port \(port) is for root only where 'net.ipv4.ip_unprivileged_port_start' is not lowered"
                )
            }
        }
    }
}

/// Whether a `USER` is root, by name or number.
func isRoot(_ user: String) -> Bool {
    let name = user.split(separator: ":").first.map(String.init) ?? user
    return name == "root" || name == "0"
}

extension Draft {
    /// Whether the old image's process ran as root.
    var ranAsRoot: Bool {
        guard let user = target.user else { return true }
        return isRoot(expand(user, escape: dockerfile.escape) { target.variables[$0] } ?? user)
    }

    /// Who the process runs as in the new image.
    var finalUser: String {
        // `node` is 1000:1000 in all images of Node.js's own.
        guard let old = target.user, !ranAsRoot, !["node", "node:node"].contains(old) else {
            return kind.user(target) ?? provider.user
        }
        return isNumeric(old) || provider.keepsUserNames ? old : provider.user
    }

    /// Whether a `USER` is a number, its variables replaced.
    func isNumeric(_ user: String) -> Bool {
        let name = expand(user, escape: dockerfile.escape) { target.variables[$0] } ?? user
        return !name.isEmpty
            && name.split(separator: ":").first?.utf8.allSatisfy { $0.isDigit } == true
    }

    /// Whether nothing is done in the build after a `USER`.
    func isLastWord(_ user: Target.Step) -> Bool {
        !target.steps.contains { step in
            step.instruction.line > user.instruction.line
                && [.run, .copy, .add, .workdir].contains(step.instruction.keyword)
        }
    }
}
