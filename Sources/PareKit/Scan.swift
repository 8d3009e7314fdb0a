// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes
import PareDockerfile
import PareImage
import PareInventory
import PareMatch
public import PareModel

/// Lists the packages of an image and the advisories that apply to them.
public struct Scan: Sendable {
    private let target: String
    private let platform: Platform?
    private let selection: FindingSelection
    private let cachesLayers: Bool
    private let verifiesLayers: Bool
    private let readsPrograms: Bool
    private let isPath: Bool
    private let search: ImageSearch

    /// The target is the path of an image tar, an OCI layout, or a root file system folder, or unless `isPath` the name of
    /// an image, which is looked for as `search` says; the platform is `nil` for this machine's.  `cachesLayers` keeps
    /// results of compressed layers for the next time; `verifiesLayers` hashes the layers of a docker-archive too, which
    /// takes a second a gigabyte; `readsPrograms` reads every program for evidence that a finding is out of reach.
    public init(
        target: String, platform: Platform?, selection: FindingSelection, cachesLayers: Bool,
        verifiesLayers: Bool = false, readsPrograms: Bool = false, isPath: Bool = false,
        search: ImageSearch = ImageSearch()
    ) {
        self.target = target
        self.platform = platform
        self.selection = selection
        self.cachesLayers = cachesLayers
        self.verifiesLayers = verifiesLayers
        self.readsPrograms = readsPrograms
        self.isPath = isPath
        self.search = search
    }

    /// - Throws: ``VerbError/nothingRecognised(target:distro:)`` and ``VerbError/unnamedJars(target:count:)`` where there is nothing to judge, and what reading throws.
    public func run(in setup: Setup) async throws -> ScanReport {
        // Whoever lacks data learns it before much is pulled.
        async let opening = knowledge(in: setup)
        let ahead =
            verifiesLayers ? nil : LayersAhead(taking: Inventory.interests, cache: layerCache(setup))
        do {
            let image =
                isPath
                ? try openImage(at: target, platform: platform)
                : try await locateImage(target, platform: platform, by: search, ahead: ahead, in: setup)
            return try await scan(image, by: opening, ahead: ahead, in: setup).report
        } catch {
            await ahead?.stop()
            throw error
        }
    }

    /// Scans an opened image; the files it saw on the way come with the report.
    func scan(_ image: Image, in setup: Setup) async throws -> (report: ScanReport, tree: FileTree) {
        try await scan(image, by: knowledge(in: setup), in: setup)
    }

    private func scan(
        _ image: Image, by knowledge: Knowledge, ahead: LayersAhead? = nil, in setup: Setup
    ) async throws -> (report: ScanReport, tree: FileTree) {
        let reading = try await image.read(
            taking: Inventory.interests, cache: layerCache(setup), verifiesDiffIDs: verifiesLayers,
            ahead: ahead)
        let inventory = try await Inventory(of: reading.view).namingJars(
            of: target, by: selection.database, leavesMark: cachesLayers, in: setup)
        guard inventory.recognised else {
            throw VerbError.nothingRecognised(target: target, distro: inventory.distro)
        }

        let candidates = try knowledge.store.candidates(
            for: inventory.packages, distro: inventory.distro, repositoryRelease: inventory.repositoryRelease)
        let details = try knowledge.store.details()
        let matched = findings(
            in: try candidates.inParts {
                [try findings(of: $0, distro: inventory.distro, detail: details.detail)]
            })
        let facts = image.kind == .image ? reading.facts : nil
        let judged = try await dismissed(matched.findings, image, facts, inventory, setup)
        let selected = judged.findings.selected(
            by: FindingFilter(severities: selection.severities, ignoresUnfixed: selection.ignoresUnfixed))
        let held = judged.held.isEmpty ? [] : selected.filter(judged.held.contains)
        let free = held.isEmpty ? selected : selected.filter { !judged.held.contains($0) }
        let weighed =
            readsPrograms && !selection.dismissesNothing
            // Layers that are pulled make whoever reads them again wait.
            ? try await onOwnThread { _ in
                try free.dismissedByEvidence(
                    in: reading, config: reading.facts.config, distro: inventory.distro)
            }
            : (findings: free, diagnostics: [])
        let support = knowledge.releases.table.support(of: inventory.distro, on: setup.today)
        let report = ScanReport(
            target: target, kind: image.kind, created: setup.timestamp, image: facts,
            distro: support.distro, packages: inventory.packages,
            findings: held.isEmpty ? weighed.findings : (weighed.findings + held).inReportOrder,
            store: knowledge.facts,
            diagnostics: reading.diagnostics + inventory.diagnostics + matched.diagnostics
                + image.strangePlatform(whereAskedFor: platform) + judged.diagnostics + weighed.diagnostics
                + knowledge.releases.diagnostics + support.diagnostics,
            hiddenFindings: matched.findings.count - selected.count, statements: judged.uses)
        return (report, reading.tree)
    }

    /// What an image is judged by, whatever the image.
    private struct Knowledge {
        let store: AdvisoryStore
        let facts: StoreFacts
        let releases: ReleasesInUse
    }

    private func knowledge(in setup: Setup) throws -> Knowledge {
        let store = try setup.store(for: selection)
        return Knowledge(store: store, facts: try store.facts(), releases: setup.releases)
    }

    /// What is set aside, by whom: the ignore file, the user's VEX, the distribution.
    private func dismissed(
        _ findings: [Finding], _ image: Image, _ facts: ImageFacts?, _ inventory: Inventory, _ setup: Setup
    ) async throws -> Dismissing {
        var dismissing = Dismissing(findings)
        guard !selection.dismissesNothing else { return dismissing }
        if let file = try ignoreFile() { dismissing.apply(file, on: setup.today) }
        try await dismissing.apply(vex: selection.vex, to: image, named: target, facts: facts, inventory)
        return dismissing
    }

    private func layerCache(_ setup: Setup) -> LayerCache? {
        guard cachesLayers, let folder = setup.cacheFolder else { return nil }
        return LayerCache(folder: folder + "/layers", version: pareVersion)
    }

    /// The file that was named, or `.trivyignore` where there is one.
    private func ignoreFile() throws -> IgnoreFile? {
        guard let name = selection.usedIgnoreFile else { return nil }
        return IgnoreFile(try readText(name), name: name)
    }
}

extension Image {
    /// A warning where an image says that it is for another platform than the user wants; an archive may hold just one.
    fileprivate func strangePlatform(whereAskedFor asked: Platform?) -> [Diagnostic] {
        guard kind == .image, let asked, !config.architecture.isEmpty,
            (config.os.isEmpty ? asked.os : config.os, config.architecture) != (asked.os, asked.architecture)
        else { return [] }
        let its = Platform(os: config.os.isEmpty ? asked.os : config.os, architecture: config.architecture)
        return [Diagnostic(.warning, "the image is for \(its), and not for \(asked), which was asked for")]
    }
}
