// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
public import PareModel
import PareNetwork

/// Saves an image of a registry as an OCI layout.
public struct Pull: Sendable {
    private let reference: String
    private let folder: String
    private let platform: Platform?
    private let takesAllPlatforms: Bool
    private let replaces: Bool

    /// - Parameters:
    ///   - reference: The image's name: `node:20`, `registry.example/team/app@sha256:…`.
    ///   - folder: Where the layout goes; nothing may be there, or an empty folder.
    ///   - platform: Which image of several; `nil` for this machine's.
    ///   - takesAllPlatforms: Whether the index is saved, with all that it lists.
    ///   - replaces: Whether another layout that is there gives way.
    public init(
        reference: String, folder: String, platform: Platform?, takesAllPlatforms: Bool = false,
        replaces: Bool = false
    ) {
        self.reference = reference
        self.folder = folder
        self.platform = platform
        self.takesAllPlatforms = takesAllPlatforms
        self.replaces = replaces
    }

    /// - Returns: The image in the registry, named by its digest.
    /// - Throws: ``ReferenceError``, `FileError`, and what pulling throws; what is in the folder's place is then as it was.
    public func run(in setup: Setup) async throws -> ImageReference {
        let source = try ImageReference(reference)
        let place = try LayoutPlace(folder, replacing: replaces)
        let draft = try ScratchFolder(in: place.draftParent, name: ".pare-pull")
        defer { draft.remove() }
        let layout = draft.path + "/layout"
        makeFolders(layout)
        let step = "pull \(source.familiar)"
        let outcome = try await setup.withRegistries(for: [source.registry]) { client in
            let pull = ImagePull(client, of: source) { line in
                setup.progress.report(.said(step: step, line: line))
            }
            return try await setup.step(step, outcome: { "\($0.blobs) blobs, \($0.size)" }) {
                try await pull.run(into: layout, platform: platform, everything: takesAllPlatforms)
            }.value
        }
        for diagnostic in outcome.diagnostics { setup.progress.report(.note(diagnostic.message)) }
        try place.settle(layout)
        return ImageReference(
            registry: source.registry, repository: source.repository, digest: outcome.digest)
    }
}

/// Where a layout goes.
private struct LayoutPlace {
    /// A folder of the file system that the layout will be on.
    let draftParent: String
    private let path: String
    private let state: State

    private enum State {
        case free
        /// An empty folder, which stays: it may be a mount point, or the one that the user is in.
        case empty
        case layout
    }

    /// - Throws: `FileError` for a place where something is that may not give way, ``VerbError/notOurs(file:)`` where that is no
    ///   layout.
    init(_ folder: String, replacing: Bool) throws {
        var facts = stat()
        guard lstat(folder, &facts) == 0 else {
            path = Self.withoutSlashes(folder)
            (draftParent, state) = (parentFolder(of: path), .free)
            return
        }
        guard let real = wholePath(folder) else { throw FileError.exists(folder) }
        path = real
        let names = try namesInFolder(real)
        guard !names.isEmpty else {
            (draftParent, state) = (real, .empty)
            return
        }
        guard replacing else { throw FileError.exists(folder) }
        guard names.contains("oci-layout"),
            Set(names).isSubset(of: ["blobs", "index.json", "oci-layout"])
        else {
            throw VerbError.notOurs(file: folder)
        }
        (draftParent, state) = (parentFolder(of: real), .layout)
        try checkReplaceable(named: folder)
    }

    /// A folder that the user is in, or on which a file system is mounted, cannot be exchanged.
    private func checkReplaceable(named folder: String) throws {
        var (own, parent) = (stat(), stat())
        let isMounted =
            stat(path, &own) == 0 && stat(draftParent, &parent) == 0 && own.st_dev != parent.st_dev
        let isAround = wholePath(".").map { $0 == path || $0.hasPrefix(path + "/") } ?? false
        guard isMounted || isAround else { return }
        throw FileError.failed(
            action: "replace", path: folder,
            reason: isMounted ? "it is a file system of its own" : "the current folder is in it")
    }

    private static func withoutSlashes(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }

    /// Puts a finished layout there.
    func settle(_ layout: String) throws(FileError) {
        switch state {
        case .free, .layout: try replaceTree(path, with: layout, isThere: state == .layout)
        case .empty:
            // What makes a folder a layout comes last.
            for name in ["blobs", "index.json", "oci-layout"] {
                guard rename("\(layout)/\(name)", "\(path)/\(name)") == 0 else {
                    throw .writing("\(path)/\(name)")
                }
            }
        }
    }
}
