// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes
import PareDependencies
import PareEngine
import PareMatch
import PareModel

/// Works out which changes of an application's manifests and lock files close findings in its dependencies.
///
/// The application's own package manager locks what is worked out, in containers of the application's image that are
/// thrown away; what it locked is held against the advisories before anything is built.  The user's folder is only read.
struct Patching: Sendable {
    let setup: Setup
    let engine: Engine
    let folder: String
    let image: String
    let scratch: String
    let selection: FindingSelection

    /// The image is one that has the application's package manager: that which the Dockerfile makes.  `scratch` is a folder
    /// that is removed after the run.
    init(
        setup: Setup, engine: Engine, folder: String, image: String, scratch: String,
        selection: FindingSelection
    ) {
        self.setup = setup
        self.engine = engine
        self.folder = folder
        self.image = image
        self.scratch = scratch
        self.selection = selection
    }

    /// The patch that closes as many of a scan's findings as can be; `nil` where there is none to make.
    ///
    /// A registry that is not there, a lock file that is not understood and the like are diagnostics.
    ///
    /// - Throws: `EngineError`, `AdvisoryError`, `FileError`; `CancellationError`.
    func patch(closing findings: [Finding]) async throws -> Patched {
        guard !setup.network.isOffline else {
            let reason = "the network is switched off, so no dependency was updated"
            return Patched(patch: nil, diagnostics: [Diagnostic(.note, reason)])
        }
        var steps: [DependencyPatch.Step] = []
        var files: [DependencyPatch.File] = []
        var diagnostics: [Diagnostic] = []
        for ecosystem in try ecosystems() {
            let (patched, told) = try await survive { try await ecosystem.patch(closing: findings) }
            steps += patched?.patch?.steps ?? []
            files += patched?.patch?.files ?? []
            diagnostics += (patched?.diagnostics ?? []) + told
        }
        return Patched(
            patch: steps.isEmpty ? nil : DependencyPatch(steps: steps, files: files), diagnostics: diagnostics
        )
    }

    /// The same locked anew with some of a patch's steps only.
    ///
    /// - Throws: as above, and where the package manager cannot lock these steps alone.
    func patch(keeping steps: [DependencyPatch.Step], of patch: DependencyPatch) async throws
        -> DependencyPatch
    {
        var kept: [DependencyPatch.Step] = []
        var files: [DependencyPatch.File] = []
        for ecosystem in try ecosystems() where patch.files.contains(where: { ecosystem.owns($0.path) }) {
            let own = steps.filter { step in
                !kept.contains(step) && ecosystem.owns(step, in: patch)
            }
            guard !own.isEmpty else { continue }
            files += try await ecosystem.files(taking: own)
            kept += own
        }
        return DependencyPatch(steps: kept, files: files)
    }

    private func ecosystems() throws -> [any Ecosystem] {
        let judge = try judge()
        let all: [(any Ecosystem)?] = [
            try NpmPatching(self, judge), try YarnPatching(self, judge), try PythonPatching(self, judge),
        ]
        return all.compactMap(\.self)
    }

    private func judge() throws -> Judge {
        let store = try setup.store(for: selection)
        let details = try store.details()
        return { packages in
            try PareMatch.findings(
                of: store.candidates(for: packages, distro: nil), distro: nil, detail: details.detail
            ).findings
        }
    }

    /// Turns what is no reason to give up the rest into a diagnostic.
    private func survive(_ work: () async throws -> Patched) async throws -> (Patched?, [Diagnostic]) {
        do {
            return (try await work(), [])
        } catch let error as any Explained
            where error is PatchFailure || error is DependencyError
            || (error as? EngineError)?.isOfTime == true
        {
            try Task.checkCancellation()
            let hint = error.hint.map { "; \($0)" } ?? ""
            return (
                nil,
                [Diagnostic(.warning, "dependencies stay as they are: \(error.problem)\(hint)", at: folder)]
            )
        }
    }
}

/// A patch, and what is worth knowing beside it.
struct Patched: Sendable {
    let patch: DependencyPatch?
    let diagnostics: [Diagnostic]
}

/// One package manager's way to a patch.
protocol Ecosystem: Sendable {
    func patch(closing findings: [Finding]) async throws -> Patched
    func files(taking steps: [DependencyPatch.Step]) async throws -> [DependencyPatch.File]
    /// Whether a file of the application is this manager's.
    func owns(_ path: String) -> Bool
    func owns(_ step: DependencyPatch.Step, in patch: DependencyPatch) -> Bool
}

extension EngineError {
    var isOfTime: Bool {
        if case .tookTooLong = self { true } else { false }
    }
}
