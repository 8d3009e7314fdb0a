// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes
import PareEngine
import PareMatch
public import PareModel

/// Checks a proof again: its files, what it rests on, and with today's data the image it is about.
public struct Verify: Sendable {
    private let folder: String
    private let context: String?
    private let builds: Bool
    private let database: String?
    private let engine: String?

    /// - Parameters:
    ///   - folder: The proof.
    ///   - context: The application's folder; by default the one that the proof lies in.
    ///   - builds: Whether the image is built and asked again; else the recorded packages are judged.
    ///   - database: Folder of the store; `nil` looks in the usual places.
    ///   - engine: Its name; `nil` for the one that is there.
    public init(folder: String, context: String?, builds: Bool, database: String?, engine: String?) {
        self.folder = folder
        self.context = context
        self.builds = builds
        self.database = database
        self.engine = engine
    }

    /// - Throws: ``VerbError/noProof(folder:)``, ``VerbError/damagedProof(file:reason:)`` where nothing can be read of it,
    ///   ``VerbError/otherProof(file:schema:)``; what building in an application's folder throws before it begins.
    public func run(in setup: Setup) async throws -> Verification {
        let recorded = try RecordedProof(ProofFolder(path: folder))
        let inputs = recorded.proof.inputs
        let home = context ?? PareKit.folder(around: folder)
        _ = try namesInFolder(home)
        var changes = recorded.changes(in: home)
        let selection = FindingSelection(
            database: database, severities: inputs?.severities.map(Set.init),
            ignoresUnfixed: inputs?.ignoresUnfixed ?? false,
            ignoreFile: inputs?.ignoreFile.flatMap { fileExists($0) ? $0 : nil },
            vex: (inputs?.vex ?? []).filter { $0 == "oci" || fileExists($0) },
            dismissesNothing: inputs?.dismissesNothing ?? false)
        var rebuilt = Rebuilt()
        if builds {
            rebuilt = try await rebuild(recorded, home, selection, setup)
            changes += rebuilt.changes
        }
        let before = recorded.proof.comparison.after
        let now = try rebuilt.report ?? recorded.judged(by: selection, in: setup)
        return Verification(
            application: recorded.proof.application, made: recorded.proof.started,
            files: recorded.proof.files.count, damaged: recorded.damaged, inputs: changes,
            failure: rebuilt.failure, differences: rebuilt.differences,
            questions: inputs?.questions.count ?? 0, comparison: compare(before, with: now))
    }

    /// What came of building an image again.
    private struct Rebuilt {
        var changes: [Verification.Change] = []
        var failure: String?
        var differences: [Comparison.Difference]?
        var report: ScanReport?
    }

    private func rebuild(
        _ recorded: RecordedProof, _ home: String, _ selection: FindingSelection, _ setup: Setup
    ) async throws -> Rebuilt {
        let proof = recorded.proof
        let application = try Application(
            folder: home, dockerfile: proof.inputs.map { "\(home)/\($0.dockerfile.path)" },
            text: proof.dockerfile)
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-verify")
        defer { scratch.remove() }
        let engine = try await setup.engine(named: engine, passing: scratch)
        _ = await engine.removeStale()
        let measuring = Measuring(
            setup: setup, engine: engine, application: application, scratch: scratch.path,
            questions: proof.inputs?.questions ?? [],
            limits: TrialLimits(port: proof.inputs?.port, startSeconds: proof.inputs?.startLimit ?? 60),
            selection: selection)
        let name = "verify"
        var rebuilt = Rebuilt()
        do {
            let staging = Staging(
                try Context(home, ignoring: application.ignored), scratch: scratch.path)
            let context = try await staging.folder(with: proof.patch)
            _ = try await measuring.build(proof.dockerfile, as: name, from: context)
            for base in proof.inputs?.bases ?? [] {
                let id = try await engine.identifier(of: base.name)
                if let id, id != base.id { rebuilt.changes.append(.init(base.name, "another image now")) }
            }
            let behaviour = try await measuring.trial(name)
            rebuilt.differences = proof.comparison.behaviourBefore.map {
                differences(between: $0, and: behaviour)
            }
            rebuilt.report = try await measuring.scan(name, checksClosure: false, readsPrograms: true).report
        } catch let error as any Explained {
            rebuilt.failure = error.problem
        } catch {
            await clear(measuring, name)
            throw error
        }
        await clear(measuring, name)
        try Task.checkCancellation()
        return rebuilt
    }

    /// Removes what was built, even when the user has stopped the run.
    private func clear(_ measuring: Measuring, _ name: String) async {
        await Task {
            await measuring.scales.clear()
            try? await measuring.engine.remove(measuring.tag(name))
        }.value
    }
}
