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
    /// - Throws: ``ReferenceError``, `FileError`, and what pulling throws; what is in the
    ///   folder's place is then as it was.
    public func run(in setup: Setup) async throws -> ImageReference {
        let source = try ImageReference(reference)
        let target = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        try checkRoom(at: target)
        let draft = try ScratchFolder(in: parentFolder(of: target), name: ".pare-pull")
        defer { draft.remove() }
        let step = "pull \(source.familiar)"
        let outcome = try await setup.withRegistries(for: [source.registry]) { client in
            let pull = ImagePull(client, of: source) { line in
                setup.progress.report(.said(step: step, line: line))
            }
            return try await setup.step(step, outcome: { "\($0.blobs) blobs, \($0.size)" }) {
                try await pull.run(into: draft.path, platform: platform, everything: takesAllPlatforms)
            }.value
        }
        chmod(draft.path, 0o755)
        try checkRoom(at: target)
        try replaceFolder(target, with: draft.path)
        return ImageReference(
            registry: source.registry, repository: source.repository, digest: outcome.digest)
    }

    /// Only an empty folder and, where the user says so, another layout may give way.
    private func checkRoom(at path: String) throws {
        guard fileExists(path) else { return }
        guard try !namesInFolder(path).isEmpty else { return }
        guard replaces else { throw FileError.exists(path) }
        guard fileExists(path + "/oci-layout") else { throw VerbError.notOurs(file: path) }
    }
}
