// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDependencies
import PareEngine
import PareModel

/// pip, Poetry or uv of an image, working on the files of one application.
struct PythonRunner {
    private let workshop: Workshop
    private let manager: PythonManager
    private let texts: [String: String]

    private static let limit = Duration.seconds(240)

    init(_ patching: Patching, _ manager: PythonManager, _ texts: [String: String]) throws {
        workshop = try Workshop(
            setup: patching.setup, engine: patching.engine, image: patching.image, project: patching.folder,
            scratch: patching.scratch)
        self.manager = manager
        self.texts = texts
    }

    /// What is held to one version by the application's own files, where moving a package may have to move others.
    var pins: Set<String> {
        guard manager == .pip else { return [] }
        return texts.values.reduce(into: []) { $0.formUnion(Requirements($1).pins) }
    }

    /// What an application's files come to.
    struct Resolved {
        /// Those that change.
        let files: [DependencyPatch.File]
        let packages: PythonPackages
    }

    /// What the application's files come to when steps are taken, and what has to move with them; `loose` are pins to which
    /// pip may give newer versions.
    func resolve(_ steps: [DependencyPatch.Step], loosening loose: Set<String> = []) async throws -> Resolved
    {
        if manager == .pip { return try await resolveByPip(steps, loose) }
        for (path, text) in texts { try workshop.put(text, at: path) }
        if !steps.isEmpty {
            let names = steps.map { manager == .uv ? "\($0.package)==\($0.to)" : $0.package }
            _ = try await run(manager == .uv ? Self.uv : Self.poetry, names)
        }
        let lock = try workshop.file("app/" + manager.main) ?? ""
        guard !workshop.settings.isTold(in: lock) else { throw PatchFailure.secret(file: manager.main) }
        let packages = PythonPackages(lock: lock, direct: Self.direct(texts["pyproject.toml"] ?? ""))
        let file = DependencyPatch.File(path: manager.main, before: texts[manager.main], after: lock)
        return Resolved(files: lock == texts[manager.main] ? [] : [file], packages: packages)
    }

    private static let uv = """
        uv --version > /dev/null 2>&1 || exit 127
        words=
        for name; do words="$words --upgrade-package $name"; done
        uv lock --no-build --no-progress --quiet $words
        """
    private static let poetry = """
        poetry --version > /dev/null 2>&1 || exit 127
        poetry update --lock --no-interaction --no-ansi --quiet "$@"
        """

    /// The packages that a `pyproject.toml` names itself.
    private static func direct(_ text: String) -> Set<String> {
        Set(
            lines(of: text).flatMap { line in
                let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
                let inQuotes = quoted.indices.filter { $0 % 2 == 1 }.map { quoted[$0].requiredName }
                let key = line.firstIndex(of: "=").map {
                    line[..<$0].filter { !$0.isWhitespace && $0 != "\"" }.pythonName
                }
                return inQuotes + [key].compactMap(\.self)
            })
    }

    private func resolveByPip(
        _ steps: [DependencyPatch.Step], _ loose: Set<String>
    ) async throws -> Resolved {
        let hasHashes = texts.values.contains { Requirements($0).hasHashes }
        for (path, text) in edited(steps, [:]) {
            var plain = hasHashes ? Requirements(text).withoutHashes : Requirements(text)
            plain.loosen(loose)
            try workshop.put(plain.text, at: path)
        }
        // A version that is installed already may have no wheel; lines with hashes need one, to take the hash from.
        let script = """
            python3 -m pip --version > /dev/null 2>&1 || exit 127
            rm -f /pare/out/installed.json
            lock() {
              python3 -m pip install --dry-run "$@" --quiet --only-binary :all: \\
                --report /pare/out/report.json -r requirements.txt
            }
            lock --ignore-installed \(hasHashes ? "" : "2> /dev/null || { lock && python3 -m pip inspect > /pare/out/installed.json; }")
            """
        _ = try await run(script, [])
        let report = try JSONValue(try workshop.file("out/report.json") ?? "", named: "pip's report")
        let installed = try workshop.file("out/installed.json").map {
            try JSONValue($0, named: "what pip has installed")
        }
        let packages = PythonPackages(report: report, installed: installed)
        let hashes = Dictionary(packages.all.map { ($0.name.pythonName, $0) }) { $1 }
        let files = edited(steps, hasHashes ? hashes : [:]).filter { texts[$0.key] != $0.value }.map {
            path, text in
            DependencyPatch.File(path: path, before: texts[path], after: text)
        }
        return Resolved(files: files.sorted { $0.path < $1.path }, packages: packages)
    }

    /// The requirements as steps leave them; what a new version brings needs a line where all lines have hashes.
    private func edited(
        _ steps: [DependencyPatch.Step], _ resolved: [String: PythonPackages.Distribution]
    ) -> [String: String] {
        var files = texts.mapValues { Requirements($0) }
        let changes = steps.map { ($0.package, $0.to) } + steps.companions.map { ($0.package, $0.to) }
        for (name, version) in changes {
            let hash = resolved[name.pythonName]?.hash ?? ""
            var isNamed = false
            for path in files.keys.sorted() {
                let isHere = files[path]?.set(name, to: version, hash: hash) ?? false
                isNamed = isNamed || isHere
            }
            if !isNamed { files[manager.main]?.add(name, version, hash: hash) }
        }
        if !resolved.isEmpty {
            let named = files.values.reduce(into: Set<String>()) { $0.formUnion($1.names) }
            for package in resolved.values.sorted(by: { $0.name < $1.name })
            where !named.contains(package.name.pythonName) {
                files[manager.main]?.add(package.name, package.version, hash: package.hash)
            }
        }
        return files.mapValues(\.text)
    }

    /// The versions that the index offers.
    func versions(of names: [String]) async throws -> [String: [String]] {
        let script = """
            python3 -m pip --version > /dev/null 2>&1 || exit 127
            i=0
            for name; do
              i=$((i + 1))
              python3 -m pip index versions "$name" > /pare/out/$i.txt 2> /pare/out/$i.err
            done
            true
            """
        _ = try await run(script, names)
        var versions: [String: [String]] = [:]
        for (index, name) in names.enumerated() {
            let text = try workshop.file("out/\(index + 1).txt") ?? ""
            let mark = "Available versions: "
            guard let line = lines(of: text).first(where: { $0.hasPrefix(mark) }) else {
                throw failure(try workshop.file("out/\(index + 1).err") ?? "")
            }
            versions[name] = line.dropFirst(mark.count).split(separator: ",").map {
                $0.filter { !$0.isWhitespace }
            }
        }
        return versions
    }

    private func run(_ script: String, _ arguments: [String]) async throws -> RunResult {
        let result = try await workshop.run(script, arguments, limit: Self.limit)
        guard result.code != 127 else {
            throw PatchFailure.missing(manager: manager.name, image: workshop.image)
        }
        guard result.isSuccess else { throw failure(result.errors + result.output) }
        return result
    }

    private func failure(_ errors: String) -> PatchFailure {
        let said = lines(of: errors).map(String.init)
        let marks = ["ERROR: ", "error: ", "  × ", "Because "]
        let line =
            said.first { line in marks.contains(where: line.hasPrefix) } ?? said.last ?? "it says nothing"
        let reason = workshop.settings.redacted(line)
        let network = [
            "connection broken", "Failed to fetch", "Could not fetch URL", "HTTP error", "401 ", "403 ",
            "500 ", "timed out",
            "client error", "(from versions: none)",
        ]
        if network.contains(where: errors.contains) {
            return .registry(manager: manager.name, reason: reason)
        }
        let conflicts = [
            "ResolutionImpossible", "No matching distribution", "conflict", "No solution found",
            "version solving failed",
        ]
        return conflicts.contains(where: errors.contains)
            ? .refused(manager: manager.name, reason: reason)
            : .registry(manager: manager.name, reason: reason)
    }
}

extension Substring {
    /// The normalised name that a requirement begins with.
    fileprivate var requiredName: String {
        String(prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || "-_.".contains($0) }).pythonName
    }
}
