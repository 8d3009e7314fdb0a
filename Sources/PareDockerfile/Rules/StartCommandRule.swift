// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Finds out what `ENTRYPOINT` and `CMD` start, and says it without a shell, npm or npx.
    static let startCommand = Rule(name: "start command") { draft in
        let entrypoint = draft.target.steps(.entrypoint).last
        var command = draft.target.steps(.cmd).last
        // ENTRYPOINT forgets the CMD of the stage below it.
        if let entrypoint, let given = command, entrypoint.isOwn, !given.isOwn { command = nil }
        var ignored: Int?
        // In shell form, ENTRYPOINT's shell does not look at CMD.
        if let entrypoint, let given = command, entrypoint.instruction.exec == nil {
            if given.isOwn {
                draft.edit(
                    given.instruction.line, "had no effect: ENTRYPOINT is given to a shell, without it")
            }
            ignored = given.instruction.line
            command = nil
        }
        guard let last = command ?? entrypoint else {
            return startAsBase(&draft)
        }
        for step in draft.target.steps(.cmd) + draft.target.steps(.entrypoint) where step.isOwn {
            draft.leaveOut(step.instruction)
        }
        let line = last.instruction.line
        if draft.application.files.contains(".pnp.cjs") {
            return draft.stop(
                line, "not supported: Yarn Plug'n'Play, whose packages plain node does not find")
        }
        let oldWords: [String]
        do throws(Unavailable) {
            let parts = try StartWords(entrypoint: words(entrypoint), command: words(command))
            draft.start = try draft.kind.start(parts, draft)
            oldWords = parts.all
        } catch {
            return draft.stop(line, "the start command is not available without a shell: \(error.reason)")
        }
        guard let start = draft.start else { return }
        for loss in start.losses { draft.warn(line, loss) }
        for variable in start.environment {
            draft.settings.append("ENV \(variable.name)=\(quoted(variable.value))")
        }
        for step in draft.target.steps(.cmd) + draft.target.steps(.entrypoint)
        where step.isOwn && step.instruction.line != line && step.instruction.line != ignored {
            let counts = [entrypoint, command].contains { $0?.instruction.line == step.instruction.line }
            draft.edit(
                step.instruction.line,
                counts ? "said in one with line \(line)" : "had no effect: line \(line) comes later")
        }
        let before = [entrypoint, command].compactMap { $0?.instruction.arguments }.joined(separator: " ")
        draft.oldStart = (line, before, oldWords)
    }

    /// Starts what the base starts, where the file leaves that to it.
    private static func startAsBase(_ draft: inout Draft) {
        let line = draft.target.stage.instructions[0].line
        do throws(Unavailable) {
            draft.start = try draft.kind.start(StartWords(entrypoint: nil, command: nil), draft)
            let words = [draft.program] + (draft.start?.words ?? [])
            draft.edit(line, "starts \(jsonArray(words)), as the base did")
        } catch {
            draft.stop(line, "not understood: neither CMD nor ENTRYPOINT says what to start")
        }
    }

    /// Tells what became of the start, once all rules have had their say in it.
    static let startReason = Rule(name: "start reason") { draft in
        guard let start = draft.start, let old = draft.oldStart else { return }
        let words = draft.provider.launcher + [draft.program] + start.words + start.defaults
        guard old.words != words else {
            return draft.edit(
                old.line, "started as before; what follows the image's name at a run is given to it")
        }
        let name = draft.program.split(separator: "/").last.map(String.init) ?? draft.program
        let reason =
            !draft.provider.launcher.isEmpty
            ? "\(draft.provider.launcher[0]) hands signals on to node itself"
            : old.text.hasPrefix("[\"\(name)\"")
                ? "named by its path, \(name) starts whatever PATH is" : draft.kind.startReason
        draft.edit(old.line, "\(old.text) becomes \(jsonArray(words)): \(reason)")
    }
}

private typealias Unavailable = StartCommand.Unavailable

/// The words of an `ENTRYPOINT` or `CMD` in either form.
private func words(_ step: Target.Step?) throws(Unavailable) -> [String]? {
    guard let step else { return nil }
    if let exec = step.instruction.exec {
        // A shell that is given one plain command is not needed.
        if exec.count == 3, ["sh", "bash", "/bin/sh", "/bin/bash"].contains(exec[0]), exec[1] == "-c" {
            return try plain(exec[2])
        }
        return exec
    }
    return try plain(step.instruction.arguments)
}

private func plain(_ text: String) throws(Unavailable) -> [String] {
    guard let words = ShellText(text: text).plainCommand else {
        throw Unavailable(reason: "'\(text)' needs one")
    }
    return words
}

/// A value as `ENV` takes it.
private func quoted(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy { $0.isNameByte || "-./:,=@+".utf8.contains($0) }
    return isPlain && !value.isEmpty ? value : jsonArray([value]).dropFirst().dropLast().description
}
