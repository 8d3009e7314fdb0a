// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareDependencies
import PareModel
import PareVersions

/// Patches of applications whose packages npm installs.
struct NpmPatching: Ecosystem {
    private let patching: Patching
    private let judge: Judge
    private let lockName: String
    /// The lock file as the user has it.
    private let lock: String?
    /// `package.json` of the application and its workspaces, by the folder: empty for the application.
    private let manifests: [String: String]

    /// `nil` for an application that has no `package.json`, or another package manager's lock file.
    init?(_ patching: Patching, _ judge: @escaping Judge) throws {
        let folder = patching.folder
        guard fileExists(folder + "/package.json"), YarnManager.of(folder) == nil else { return nil }
        self.patching = patching
        self.judge = judge
        let lockName = ["npm-shrinkwrap.json", "package-lock.json"].first { fileExists(folder + "/" + $0) }
        lock = try lockName.map { try Self.text(folder + "/" + $0) }
        self.lockName = lockName ?? "package-lock.json"
        manifests = try Self.manifests(in: folder)
    }

    func owns(_ path: String) -> Bool { path == lockName || path.hasSuffix("package.json") }
    func owns(_ step: DependencyPatch.Step, in patch: DependencyPatch) -> Bool {
        let text = patch.files.first { $0.path == lockName }?.after ?? lock ?? ""
        return text.contains("node_modules/\(step.package)\"")
    }

    /// The lock file's state that steps start from.
    private struct Start {
        let npm: NpmRunner
        let lock: String
        let tree: DependencyTree
        let known: KnownFindings
    }

    private func start() async throws -> Start {
        let root = try JSONValue(manifests[""] ?? "", named: "package.json")
        let npm = try NpmRunner(patching, lockName: lockName, manifests: manifests)
        let text = try await npm.begin(lock: lock)
        let parsed = try NpmLock(text, named: lockName, manifest: root)
        npm.lockVersion = parsed.version
        return Start(
            npm: npm, lock: text, tree: parsed.tree, known: try KnownFindings(of: parsed.tree, by: judge))
    }

    func patch(closing findings: [Finding]) async throws -> Patched {
        let sorted = NpmFindings(findings)
        guard !sorted.ofApplication.isEmpty else {
            return Patched(patch: nil, diagnostics: sorted.diagnostics)
        }
        let start = try await start()
        let runtime = start.tree.flaws(start.known)
        let flaws = sorted.ofApplication.intersection(runtime)
        let plan = NpmPlan(
            tree: start.tree, closing: flaws, known: start.known, node: start.npm.node,
            takesOverrides: start.npm.takesOverrides)
        var notes = sorted.diagnostics + sorted.notes(onDevelopment: start.tree, runtime: runtime)
        notes += plan.bundled.map {
            Diagnostic(
                .note, "\($0.package) came within \($0.bundler), so only another version of that can help")
        }
        guard !flaws.isEmpty else { return Patched(patch: nil, diagnostics: notes) }

        let offers = try await start.npm.offers(of: plan.names)
        let known = try KnownFindings(
            of: offers.flatMap { name, offers in offers.map { (name, $0.version) } }, .npm, by: judge)
        var rounds = Rounds(plan: plan, offers: offers, known: known, before: runtime)
        while let steps = rounds.next() {
            try Task.checkCancellation()
            do {
                let (files, tree) = try await relock(steps, start)
                rounds.locked(tree.flaws(try KnownFindings(of: tree, by: judge)), tree, files)
            } catch let refusal as PatchFailure {
                guard case .refused(_, let reason) = refusal else { throw refusal }
                let part = try await largestWorkingPart(of: steps, wholeFails: true) { part in
                    do {
                        _ = try await relock(part, start)
                        return true
                    } catch PatchFailure.refused { return false }
                }
                rounds.refused(steps.filter { !part.contains($0) }, reason: reason)
            }
        }
        notes += rounds.notes.map { Diagnostic(.note, $0) }
        return Patched(patch: rounds.patch, diagnostics: notes)
    }

    func files(taking steps: [DependencyPatch.Step]) async throws -> [DependencyPatch.File] {
        try await relock(steps, try await start()).files
    }

    /// Locks some steps.
    private func relock(
        _ steps: [DependencyPatch.Step], _ start: Start
    ) async throws -> (files: [DependencyPatch.File], tree: DependencyTree) {
        let original = NpmManifests(
            manifests, tree: start.tree, known: start.known, takesOverrides: start.npm.takesOverrides)
        let final = original.taking(steps)
        let flaws = Set(
            steps.flatMap { step in
                start.tree.packages.flatMap { node in step.closes.map { FindingKey(package: node.name, id: $0) } }
            })
        let thinned = NpmLock.text(start.lock, without: flaws, tree: start.tree, known: start.known)
        let text = try await start.npm.lock(
            thinned, pinned: original.pinning(steps).texts, final: final.texts)
        let root = try JSONValue(final.texts[""] ?? "", named: "package.json")
        let tree = try NpmLock(text, named: lockName, manifest: root).tree
        var files = final.texts.filter { manifests[$0.key] != $0.value }.map { folder, text in
            DependencyPatch.File(
                path: folder.isEmpty ? "package.json" : folder + "/package.json", before: manifests[folder],
                after: text)
        }.sorted { $0.path < $1.path }
        if text != lock { files.append(DependencyPatch.File(path: lockName, before: lock, after: text)) }
        return (files, tree)
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try readFile(path, limit: 64 << 20), as: UTF8.self)
    }

    /// At most 500 manifests, no deeper than eight folders; installed packages are none of the application's.
    private static func manifests(in folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        var pending = [(path: "", depth: 0)]
        while let (path, depth) = pending.popLast(), found.count < 500 {
            let place = path.isEmpty ? folder : folder + "/" + path
            for name in (try? namesInFolder(place)) ?? [] where name != "node_modules" && !name.hasPrefix(".")
            {
                var facts = stat()
                guard lstat(place + "/" + name, &facts) == 0 else { continue }
                if name == "package.json", facts.st_mode & S_IFMT == S_IFREG || depth == 0 {
                    found[path] = try text(place + "/" + name)
                } else if facts.st_mode & S_IFMT == S_IFDIR, depth < 8 {
                    pending.append((path.isEmpty ? name : path + "/" + name, depth + 1))
                }
            }
        }
        return found
    }
}
