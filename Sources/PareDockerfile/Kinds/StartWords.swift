// SPDX-License-Identifier: Apache-2.0

extension StartWords {
    /// What comes before the program in a command.
    struct Prefix {
        var environment: [StartCommand.Assignment] = []
        /// The program and its arguments; never empty.
        var rest: [String] = []
    }

    /// Takes apart words into what is set before a program, and the program: `exec`, `env`, `NAME=value`, and small
    /// programs that do no more than to hand signals on.
    static func prefix(of words: [String]) throws(StartCommand.Unavailable) -> Prefix {
        var prefix = Prefix()
        var rest = words[...]
        while let word = rest.first {
            let name = lastPart(of: word)
            if ["exec", "env"].contains(name) {
                rest.removeFirst()
            } else if ["tini", "dumb-init", "catatonit"].contains(name) {
                rest = rest.dropFirst().drop { $0.hasPrefix("-") }
            } else if ShellText.isAssignment(word), let equals = word.firstIndex(of: "=") {
                prefix.environment.append(
                    StartCommand.Assignment(
                        name: String(word[..<equals]), value: String(word[word.index(after: equals)...])))
                rest.removeFirst()
            } else {
                break
            }
        }
        guard let program = rest.first else {
            throw StartCommand.Unavailable(reason: "it names no program")
        }
        let name = lastPart(of: program)
        if name.hasSuffix(".sh") || ["sh", "bash", "dash", "ash", "su", "sudo", "gosu"].contains(name) {
            throw StartCommand.Unavailable(reason: "'\(program)' needs a shell")
        }
        prefix.rest = Array(rest)
        return prefix
    }

    /// The command with its first words made by a kind; what only `CMD` gave stays apart where `ENTRYPOINT` is there.
    func told(
        _ make: (StartWords.Prefix) throws(StartCommand.Unavailable) -> StartCommand
    ) throws(StartCommand.Unavailable) -> StartCommand {
        guard let entrypoint, let command else {
            let prefix = try Self.prefix(of: all)
            var start = try make(prefix)
            start.environment = prefix.environment
            return start
        }
        let prefix = try Self.prefix(of: entrypoint)
        var start: StartCommand
        do {
            start = try make(prefix)
            start.defaults = command
        } catch {
            // ENTRYPOINT is only the beginning, such as an interpreter.
            var whole = prefix
            whole.rest += command
            start = try make(whole)
            if prefix.rest.count == 1 {
                start.defaults = start.words
                start.words = []
            }
        }
        start.environment = prefix.environment
        return start
    }

    static func lastPart(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

extension Target {
    /// What is started, as far as it can be seen without knowing the kind: the program's bare name; `nil` where it is not
    /// said.
    var startedName: String? {
        let steps = [steps(.entrypoint).last, steps(.cmd).last].compactMap(\.self)
        let words = steps.flatMap { step in
            step.instruction.exec ?? ShellText(text: step.instruction.arguments).plainCommand ?? []
        }
        guard let prefix = try? StartWords.prefix(of: words), let program = prefix.rest.first else {
            return nil
        }
        return StartWords.lastPart(of: program)
    }

    /// The packages that the stages install by Debian's package manager.
    var systemPackages: Set<String> {
        var names: Set<String> = []
        for step in steps(.run) {
            for command in step.instruction.commands where ["apt-get", "apt"].contains(command.first) {
                names.formUnion(command.drop { $0 != "install" }.dropFirst().filter { !$0.hasPrefix("-") })
            }
        }
        return names
    }

    /// The folders in which programs are looked for.
    var programFolders: [String] {
        (variables["PATH"] ?? BaseReference.plainPath).split(separator: ":").map(String.init)
    }
}
