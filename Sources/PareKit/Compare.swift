// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareEngine
import PareImage
import PareMatch
public import PareModel

/// Sets two images side by side.
public struct Compare: Sendable {
    private let before: String
    private let after: String
    private let questions: [Question]?
    private let limits: TrialLimits
    private let selection: FindingSelection
    private let engine: String?
    private let search: ImageSearch

    /// The images are what ``Scan`` takes; where an engine is named, or there are questions to ask, names are of images
    /// that the engine has.  Without questions nothing is started.
    public init(
        before: String, after: String, questions: [Question]?, limits: TrialLimits,
        selection: FindingSelection,
        engine: String?, search: ImageSearch = ImageSearch()
    ) {
        self.before = before
        self.after = after
        self.questions = questions
        self.limits = limits
        self.selection = selection
        self.engine = engine
        self.search = search
    }

    public func run(in setup: Setup) async throws -> Comparison {
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-compare")
        defer { scratch.remove() }
        let old = try await side(before, isBefore: true, scratch: scratch, setup)
        let new = try await side(after, isBefore: false, scratch: scratch, setup)
        return compare(old.report, with: new.report, behaviour: old.behaviour, new.behaviour)
    }

    private func side(
        _ target: String, isBefore: Bool, scratch: ScratchFolder, _ setup: Setup
    ) async throws -> (report: ScanReport, behaviour: Behaviour?) {
        let scan = Scan(
            target: target, platform: nil, selection: selection, cachesLayers: true, search: search)
        if fileExists(target) || (questions == nil && engine == nil) {
            guard questions == nil else { throw VerbError.notRunnable(image: target) }
            return try await setup.step("scan \(target)") { (try await scan.run(in: setup), nil) }.value
        }
        let engine = try await setup.engine(named: engine, passing: scratch)
        let archive = scratch.path + "/image.docker.tar"
        defer { removeTree(archive) }
        let report = try await setup.step("scan \(target)") {
            try await engine.export(target, toDockerArchive: archive)
            return try await scan.scan(try openImage(at: archive, platform: nil), in: setup).report
        }.value
        guard let questions else { return (report, nil) }
        let trial = Trial(image: target, command: [], asking: questions, limits: limits, engine: nil)
        if isBefore {
            return (
                report,
                try await trial.runTwice(as: target, with: engine, scratchParent: scratch.path, in: setup)
            )
        }
        let behaviour = try await setup.step("trial \(target)") {
            try await trial.run(with: engine, scratchParent: scratch.path, progress: setup.progress)
        }.value
        return (report, behaviour)
    }
}
