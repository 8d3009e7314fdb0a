// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDependencies
import PareModel

/// Patches of applications whose packages pip, Poetry or uv install.
struct PythonPatching: Ecosystem {
    private let patching: Patching
    private let judge: Judge
    private let manager: PythonManager
    /// The files that say what is needed, as the user has them.
    private let texts: [String: String]

    /// `nil` for an application without `requirements.txt`, `poetry.lock` and `uv.lock`.
    init?(_ patching: Patching, _ judge: @escaping Judge) throws {
        let folder = patching.folder
        guard let manager = PythonManager.allCases.first(where: { fileExists("\(folder)/\($0.main)") }) else {
            return nil
        }
        self.patching = patching
        self.judge = judge
        self.manager = manager
        texts = try manager.files(in: folder)
    }

    func owns(_ path: String) -> Bool { texts[path] != nil }
    func owns(_ step: DependencyPatch.Step, in patch: DependencyPatch) -> Bool { true }

    func patch(closing findings: [Finding]) async throws -> Patched {
        let found = findings.filter { $0.package.kind == .python }
        let tools: Set<String> = ["pip", "setuptools", "wheel"]
        var notes = Set(found.map(\.package.name)).intersection(tools).sorted().map { name in
            Diagnostic(
                .note,
                "\(name) installs packages and is none of the application's: a final image does without")
        }
        let wanted = Set(
            found.filter { !tools.contains($0.package.name) }.map {
                FindingKey(package: $0.package.name.pythonName, id: $0.id)
            })
        guard !wanted.isEmpty else { return Patched(patch: nil, diagnostics: notes) }
        let runner = try PythonRunner(patching, manager, texts)
        let packages = try await runner.resolve([]).packages
        let known = try self.known(packages)
        let before = packages.flaws(known)
        var plan = PythonPlan(
            packages, changesLockOnly: manager != .pip, closing: wanted.intersection(before), known)
        let offered = try await runner.versions(of: plan.names)
        plan.offer(
            offered,
            try KnownFindings(
                of: offered.flatMap { name, versions in versions.map { (name, $0) } }
                    + packages.all.map { ($0.name, $0.version) }, .python, by: judge))

        let locking = PythonLocking(runner: runner, judge: judge, before: packages)
        for _ in 0..<8 {
            let steps = plan.steps
            guard !steps.isEmpty else { break }
            do {
                let locked = try await locking.lock(steps)
                let flaws = locked.packages.flaws(try self.known(locked.packages))
                let bad = steps.filter { step in
                    step.closes.contains {
                        flaws.contains(FindingKey(package: step.package.pythonName, id: $0))
                    }
                }
                let introduced = flaws.subtracting(before)
                if bad.isEmpty, introduced.isEmpty {
                    let patch = DependencyPatch(steps: locked.steps, files: locked.files)
                    return Patched(patch: patch, diagnostics: notes)
                }
                notes += introduced.map {
                    Diagnostic(.note, "\($0.id) in \($0.package) would come with the patch")
                }
                for step in bad.isEmpty ? [steps[steps.count - 1]] : bad { plan.ban(step) }
            } catch PatchFailure.refused(_, let reason) {
                let part = try await largestWorkingPart(of: steps, wholeFails: true) { part in
                    do {
                        _ = try await locking.lock(part)
                        return true
                    } catch PatchFailure.refused { return false }
                }
                for step in steps where !part.contains(step) {
                    notes.append(Diagnostic(.note, "\(step.package) \(step.to) cannot be locked: \(reason)"))
                    plan.ban(step)
                }
                if part.count == steps.count, let last = steps.last { plan.ban(last) }
            }
        }
        return Patched(patch: nil, diagnostics: notes)
    }

    func files(taking steps: [DependencyPatch.Step]) async throws -> [DependencyPatch.File] {
        try await PythonRunner(patching, manager, texts).resolve(steps).files
    }

    private func known(_ packages: PythonPackages) throws -> KnownFindings {
        try KnownFindings(of: packages.all.map { ($0.name, $0.version) }, .python, by: judge)
    }
}

/// Who installs an application's Python packages.
enum PythonManager: CaseIterable {
    case uv, poetry, pip

    /// The file by which it is known.
    var main: String {
        switch self {
        case .uv: "uv.lock"
        case .poetry: "poetry.lock"
        case .pip: "requirements.txt"
        }
    }

    var name: String {
        switch self {
        case .uv: "uv"
        case .poetry: "poetry"
        case .pip: "pip"
        }
    }

    /// The files that it reads, by their paths in the application's folder; at most 50.
    func files(in folder: String) throws -> [String: String] {
        var texts = [main: try readText(folder + "/" + main)]
        if self != .pip { texts["pyproject.toml"] = try readText(folder + "/pyproject.toml") }
        var pending = self == .pip ? [main] : []
        while let path = pending.popLast(), texts.count < 50 {
            for name in Requirements(texts[path] ?? "").included {
                let base = path.contains("/") ? parentFolder(of: path) + "/" : ""
                let other = base + name
                guard !name.hasPrefix("/"), !name.contains(".."), texts[other] == nil,
                    fileExists(folder + "/" + other)
                else { continue }
                texts[other] = try readText(folder + "/" + other)
                pending.append(other)
            }
        }
        return texts
    }
}
