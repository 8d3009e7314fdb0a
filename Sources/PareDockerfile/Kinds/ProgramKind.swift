// SPDX-License-Identifier: Apache-2.0

extension Kind {
    /// A program that the Dockerfile compiles or copies: Go, Rust, C.
    static let program = Kind(
        id: .program, name: "a program of its own",
        fits: { target, base in
            base.isPlainDebian || ["golang", "rust", "gcc"].contains(where: base.isOfficial)
        },
        start: { words, draft throws(StartCommand.Unavailable) in
            try words.told { prefix throws(StartCommand.Unavailable) in try programStart(prefix.rest, draft) }
        },
        startReason: "the final image has no shell, and signals reach the program itself",
        needs: { draft in
            var needs = Needs(
                comment: "the program, the libraries that it loads, if any,",
                libraries: "the libraries that the program links to", program: draft.program,
                mayBeStatic: true, modules: ["*.so", "*.so.*"])
            let isInFolder = draft.folders.contains {
                draft.program == $0 || draft.program.hasPrefix($0 + "/")
            }
            needs.files = (isInFolder ? [] : [draft.program]) + ["/etc/ld.so.cache"]
            return needs
        })

    private static func programStart(
        _ words: [String], _ draft: Draft
    ) throws(StartCommand.Unavailable) -> StartCommand {
        let command = words[0]
        let rest = Array(words.dropFirst())
        if ["go", "cargo"].contains(command), rest.first == "run" {
            throw StartCommand.Unavailable(
                reason:
                    "'\(command) run' compiles at each start; build the program in the Dockerfile and start that"
            )
        }
        let brought = draft.target.broughtPrograms
        let folder = draft.target.workingDirectory
        if command.contains("/") {
            guard let path = resolved(command, from: folder) else {
                throw StartCommand.Unavailable(reason: "'\(command)' lies in a folder that is not known")
            }
            let systems = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/lib", "/usr/lib/"]
            guard brought.contains(path) || !systems.contains(where: path.hasPrefix) else {
                throw StartCommand.Unavailable(
                    reason:
                        "'\(command)' is a program of the system, and what it needs beside libraries is not known"
                )
            }
            return StartCommand(program: path, words: rest)
        }
        let path = draft.target.programFolders.lazy.map { "\($0)/" }.filter { folder in
            // A compiler that is given a folder names the program itself.
            brought.contains(folder + command) || brought.contains(folder)
        }.first.map { $0 + command }
        guard let path else {
            throw StartCommand.Unavailable(
                reason: "the Dockerfile does not show where '\(command)' comes from")
        }
        return StartCommand(program: path, words: rest)
    }
}

extension Target {
    /// Files that the stages compile or copy, as far as the file says their names.
    var broughtPrograms: Set<String> {
        var paths: Set<String> = []
        for step in steps {
            let instruction = step.instruction
            switch instruction.keyword {
            case .copy, .add:
                let words = instruction.exec ?? instruction.words.map(\.text)
                guard words.count > 1, let last = words.last,
                    let place = resolved(last, from: step.workingDirectory)
                else { continue }
                paths.insert(place)
                for source in words.dropLast() {
                    paths.insert((place == "/" ? "" : place) + "/" + StartWords.lastPart(of: source))
                }
            case .run:
                for command in instruction.commands {
                    paths.formUnion(Self.compiled(by: command, in: step.workingDirectory))
                }
            default: break
            }
        }
        return paths
    }

    /// Where a compiler puts its program.
    private static func compiled(by command: [String], in folder: String?) -> [String] {
        let name = StartWords.lastPart(of: command[0])
        let output = zip(command, command.dropFirst()).first { $0.0 == "-o" }?.1
        switch (name, command.dropFirst().first) {
        case ("go", "build"), ("gcc", _), ("cc", _), ("g++", _), ("c++", _), ("clang", _):
            guard let output, let path = resolved(output, from: folder) else { return [] }
            let package = command.last.map(StartWords.lastPart) ?? ""
            return [path, path + "/" + package]
        case ("go", "install"): return [installed(command, "/go/bin/")]
        case ("cargo", "install"): return [installed(command, "/usr/local/cargo/bin/")]
        default: return []
        }
    }

    /// A program in a folder, by the package that is built; the folder itself where that has no name.
    private static func installed(_ command: [String], _ folder: String) -> String {
        let package = command.dropFirst(2).last { !$0.hasPrefix("-") } ?? "."
        let name = StartWords.lastPart(of: String(package.prefix { $0 != "@" }))
        return folder + ([".", ".."].contains(name) || name.contains("...") ? "" : name)
    }
}
