// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Takes the sources of a compiled program away once it is built: the program does not read them.
    static let sources = Rule(name: "sources") { draft in
        guard draft.has(.productionDependenciesOnly), draft.kind.id == .program else { return }
        let commands = draft.target.steps(.run).flatMap { draft.commands(of: $0.instruction) }
        let folders = draft.folders.filter { !draft.files.contains($0) }
        guard let compiler = commands.compactMap(compiler).last, !folders.isEmpty else { return }
        let names = compiler.names.map { "-name '\($0)'" }.joined(separator: " -o ")
        let line = draft.target.steps(.run).last?.instruction.line ?? 1
        draft.commands.append(
            "find \(folders.joined(separator: " ")) -type f ! -path \(draft.program) \\( \(names) \\) -delete"
        )
        draft.commandsComment = "Only what runs stays."
        draft.edit(line, "the sources are removed after the build: the program does not read them")
    }

    /// What compiles, and the names of its sources and of what it leaves beside its program.
    private static func compiler(_ command: [String]) -> (program: String, names: [String])? {
        let verb = command.dropFirst().first
        switch StartWords.lastPart(of: command[0]) {
        case "go" where verb == "build" || verb == "install":
            return ("go", ["*.go", "go.mod", "go.sum", "go.work", "go.work.sum"])
        case "cargo" where verb == "build" || verb == "install":
            return ("cargo", ["*.rs", "Cargo.toml", "Cargo.lock", "*.rlib", "*.rmeta", "*.d", "*.o"])
        case "gcc", "cc", "g++", "c++", "clang", "make":
            return ("cc", ["*.c", "*.cc", "*.cpp", "*.h", "*.hpp", "*.o", "Makefile"])
        default: return nil
        }
    }
}
