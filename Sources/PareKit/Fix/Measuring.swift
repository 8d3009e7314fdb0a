// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareEngine
import PareImage
import PareModel

/// An image that was built, started and scanned.
struct Measurement: Sendable {
    let tag: String
    let report: ScanReport
    let behaviour: Behaviour
    /// Where the closure that the image was built with is not what its files ask for.
    let closure: [Diagnostic]
}

/// Builds, starts and scans the images of one application, all in the same way.
struct Measuring: Sendable {
    let setup: Setup
    let engine: Engine
    let application: Application
    /// Folder for what is needed while it runs; build logs stay in it.
    let scratch: String
    let questions: [Question]
    let limits: TrialLimits
    let selection: FindingSelection

    func tag(_ name: String) -> String {
        "localhost/\(application.name):" + name.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    }

    /// Builds the image of a Dockerfile's text.
    func build(_ dockerfile: String, as name: String) async throws {
        let file = "\(scratch)/\(name).Dockerfile"
        try writeFile(Array(dockerfile.utf8), to: file, replacing: true)
        try writeFile(
            Array(application.ignored.joined(separator: "\n").utf8), to: file + ".dockerignore",
            replacing: true)
        var request = BuildRequest(
            context: application.folder, dockerfile: file, tag: tag(name), log: "\(scratch)/\(name).build.log"
        )
        request.ignoreFile = file + ".dockerignore"
        request.options = setup.buildOptions
        _ = try await setup.step("build \(name)") {
            try await engine.build(request, progress: setup.progress)
        }
    }

    func trial(_ name: String) async throws -> Behaviour {
        let trial = Trial(image: tag(name), command: [], asking: questions, limits: limits, engine: nil)
        return try await setup.step("trial \(name)", outcome: \.summary) {
            try await trial.run(with: engine, scratchParent: scratch, progress: setup.progress)
        }.value
    }

    /// Exports and scans an image; `checksClosure` sets pare's own working of the closure against the image's, and
    /// `readsPrograms` looks for evidence of what its programs cannot reach.
    func scan(
        _ name: String, checksClosure: Bool, readsPrograms: Bool
    ) async throws -> (report: ScanReport, closure: [Diagnostic]) {
        let archive = "\(scratch)/\(tag(name).split(separator: ":").last ?? "image").docker.tar"
        defer { removeTree(archive) }
        let scan = Scan(
            target: tag(name), platform: nil, selection: selection, cachesLayers: false,
            readsPrograms: readsPrograms)
        return try await setup.step("scan \(name)", outcome: \.0.summary) {
            try await engine.export(tag(name), toDockerArchive: archive)
            let image = try openImage(at: archive, platform: nil)
            let (report, tree) = try await scan.scan(image, in: setup)
            let sizes = try await image.compressedSizes()
            let closure = checksClosure ? try closureDiagnostics(of: tree, config: image.config) : []
            return (report.weighing(sizes), closure)
        }.value
    }
}

extension ScanReport {
    /// The report with what its layers weigh in a registry.
    fileprivate func weighing(_ sizes: [ByteCount]) -> ScanReport {
        guard let image, image.layers.count == sizes.count else { return self }
        let layers = zip(image.layers, sizes).map { layer, size in
            LayerFacts(
                digest: layer.digest, diffID: layer.diffID, size: layer.size, compressedSize: size,
                createdBy: layer.createdBy, isBase: layer.isBase)
        }
        let weighed = ImageFacts(
            id: image.id, tags: image.tags, layers: layers, config: image.config, rawConfig: image.rawConfig,
            manifestDigest: image.manifestDigest)
        return ScanReport(
            target: target, kind: kind, created: created, image: weighed, distro: distro, packages: packages,
            findings: findings, store: store, diagnostics: diagnostics, hiddenFindings: hiddenFindings,
            statements: statements)
    }

    /// `1.21 GB, 704 packages, 1098 open findings`.
    fileprivate var summary: String {
        (image.map { "\($0.size), " } ?? "") + "\(packages.count) packages, \(open.count) open findings"
    }
}
