// SPDX-License-Identifier: Apache-2.0

extension Kind {
    /// Python on its official images, or from Debian's packages.
    static let python = Kind(
        id: .python, name: "a Python application",
        fits: { target, base in
            if base.isOfficial("python") { return true }
            let name = target.startedName ?? ""
            return base.isPlainDebian && target.systemPackages.contains { $0.hasPrefix("python3") }
                && (name.hasPrefix("python") || name.hasSuffix(".py") || PythonStart.scripts.contains(name))
        },
        prepare: { draft in
            // Its own files are collected first, and would not be those of the record.
            if draft.has(.upgradedPackages), !PythonPlace(draft).isOfficial {
                draft.stop(
                    draft.target.root.instructions[0].line,
                    "not supported: packages are not upgraded in the image of Debian's own Python")
            }
            let commands = draft.target.steps(.run).flatMap { draft.commands(of: $0.instruction) }
            let isUsers = commands.contains {
                StartWords.lastPart(of: $0[0]).hasPrefix("pip") && $0.contains("--user")
            }
            if isUsers
                || draft.target.steps(.copy).contains(where: { $0.instruction.arguments.contains("/.local") })
            {
                draft.stop(
                    draft.target.root.instructions[0].line,
                    "not supported: packages installed by 'pip install --user' lie in root's home, which only root reads"
                )
            }
        },
        start: { words, draft throws(StartCommand.Unavailable) in
            let python = PythonPlace(draft)
            return try words.told { prefix throws(StartCommand.Unavailable) in
                try PythonStart.command(prefix.rest, at: python, in: draft)
            }
        },
        startReason: "the final image has no pip and no shell, and signals reach Python itself",
        probe: { url, draft in
            let script = "import urllib.request as r; r.urlopen('\(url)', timeout=10)"
            return [PythonPlace(draft).interpreter, "-c", script]
        },
        takes: { path, draft in
            PythonPlace(draft).isOfficial
                && (path == "/usr/local" || path == "/usr/local/bin" || path == "/usr/local/lib"
                    || path.hasPrefix("/usr/local/lib/python"))
        },
        needs: { draft in pythonNeeds(draft) })
}

/// Where Python lies in the image.
struct PythonPlace {
    let isOfficial: Bool
    /// The folder of a virtual environment's programs, where one is in use.
    let environmentPrograms: String?

    init(_ draft: Draft) {
        isOfficial = draft.target.base?.isOfficial("python") ?? false
        let usual = Set(BaseReference.plainPath.split(separator: ":").map(String.init))
        environmentPrograms = draft.target.programFolders.first {
            $0.hasSuffix("/bin") && !usual.contains($0)
        }
    }

    /// The folder of the interpreter itself.
    var programs: String { isOfficial ? "/usr/local/bin" : "/usr/bin" }

    /// The interpreter of the system, not of an environment.
    var system: String { "\(programs)/python3" }

    /// What is called.
    var interpreter: String { environmentPrograms.map { "\($0)/python" } ?? system }
}

/// What a command starts, told as an interpreter and what it is given.
enum PythonStart {
    /// Programs that packages install, by the packages' own names or others'.
    static let scripts: Set<String> = [
        "gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve", "flask", "fastapi", "celery",
        "django-admin",
        "streamlit", "alembic", "granian", "litestar", "sanic", "rq", "huey_consumer", "dramatiq", "arq",
        "mkdocs",
    ]

    static func command(
        _ words: [String], at python: PythonPlace, in draft: Draft
    ) throws(StartCommand.Unavailable) -> StartCommand {
        let command = words[0]
        let rest = Array(words.dropFirst())
        let name = StartWords.lastPart(of: command)
        if ["poetry", "pipenv", "uv", "hatch", "pdm", "conda"].contains(name) {
            throw StartCommand.Unavailable(reason: "'\(name)' starts from an environment that only it knows")
        }
        if isInterpreter(name) {
            guard rest.contains(where: { !$0.hasPrefix("-") }) else {
                throw StartCommand.Unavailable(reason: "Python is given no program")
            }
            let program = command.hasPrefix("/") && isEnvironment(command) ? command : python.interpreter
            return StartCommand(program: program, words: rest)
        }
        if name.hasSuffix(".py") {
            guard command.contains("/") else {
                throw StartCommand.Unavailable(reason: "'\(command)' is not in the final image")
            }
            return StartCommand(program: python.interpreter, words: [command] + rest)
        }
        guard scripts.contains(name) || draft.application.pythonPackages.contains(name) else {
            throw StartCommand.Unavailable(reason: "'\(command)' is not known as a program of Python")
        }
        if command.hasPrefix("/"), isEnvironment(command) {
            let folder = command.dropLast(name.count + 1)
            return StartCommand(program: "\(folder)/python", words: [command] + rest)
        }
        let isPackaged = !python.isOfficial && draft.target.systemPackages.contains(name)
        let folder = python.environmentPrograms ?? (isPackaged ? "/usr/bin" : "/usr/local/bin")
        return StartCommand(program: python.interpreter, words: ["\(folder)/\(name)"] + rest)
    }

    private static func isInterpreter(_ name: String) -> Bool {
        guard name.hasPrefix("python") else { return false }
        return name.dropFirst(6).utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
    }

    /// Whether a program lies in a virtual environment's folder.
    private static func isEnvironment(_ path: String) -> Bool {
        path.contains("/bin/") && !path.hasPrefix("/usr/") && !path.hasPrefix("/bin/")
    }
}
