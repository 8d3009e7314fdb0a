// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Says a health check without a shell, curl or wget.
    static let healthcheck = Rule(name: "health check") { draft in
        let steps = draft.target.steps(.healthcheck)
        for step in steps where step.isOwn { draft.leaveOut(step.instruction) }
        guard let instruction = steps.last?.instruction else { return }
        for step in steps.dropLast() where step.isOwn {
            draft.edit(step.instruction.line, "had no effect: line \(instruction.line) comes later")
        }
        let line = instruction.line
        let arguments = instruction.arguments
        if arguments.uppercased() == "NONE" {
            draft.healthcheck = draft.source(instruction)
            return
        }
        let options = instruction.flags.map { "--\($0.name)" + ($0.value.map { "=\($0)" } ?? "") + " " }
            .joined()
        guard arguments.uppercased().hasPrefix("CMD") else {
            return draft.warn(line, "HEALTHCHECK is left out: '\(arguments)' is not understood")
        }
        let command = String(arguments.dropFirst(3)).trimmed
        if draft.kind.id == .node, let exec = jsonTexts(command), exec.first == "node" {
            draft.healthcheck = draft.source(instruction)
        } else if let url = probedURL(jsonTexts(command)?.joined(separator: " ") ?? command) {
            guard let words = draft.kind.probe(url, draft) else {
                return draft.warn(
                    line, "HEALTHCHECK is left out: nothing in the final image can ask '\(url)'")
            }
            draft.healthcheck = "HEALTHCHECK \(options)CMD " + jsonArray(words)
            let program = words[0].split(separator: "/").last.map(String.init) ?? words[0]
            draft.edit(
                line,
                "the health check asks '\(url)' by \(program): the final image has no curl, wget or shell")
        } else if let words = jsonTexts(command) ?? ShellText(text: command).plainCommand,
            let start = try? draft.kind.start(StartWords(entrypoint: nil, command: words), draft),
            start.environment.isEmpty
        {
            let program = start.program ?? draft.provider.node
            draft.healthcheck = "HEALTHCHECK \(options)CMD " + jsonArray([program] + start.words)
            draft.edit(line, "the health check is said without a shell")
        } else {
            draft.warn(line, "HEALTHCHECK is left out: '\(command)' is not in the final image")
        }
    }

    /// The address that `curl` or `wget` asks, where nothing else is done with the answer.
    private static func probedURL(_ command: String) -> String? {
        var text = command
        for end in ["|| exit 1", "|| false", "||exit 1"] where text.hasSuffix(end) {
            text = String(text.dropLast(end.count)).trimmed
        }
        guard let words = ShellText(text: text).plainCommand, let program = words.first,
            ["curl", "wget"].contains(program), !words.contains(where: changesRequest)
        else { return nil }
        let addresses = words.filter { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
        guard addresses.count == 1, let address = addresses.first, !address.contains("'") else { return nil }
        return address
    }

    private static func changesRequest(_ word: String) -> Bool {
        [
            "-X", "-d", "-H", "-k", "-u", "--data", "--header", "--request", "--insecure", "--post-data",
            "--user",
        ]
        .contains { word == $0 || word.hasPrefix($0 + "=") }
    }
}
