// SPDX-License-Identifier: Apache-2.0

/// How an application starts, told without a shell, npm or npx: a program, and what it is given.
struct StartCommand: Equatable {
    /// Absolute; `nil` for the provider's node.
    var program: String?
    /// What follows the program: options, a script, its arguments.
    var words: [String]
    /// What `CMD` gives beside `ENTRYPOINT`; may be replaced at each run.
    var defaults: [String] = []
    /// Variables that the command itself sets, in their order.
    var environment: [Assignment] = []
    /// What the command did that will not be done any more.
    var losses: [String] = []
    /// Packages that the start loads although no source names them.
    var tools: Set<String> = []

    struct Assignment: Equatable {
        let name: String
        let value: String
    }

    /// Why a command cannot be told so.
    struct Unavailable: Error, Equatable {
        let reason: String
    }

    /// The command with the given words, looked up in the application where it names a script or a tool.
    ///
    /// - Parameters:
    ///   - words: program and arguments.
    ///   - application: what the build context says.
    ///   - hasOwnEntryScript: whether `docker-entrypoint.sh` may be the application's own and not the one
    ///     of Node.js's images, which does no more than to call node.
    /// - Throws: where the command cannot be told without a shell.
    init(
        _ words: [String], in application: ApplicationFacts, hasOwnEntryScript: Bool = false
    ) throws(Unavailable) {
        var translation = Translation(application: application, hasOwnEntryScript: hasOwnEntryScript)
        try translation.follow(words, depth: 0)
        self = translation.result
    }

    /// A program, and what `ENTRYPOINT` and `CMD` give it.
    init(program: String? = nil, words: [String] = [], defaults: [String] = []) {
        self.program = program
        self.words = words
        self.defaults = defaults
    }
}

/// Goes from a command to what it starts in the end.
private struct Translation {
    let application: ApplicationFacts
    let hasOwnEntryScript: Bool
    var result = StartCommand()

    /// The script that Node.js's own images start with.
    private static let baseEntryScripts = ["docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh"]

    /// A script that calls a script that calls a script.
    private static let depthLimit = 8

    mutating func follow(_ words: [String], depth: Int) throws(StartCommand.Unavailable) {
        guard depth < Self.depthLimit else {
            throw StartCommand.Unavailable(reason: "its scripts call each other")
        }
        var rest = words[...]
        while let word = rest.first,
            ShellText.isAssignment(word) || ["exec", "env", "cross-env"].contains(word)
        {
            rest.removeFirst()
            guard let equals = word.firstIndex(of: "=") else { continue }
            result.environment.append(
                StartCommand.Assignment(
                    name: String(word[..<equals]), value: String(word[word.index(after: equals)...])))
        }
        guard let command = rest.popFirst() else {
            throw StartCommand.Unavailable(reason: "it names no program")
        }
        let name = command.split(separator: "/").last.map(String.init) ?? command
        switch name {
        case "node", "nodejs": try runNode(Array(rest))
        case _ where !hasOwnEntryScript && Self.baseEntryScripts.contains(command):
            try follow(Array(rest), depth: depth + 1)
        case "tini", "dumb-init": try follow(Array(rest.drop { $0.hasPrefix("-") }), depth: depth + 1)
        case "npx", "pnpx", "bunx": try runTool(rest, by: name)
        case "npm", "yarn", "pnpm": try runManager(name, rest, depth: depth)
        default:
            if command.contains("/"), [".js", ".mjs", ".cjs"].contains(where: command.hasSuffix) {
                result.words = [command] + rest
            } else if command == name, isInstalled(command) {
                try runTool([command] + rest, by: name)
            } else if name.hasSuffix(".sh") {
                throw StartCommand.Unavailable(reason: "the entry point script needs a shell: '\(command)'")
            } else {
                throw StartCommand.Unavailable(reason: "'\(command)' is not in the final image")
            }
        }
    }

    private mutating func runNode(_ words: [String]) throws(StartCommand.Unavailable) {
        guard words.contains(where: { !$0.hasPrefix("-") }) else {
            throw StartCommand.Unavailable(reason: "node is given no program")
        }
        for (option, module) in zip(words, words.dropFirst())
        where CompiledStart.loaderOptions.contains(option) {
            let parts = module.split(separator: "/")
            result.tools.insert(parts.prefix(module.hasPrefix("@") ? 2 : 1).joined(separator: "/"))
        }
        if result.tools.contains("ts-node") { result.tools.insert("typescript") }
        result.words = words
    }

    // MARK: package managers

    private mutating func runManager(
        _ manager: String, _ words: ArraySlice<String>, depth: Int
    ) throws(StartCommand.Unavailable) {
        var rest = words
        while let flag = rest.first, flag.hasPrefix("-") {
            guard
                ["-s", "--silent", "-q", "--quiet", "--loglevel=error", "--no-update-notifier"].contains(flag)
            else {
                throw StartCommand.Unavailable(reason: "'\(manager) \(flag)' is not understood")
            }
            rest.removeFirst()
        }
        guard let verb = rest.popFirst() else {
            throw StartCommand.Unavailable(reason: "'\(manager)' is given no script")
        }
        switch verb {
        case "run", "run-script":
            while rest.first?.hasPrefix("-") == true { rest.removeFirst() }
            guard let script = rest.popFirst() else {
                throw StartCommand.Unavailable(reason: "'\(manager) \(verb)' is given no script")
            }
            try runScript(script, rest, of: manager, depth: depth)
        case "start", "test", "serve", "dev": try runScript(verb, rest, of: manager, depth: depth)
        case "exec", "dlx", "x": try runTool(rest, by: "\(manager) \(verb)")
        case _ where manager != "npm":
            if application.scripts[verb] != nil {
                try runScript(verb, rest, of: manager, depth: depth)
            } else {
                try runTool([verb] + rest, by: manager)
            }
        default: throw StartCommand.Unavailable(reason: "'\(manager) \(verb)' does not start a script")
        }
    }

    private mutating func runScript(
        _ name: String, _ arguments: ArraySlice<String>, of manager: String, depth: Int
    ) throws(StartCommand.Unavailable) {
        let text: String
        if let script = application.scripts[name] {
            text = script
        } else if name == "start", application.files.contains("server.js") {
            text = "node server.js"
        } else {
            throw StartCommand.Unavailable(reason: "package.json has no script '\(name)'")
        }
        for around in ["pre\(name)", "post\(name)"] where application.scripts[around] != nil {
            result.losses.append("the script '\(around)' is not run at start any more")
        }
        guard let words = ShellText(text: text).plainCommand else {
            throw StartCommand.Unavailable(reason: "the script '\(name)' needs a shell: \(text)")
        }
        let given = arguments.first == "--" ? arguments.dropFirst() : arguments
        try follow(words + given, depth: depth + 1)
    }

    // MARK: tools of node_modules

    private func isInstalled(_ tool: String) -> Bool {
        let package = Self.tools[tool]?.package ?? tool
        return application.dependencies.contains(package)
            || application.developmentDependencies.contains(package)
    }

    private mutating func runTool(
        _ words: ArraySlice<String>, by runner: String
    ) throws(StartCommand.Unavailable) {
        var rest = words
        while let flag = rest.first, flag.hasPrefix("-") {
            guard ["-y", "--yes", "--no-install", "--no", "--"].contains(flag) else {
                throw StartCommand.Unavailable(reason: "'\(runner) \(flag)' is not understood")
            }
            rest.removeFirst()
        }
        guard let tool = rest.popFirst() else {
            throw StartCommand.Unavailable(reason: "'\(runner)' is given no program")
        }
        if tool == "cross-env" || tool == "node" { return try follow([tool] + rest, depth: 1) }
        guard isInstalled(tool) || !application.hasManifest else {
            throw StartCommand.Unavailable(reason: "'\(tool)' is not among the dependencies in package.json")
        }
        if ["nodemon", "ts-node-dev"].contains(tool) {
            result.losses.append("'\(tool)' watches for changes, which an image does not have")
        }
        let known = Self.tools[tool]
        result.tools.insert(known?.package ?? tool)
        if tool.hasPrefix("ts-node") { result.tools.insert("typescript") }
        result.words = [known?.path ?? "node_modules/.bin/\(tool)"] + rest
    }

    /// Where npm's links of the same name in `node_modules/.bin` lead.
    private static let tools: [String: (package: String, path: String)] = [
        "ts-node": ("ts-node", "node_modules/ts-node/dist/bin.js"),
        "ts-node-esm": ("ts-node", "node_modules/ts-node/dist/bin-esm.js"),
        "ts-node-transpile-only": ("ts-node", "node_modules/ts-node/dist/bin-transpile.js"),
        "tsx": ("tsx", "node_modules/tsx/dist/cli.mjs"),
        "nodemon": ("nodemon", "node_modules/nodemon/bin/nodemon.js"),
        "next": ("next", "node_modules/next/dist/bin/next"),
        "nest": ("@nestjs/cli", "node_modules/@nestjs/cli/bin/nest.js"),
        "http-server": ("http-server", "node_modules/http-server/bin/http-server"),
        "json-server": ("json-server", "node_modules/.bin/json-server"),
        "pm2-runtime": ("pm2", "node_modules/pm2/bin/pm2-runtime"),
    ]
}

/// A start that compiles TypeScript each time, and what would do without.
struct CompiledStart {
    /// The source file: `src/server.ts`.
    let source: String
    /// The project's settings file that the start names, where it does.
    let project: String?
    private let before: [String]
    private let after: [String]

    /// What node is given once the source is compiled to a file.
    func words(running file: String) -> [String] { before + [file] + after }

    /// Reads what node is given; `nil` where nothing is compiled at start.
    ///
    /// - Throws: where something else is loaded that compiling ahead cannot stand in for.
    init?(_ words: [String]) throws(StartCommand.Unavailable) {
        var options: [String] = []
        var compiles = false
        var isProgram = false
        var project: String?
        var rest = words[...]
        while let word = rest.popFirst() {
            if let option = Self.loaderOptions.first(where: { word == $0 || word.hasPrefix($0 + "=") }) {
                let value = word == option ? rest.popFirst() ?? "" : String(word.dropFirst(option.count + 1))
                if Self.isCompiler(value) {
                    compiles = true
                } else if value.hasPrefix("tsconfig-paths") {
                    throw StartCommand.Unavailable(reason: "'\(value)' maps imports at start")
                } else {
                    options += [word] + (word == option ? [value] : [])
                }
            } else if ["-P", "--project"].contains(word), isProgram {
                project = rest.popFirst()
            } else if Self.compilerPrograms.contains(word), !compiles {
                compiles = true
                isProgram = true
            } else if word.hasPrefix("-") {
                // What follows the compiler's program is for the compiler.
                if !isProgram { options.append(word) }
            } else {
                guard compiles, [".ts", ".mts", ".cts", ".tsx"].contains(where: word.hasSuffix) else {
                    return nil
                }
                source = word.hasPrefix("./") ? String(word.dropFirst(2)) : word
                self.project = project
                before = options
                after = Array(rest)
                return
            }
        }
        return nil
    }

    static let loaderOptions = ["-r", "--require", "--import", "--loader", "--experimental-loader"]
    private static let compilerPrograms: Set<String> = [
        "node_modules/ts-node/dist/bin.js", "node_modules/ts-node/dist/bin-esm.js",
        "node_modules/ts-node/dist/bin-transpile.js", "node_modules/tsx/dist/cli.mjs",
        "node_modules/.bin/ts-node", "node_modules/.bin/tsx", "node_modules/.bin/ts-node-dev",
    ]

    /// Packages that a compiled start does without.
    static let compilers: Set<String> = ["ts-node", "tsx", "ts-node-dev", "typescript", "esbuild-register"]

    private static func isCompiler(_ module: String) -> Bool {
        let name = module.split(separator: "/").first.map(String.init) ?? ""
        return ["ts-node", "tsx", "@swc-node", "esbuild-register"].contains(name)
    }
}
