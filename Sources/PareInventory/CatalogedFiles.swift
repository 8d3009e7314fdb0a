// SPDX-License-Identifier: Apache-2.0

import PareBytes
import PareImage
import PareModel

/// Bytes of a file's content up to which several are read at once.
private let shortContent = 1 << 20

/// All files of an image with what they say, and what follows from them together.
struct CatalogedFiles {
    private let view: SquashedView
    private let catalogers: [Cataloger]
    /// For each file of the view: its cataloger's index, and what it says.
    private let readings: [(cataloger: Int, reading: Reading)?]
    private let owned: OwnedFiles

    init(in view: SquashedView, by catalogers: [Cataloger]) {
        self.view = view
        self.catalogers = catalogers
        let readings = Self.read(view, by: catalogers)
        self.readings = readings
        owned = Self.owned(view, readings, catalogers)
    }

    /// A place in the image that a cataloger looked at; several layers may have a file there.
    private struct Place: Hashable {
        let interest: String
        let path: String
    }

    private static func read(_ view: SquashedView, by catalogers: [Cataloger]) -> [(Int, Reading)?] {
        var catalogerOf: [String: Int] = [:]
        for (index, cataloger) in catalogers.enumerated() {
            for interest in cataloger.reads { catalogerOf[interest.name] = index }
        }
        let excluded = Set(catalogers.compactMap(\.unless))
        let excluding = Set(view.files.lazy.filter { excluded.contains($0.interest) }.map { LayerPath($0) })
        var latest: [Place: (index: Int, work: Int)] = [:]
        // Each content once, however many layers have it.
        var works: [(cataloger: Int, file: KeptFile)] = []
        let workOf = view.files.enumerated().map { index, file -> Int? in
            guard let owner = catalogerOf[file.interest] else { return nil }
            if let name = catalogers[owner].unless,
                name == file.interest || excluding.contains(LayerPath(file))
            {
                return nil
            }
            let place = Place(interest: file.interest, path: file.path)
            if let earlier = latest[place], view.files[earlier.index].content == file.content {
                latest[place] = (index, earlier.work)
            } else {
                latest[place] = (index, works.count)
                works.append((owner, file))
            }
            return latest[place]?.work
        }
        @Sendable func read(_ work: (cataloger: Int, file: KeptFile)) -> (Int, Reading) {
            (work.cataloger, catalogers[work.cataloger].read(work.file))
        }
        // What long files say takes a multiple of their length, so they are read one after the other.
        let short = works.inParts { $0.map { $0.file.content.count <= shortContent ? read($0) : nil } }
        let found = zip(works, short).map { work, found in found ?? read(work) }
        return workOf.map { work in work.map { found[$0] } }
    }

    private struct LayerPath: Hashable {
        let layer: Int
        let path: String
        init(_ file: KeptFile) {
            layer = file.layer
            path = file.path
        }
    }

    /// Which files with packages are on lists of package managers.
    private static func owned(
        _ view: SquashedView, _ readings: [(cataloger: Int, reading: Reading)?], _ catalogers: [Cataloger]
    ) -> OwnedFiles {
        var asked: Set<String> = []
        for found in readings {
            guard let found else { continue }
            if case .none = catalogers[found.cataloger].deference { continue }
            asked.formUnion(found.reading.packages.map(\.evidence.path))
            asked.formUnion(found.reading.inquiries.map(\.evidence.path))
            asked.formUnion(found.reading.diagnostics.compactMap(\.location))
        }
        var owned = OwnedFiles(asking: asked)
        guard !owned.isEmpty else { return owned }
        let lists = zip(view.files, readings).compactMap { file, found in
            found.flatMap { catalogers[$0.cataloger].listing }.map { (file: file, listing: $0) }
        }
        let named = lists.inParts { [asking = owned] lists in
            var owned = asking
            for (file, listing) in lists { listing(file) { owned.note($0, layer: file.layer) } }
            return [owned]
        }
        for part in named { owned.note(part) }
        return owned
    }

    // MARK: - What follows

    /// What the image's files say; of an image whose files were removed, what the youngest removed one said.
    var distro: Distro? {
        let claims = readings.indices.compactMap { index in
            readings[index]?.reading.claim.map { (claim: $0, index: index) }
        }
        let visible = claims.filter { view.isVisible[$0.index] }
        func worth(_ claim: (claim: DistroClaim, index: Int)) -> (Int, Int, String) {
            let file = view.files[claim.index]
            return (claim.claim.rank, visible.isEmpty ? -file.layer : 0, file.path)
        }
        return (visible.isEmpty ? claims : visible).min { worth($0) < worth($1) }?.claim.distro
    }

    var repositoryRelease: String? {
        zip(view.isVisible, readings).lazy.compactMap { $0 ? $1?.reading.repositoryRelease : nil }.first
    }

    /// What was odd about files that a container sees and that count.
    var diagnostics: [Diagnostic] {
        readings.indices.flatMap { index -> [Diagnostic] in
            guard view.isVisible[index], let found = readings[index] else { return [] }
            return found.reading.diagnostics.filter { diagnostic in
                !isLeft(diagnostic.location, of: view.files[index], found.cataloger)
            }
        }
    }

    /// What a container sees, without what is left to the distribution, each with the first layer that holds it.
    var inquiries: [JarInquiry] {
        var origins: [JarInquiry: Int] = [:]
        var seen: [JarInquiry] = []
        var isSeen: Set<JarInquiry> = []
        for (index, found) in readings.enumerated() {
            let file = view.files[index]
            for inquiry in found?.reading.inquiries ?? []
            where !isLeft(inquiry.evidence.path, of: file, found?.cataloger ?? 0) {
                origins[inquiry] = min(origins[inquiry] ?? file.layer, file.layer)
                if view.isVisible[index], isSeen.insert(inquiry).inserted { seen.append(inquiry) }
            }
        }
        return seen.map { $0.brought(by: origins[$0] ?? 0) }
    }

    /// What makes a package the same one in several files and layers.
    private struct Identity: Hashable {
        let kind: Package.Kind
        let name: String
        let version: String
        /// Empty for packages of a distribution: one record a name and version, whatever file and architecture.
        let path: String

        init(_ package: Package) {
            kind = package.kind
            name = package.name
            version = package.version
            path = package.kind.isOperatingSystem ? "" : package.evidence.path
        }
    }

    /// What a container sees, without what is left to the distribution, each with the first layer that holds it.
    var packages: [Package] {
        let count = readings.reduce(0) { $0 + ($1?.reading.packages.count ?? 0) }
        var origins = [Identity: Int](minimumCapacity: count)
        for (index, found) in readings.enumerated() {
            let layer = view.files[index].layer
            for package in counted(view.files[index], found) {
                let identity = Identity(package)
                origins[identity] = min(origins[identity] ?? layer, layer)
            }
        }
        var packages: [Package] = []
        var deferring: [(Package, (Package, Bool, [Package]) -> Bool)] = []
        var seen = Set<Identity>(minimumCapacity: origins.count)
        for (index, found) in readings.enumerated() where view.isVisible[index] {
            for package in counted(view.files[index], found) {
                let identity = Identity(package)
                guard seen.insert(identity).inserted else { continue }
                let placed = package.brought(by: origins[identity] ?? view.files[index].layer)
                if let found, case .when(let condition) = catalogers[found.cataloger].deference {
                    deferring.append((placed, condition))
                } else {
                    packages.append(placed)
                }
            }
        }
        let distribution = packages.filter(\.kind.isOperatingSystem)
        for (package, isLeft) in deferring {
            let isListed = !owned.layers(listing: package.evidence.path).isEmpty
            if !isLeft(package, isListed, distribution) { packages.append(package) }
        }
        return packages
    }

    /// The packages of a file that no list in its own layer claims.
    private func counted(_ file: KeptFile, _ found: (cataloger: Int, reading: Reading)?) -> [Package] {
        guard let found else { return [] }
        guard case .sameLayer = catalogers[found.cataloger].deference else { return found.reading.packages }
        return found.reading.packages.filter { !isLeft($0.evidence.path, of: file, found.cataloger) }
    }

    /// Whether a list in a file's own layer claims a path that the file speaks of: its own, or one within it.
    private func isLeft(_ path: String?, of file: KeptFile, _ cataloger: Int) -> Bool {
        guard let path, case .sameLayer = catalogers[cataloger].deference else { return false }
        return owned.layers(listing: path).contains(file.layer)
    }
}

extension Package {
    /// The same package with the layer that brought it.
    fileprivate func brought(by layer: Int) -> Package {
        Package(
            kind, name: name, version: version, architecture: architecture, source: source,
            evidence: Evidence(path: evidence.path, layer: layer))
    }
}
