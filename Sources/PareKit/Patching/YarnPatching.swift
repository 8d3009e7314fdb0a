// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDependencies
import PareEngine
import PareModel
import PareVersions

/// Patches of applications whose packages yarn or pnpm install: versions are overruled in the manifest, and locked by them.
struct YarnPatching: Ecosystem {
    private let patching: Patching
    private let judge: Judge
    private let manager: YarnManager
    private let manifest: String
    private let lock: String

    /// `nil` for an application without a lock file of theirs.
    init?(_ patching: Patching, _ judge: @escaping Judge) throws {
        guard let manager = YarnManager.of(patching.folder) else { return nil }
        self.patching = patching
        self.judge = judge
        self.manager = manager
        manifest = try readText(patching.folder + "/package.json")
        lock = String(
            decoding: try readFile("\(patching.folder)/\(manager.lockName)", limit: 64 << 20), as: UTF8.self)
        _ = try JSONValue(manifest, named: "package.json")
    }

    func owns(_ path: String) -> Bool { path == "package.json" || path == manager.lockName }
    func owns(_ step: DependencyPatch.Step, in patch: DependencyPatch) -> Bool {
        manager.packages(in: lock).contains { $0.name == step.package && $0.version == step.from }
    }

    func patch(closing findings: [Finding]) async throws -> Patched {
        let sorted = NpmFindings(findings)
        let packages = manager.packages(in: lock)
        let known = try KnownFindings(of: packages, .npm, by: judge)
        let vulnerable = packages.filter { package in
            known.ids(package.name, package.version).contains {
                sorted.ofApplication.contains(FindingKey(package: package.name, id: $0))
            }
        }
        guard !vulnerable.isEmpty else { return Patched(patch: nil, diagnostics: sorted.diagnostics) }
        let npm = try NpmRunner(patching, lockName: manager.lockName, manifests: ["": manifest])
        let offers = try await npm.offers(of: Set(vulnerable.map(\.name)).sorted())
        let offered = try KnownFindings(
            of: offers.flatMap { name, offers in offers.map { (name, $0.version) } }, .npm, by: judge)
        var notes = sorted.diagnostics
        let steps = vulnerable.compactMap { package -> DependencyPatch.Step? in
            let step = step(
                package, offers[package.name] ?? [], known.ids(package.name, package.version), offered)
            if step == nil {
                notes.append(Diagnostic(.note, "no version of \(package.name) closes its findings"))
            }
            return step
        }
        guard !steps.isEmpty else { return Patched(patch: nil, diagnostics: notes) }
        let files = try await files(taking: steps)
        let after = manager.packages(in: files.first { $0.path == manager.lockName }?.after ?? lock)
        let left = try KnownFindings(of: after, .npm, by: judge)
        let flaws = Set(after.flatMap { package in left.ids(package.name, package.version) })
        let before = Set(packages.flatMap { package in known.ids(package.name, package.version) })
        if let new = flaws.subtracting(before).min() {
            notes.append(Diagnostic(.note, "\(new) would come with the patch, so it is left out"))
            return Patched(patch: nil, diagnostics: notes)
        }
        return Patched(patch: DependencyPatch(steps: steps, files: files), diagnostics: notes)
    }

    private func step(
        _ package: (name: String, version: String), _ offers: [Offer], _ ids: Set<String>,
        _ known: KnownFindings
    ) -> DependencyPatch.Step? {
        guard let old = Version(package.version, in: .npm) else { return nil }
        let offer = offers.first { offer in
            Version(offer.version, in: .npm).map { $0 > old } ?? false
                && known.ids(package.name, offer.version).isEmpty
        }
        guard let offer else { return nil }
        return DependencyPatch.Step(
            package: package.name, from: package.version, to: offer.version, means: .override,
            requiredBy: [package.name], closes: ids.sorted(),
            crossesMajor: crossesMajor(package.version, offer.version),
            reason: "the smallest version without known vulnerabilities")
    }

    func files(taking steps: [DependencyPatch.Step]) async throws -> [DependencyPatch.File] {
        var json = JSONText(manifest)
        for step in steps { json.set(manager.place + [manager.key(step)], to: step.to) }
        let workshop = try Workshop(
            setup: patching.setup, engine: patching.engine, image: patching.image, project: patching.folder,
            scratch: patching.scratch)
        try workshop.put(json.text, at: "package.json")
        try workshop.put(lock, at: manager.lockName)
        for name in [".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml"]
        where fileExists(patching.folder + "/" + name) {
            try workshop.put(try readText(patching.folder + "/" + name), at: name)
        }
        let result = try await workshop.run(manager.script, limit: .seconds(240))
        guard result.code != 127 else {
            throw PatchFailure.missing(manager: manager.rawValue, image: patching.image)
        }
        guard result.isSuccess, let text = try workshop.file("app/" + manager.lockName) else {
            let said = lines(of: result.errors + result.output).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
            throw PatchFailure.registry(
                manager: manager.rawValue, reason: workshop.settings.redacted(String(said)))
        }
        guard !workshop.settings.isTold(in: text) else { throw PatchFailure.secret(file: manager.lockName) }
        return [
            DependencyPatch.File(path: "package.json", before: manifest, after: json.text),
            DependencyPatch.File(path: manager.lockName, before: lock, after: text),
        ]
    }
}

/// A package manager for Node.js beside npm.
enum YarnManager: String, CaseIterable {
    case yarn, pnpm

    /// The one whose lock file an application has, where npm has none.
    static func of(_ folder: String) -> YarnManager? {
        guard !fileExists(folder + "/package-lock.json"), !fileExists(folder + "/npm-shrinkwrap.json") else {
            return nil
        }
        return allCases.first { fileExists(folder + "/" + $0.lockName) }
    }

    var lockName: String { self == .yarn ? "yarn.lock" : "pnpm-lock.yaml" }

    /// Where in the manifest versions are overruled.
    var place: [String] { self == .yarn ? ["resolutions"] : ["pnpm", "overrides"] }

    /// pnpm can speak of one version alone.
    func key(_ step: DependencyPatch.Step) -> String {
        self == .yarn ? step.package : "\(step.package)@\(step.from)"
    }

    func packages(in lock: String) -> [(name: String, version: String)] {
        self == .yarn ? YarnLock(yarn: lock).packages : YarnLock(pnpm: lock).packages
    }

    var script: String {
        switch self {
        case .yarn:
            """
            version=$(yarn --version 2> /dev/null) || exit 127
            case $version in
              0.* | 1.*) yarn install --ignore-scripts --non-interactive --no-progress --network-timeout 30000 ;;
              *) YARN_ENABLE_SCRIPTS=0 YARN_ENABLE_IMMUTABLE_INSTALLS=0 yarn install --mode=update-lockfile ;;
            esac
            """
        case .pnpm:
            """
            pnpm --version > /dev/null 2>&1 || exit 127
            pnpm install --lockfile-only --ignore-scripts --no-frozen-lockfile
            """
        }
    }
}
