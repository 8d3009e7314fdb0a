// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
import PareEngine
import PareImage
import PareMatch
import PareModel

/// An image that was built, started and scanned.
struct Measurement: Sendable, Codable {
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
    /// Trials run while nothing is built or scanned, so that what they measure can be compared.
    let gate = Gate()
    let scales: Scales

    init(
        setup: Setup, engine: Engine, application: Application, scratch: String, questions: [Question],
        limits: TrialLimits, selection: FindingSelection
    ) {
        self.setup = setup
        self.engine = engine
        self.application = application
        self.scratch = scratch
        self.questions = questions
        self.limits = limits
        self.selection = selection
        scales = Scales(engine: engine, cache: setup.cacheFolder.map { $0 + "/weights" })
    }

    /// What the names of all its images begin with.
    var repository: String { "localhost/\(application.name)" }

    func tag(_ name: String) -> String {
        "\(repository):" + name.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    }

    /// Identifiers of the application's images that are there, by name, without those of some names.
    func images(except names: Set<String>) async throws -> [String: String] {
        let kept = Set(names.map(tag))
        var images: [String: String] = [:]
        // What has no tag is shown as '<none>'.
        for name in try await engine.tags(of: repository) where !name.hasPrefix("<") {
            let tag = "\(repository):\(name)"
            if !kept.contains(tag) { images[tag] = try await engine.identifier(of: tag) }
        }
        return images
    }

    /// Builds the image of a Dockerfile's text from a folder, the application's own by default.
    ///
    /// - Returns: The image's ID.
    func build(_ dockerfile: String, as name: String, from context: String? = nil) async throws -> String {
        let file = "\(scratch)/\(name).Dockerfile"
        try writeFile(Array(dockerfile.utf8), to: file, replacing: true)
        try writeFile(
            Array(application.ignored.joined(separator: "\n").utf8), to: file + ".dockerignore",
            replacing: true)
        var request = BuildRequest(
            context: context ?? application.folder, dockerfile: file, tag: tag(name),
            log: "\(scratch)/\(name).build.log")
        request.ignoreFile = file + ".dockerignore"
        request.options = setup.buildOptions
        request.bases = (try? Dockerfile(parsing: dockerfile).externalBases) ?? []
        return try await gate.beside { [request] in
            try await setup.step("build \(name)") {
                try await engine.build(request, progress: setup.progress)
            }.value.id
        }
    }

    func trial(_ name: String) async throws -> Behaviour {
        let trial = Trial(image: tag(name), command: [], asking: questions, limits: limits, engine: nil)
        let behaviour = try await gate.alone {
            try await setup.step("trial \(name)", outcome: \.summary) {
                try await trial.run(with: engine, scratchParent: scratch, progress: setup.progress)
            }.value
        }
        try keep(behaviour, of: name)
        return behaviour
    }

    /// Writes down what an application said while it was tried.
    func keep(_ behaviour: Behaviour, of name: String) throws {
        let log = "# standard output\n\(behaviour.output)\n# standard error\n\(behaviour.errors)\n"
        try writeFile(Array(log.utf8), to: "\(scratch)/\(name).trial.log", replacing: true)
    }

    /// Exports and scans an image; `checksClosure` sets pare's own working of the closure against the image's, and
    /// `readsPrograms` looks for evidence of what its programs cannot reach.
    ///
    /// What the layers weigh in a registry is worked out meanwhile, and to be asked of the ``scales``.
    func scan(
        _ name: String, checksClosure: Bool, readsPrograms: Bool
    ) async throws -> (report: ScanReport, closure: [Diagnostic]) {
        let archive = archive(name)
        let scan = Scan(
            target: tag(name), platform: nil, selection: selection, cachesLayers: false,
            readsPrograms: readsPrograms)
        do {
            return try await gate.beside {
                try await setup.step("scan \(name)", outcome: \.0.summary) {
                    try await engine.export(tag(name), toDockerArchive: archive)
                    let image = try openImage(at: archive, platform: nil)
                    let (report, tree) = try await scan.scan(image, in: setup)
                    let closure =
                        checksClosure ? try closureDiagnostics(of: tree, config: image.config) : []
                    await scales.put(tag(name), archive: archive)
                    return (report, closure)
                }.value
            }
        } catch {
            removeTree(archive)
            throw error
        }
    }

    private func archive(_ name: String) -> String {
        "\(scratch)/\(tag(name).split(separator: ":").last ?? "image").docker.tar"
    }

    /// A measurement with what its layers weigh in a registry.
    func weighed(_ measurement: Measurement) async throws -> Measurement {
        let name = String(measurement.tag.drop { $0 != ":" }.dropFirst())
        let sizes = try await scales.weights(of: measurement.tag, archive: archive(name))
        return Measurement(
            tag: measurement.tag, report: measurement.report.weighing(sizes),
            behaviour: measurement.behaviour, closure: measurement.closure)
    }
}

extension Measurement {
    /// Why the image is not to be trusted although it answers right; `nil` where nothing is known against it.
    var flaw: String? { closure.first { $0.severity == .warning }?.message }

    var isSound: Bool { flaw == nil }

    var figures: CandidateOutcome.Measured {
        CandidateOutcome.Measured(
            size: report.image?.size ?? .zero, compressedSize: report.image?.compressedSize,
            packages: report.packages.count, openFindings: CandidateScore(report).openFindings,
            dismissedFindings: report.dismissed.count, startSeconds: behaviour.startSeconds,
            peakMemory: behaviour.peakMemory)
    }

    /// `19 open findings in place of 39`, or what else makes it better where the findings are as many.
    func advantage(over other: Measurement) -> String {
        let (mine, theirs) = (figures, other.figures)
        if report.open.count != other.report.open.count {
            return "\(report.open.count) open findings in place of \(other.report.open.count)"
        }
        if mine.openFindings != theirs.openFindings { return "as many open findings, less severe ones" }
        if mine.packages != theirs.packages {
            return "\(mine.packages) packages in place of \(theirs.packages)"
        }
        if mine.size != theirs.size { return "\(mine.size) in place of \(theirs.size)" }
        return "the same with fewer changes"
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
        let aside = dismissed.isEmpty ? "" : ", \(dismissed.count) dismissed"
        return (image.map { "\($0.size), " } ?? "")
            + "\(packages.count) packages, \(open.count) open findings\(aside)"
    }
}
