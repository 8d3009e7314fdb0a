// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Compiles TypeScript in the build, and starts what comes of it.
    static let compileAhead = Rule(name: "compile ahead") { draft in
        guard draft.has(.compileAhead), draft.kind.id == .node, let start = draft.start else { return }
        let line =
            (draft.target.steps(.cmd).last ?? draft.target.steps(.entrypoint).last)?.instruction.line ?? 1
        let usesDefaults = start.words.isEmpty
        do throws(StartCommand.Unavailable) {
            guard let compiled = try CompiledStart(usesDefaults ? start.defaults : start.words) else {
                return
            }
            let output = try Compilation(of: compiled, in: draft)
            draft.commands.append(output.command)
            draft.commandsComment = "Compile here, once, and not at each start."
            let words = compiled.words(running: output.file)
            if usesDefaults { draft.start?.defaults = words } else { draft.start?.words = words }
            draft.start?.tools.subtract(CompiledStart.compilers)
            draft.edit(
                line,
                "'\(compiled.source)' is compiled in the build by '\(output.command)' to '\(output.file)'"
            )
            reportAssets(besides: compiled.source, in: &draft, line: line)
        } catch {
            draft.note(line, "TypeScript is compiled at each start still: \(error.reason)")
        }
    }

    /// Files that the compiler leaves where they are although the program may look for them beside itself.
    private static func reportAssets(besides source: String, in draft: inout Draft, line: Int) {
        guard let slash = source.firstIndex(of: "/") else { return }
        let folder = source[...slash]
        let code = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".map", ".snap"]
        let assets = draft.application.files.filter { file in
            file.hasPrefix(folder) && !code.contains(where: file.hasSuffix)
        }.sorted()
        guard let first = assets.first else { return }
        let more = assets.count > 1 ? " and \(assets.count - 1) more" : ""
        draft.warn(
            line, "the compiler does not copy '\(first)'\(more): the program finds it in '\(folder)' only")
    }
}

/// How a project is compiled, and where a source's output lies.
private struct Compilation {
    let command: String
    /// `dist/server.js`.
    let file: String

    init(of start: CompiledStart, in draft: Draft) throws(StartCommand.Unavailable) {
        let application = draft.application
        let typeScript = application.typeScript ?? ApplicationFacts.TypeScript()
        guard application.dependencies.union(application.developmentDependencies).contains("typescript")
        else {
            throw StartCommand.Unavailable(reason: "package.json does not name 'typescript'")
        }
        guard !typeScript.mapsPaths else {
            throw StartCommand.Unavailable(
                reason: "tsconfig.json maps import paths, which the compiler leaves as they are")
        }
        guard let output = Self.outputName(of: start.source) else {
            throw StartCommand.Unavailable(reason: "'\(start.source)' is no TypeScript source")
        }
        let tsc = "npx tsc" + (start.project.map { " --project \($0)" } ?? "")
        if let outDir = typeScript.outDir, let rootDir = typeScript.rootDir, !typeScript.emitsNothing,
            let inside = Self.path(output, below: rootDir)
        {
            let builds = application.scripts["build"].map(Self.isPlainCompiler) ?? false
            command = builds && start.project == nil ? Self.buildScript(draft) : tsc
            file = outDir == "." ? inside : "\(outDir)/\(inside)"
        } else if let built = Self.builtProgram(application), start.project == nil {
            command = Self.buildScript(draft)
            file = built
        } else {
            // What the settings leave open is said on the command line, so that the place of the output is
            // certain.
            command = "\(tsc) --rootDir . --outDir dist" + (typeScript.emitsNothing ? " --noEmit false" : "")
            file = "dist/\(output)"
        }
    }

    private static func buildScript(_ draft: Draft) -> String {
        draft.installation.map { "\($0.manager.rawValue) run build" } ?? "npm run build"
    }

    private static func outputName(of source: String) -> String? {
        for (from, to) in [(".mts", ".mjs"), (".cts", ".cjs"), (".tsx", ".js"), (".ts", ".js")]
        where source.hasSuffix(from) {
            return source.dropLast(from.count) + to
        }
        return nil
    }

    private static func path(_ path: String, below folder: String) -> String? {
        if folder == "." { return path }
        return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : nil
    }

    /// Whether a script does nothing but compile by the project's own settings.
    private static func isPlainCompiler(_ script: String) -> Bool {
        let commands = ShellText(text: script).commands
        return commands.last.map {
            ["tsc", "npx tsc", "tsc -p .", "tsc -p tsconfig.json", "tsc --build", "tsc -b"].contains(
                $0.joined(separator: " "))
        }
            ?? false
    }

    /// The program that the package's own build makes, where package.json says so.
    private static func builtProgram(_ application: ApplicationFacts) -> String? {
        guard application.scripts["build"] != nil else { return nil }
        for script in ["start:prod", "start:production", "serve", "prod"] {
            guard let words = application.scripts[script].flatMap({ ShellText(text: $0).plainCommand }),
                words.first == "node", words.count == 2
            else { continue }
            return words[1]
        }
        guard let main = application.main, [".js", ".mjs", ".cjs"].contains(where: main.hasSuffix),
            !application.files.contains(main), main.contains("/")
        else { return nil }
        return main.hasPrefix("./") ? String(main.dropFirst(2)) : main
    }
}
