// SPDX-License-Identifier: Apache-2.0

import Glibc

extension Engine {
    /// The ID of an image in the storage; `nil` where it is not there.
    ///
    /// - Throws: `EngineError.badName`, `.cannotRun`, `.tookTooLong`.
    package func identifier(of image: String) async throws -> String? {
        try checkName(image)
        let arguments =
            switch kind {
            case .buildah: ["inspect", "--type", "image", "--format", "{{.FromImageID}}", "--", image]
            case .podman, .docker: ["image", "inspect", "--format", "{{.Id}}", "--", image]
            }
        let result = try await command(arguments).result(within: .seconds(60))
        guard result.isSuccess, !result.line.isEmpty else { return nil }
        return result.line.hasPrefix("sha256:") ? result.line : "sha256:" + result.line
    }

    /// The tags that images of a name have in the storage: `before` where there is `localhost/a:before`.
    ///
    /// - Throws: `EngineError.badName`, `.cannotRun`, `.tookTooLong`.
    package func tags(of name: String) async throws -> Set<String> {
        try checkName(name)
        let words = ["images", "--format", "{{.Tag}}", "--filter", "reference=\(name)"]
        let result = try await command(words).result(within: .seconds(60))
        return Set(result.output.lines)
    }

    package func exists(_ image: String) async throws -> Bool { try await identifier(of: image) != nil }

    /// Takes a name, and the image with its last name, out of the storage.
    ///
    /// - Throws: `EngineError.noImage`, `.refused`.
    package func remove(_ image: String) async throws {
        guard try await exists(image) else { throw EngineError.noImage(image) }
        let verb = kind == .buildah ? ["rmi"] : ["image", "rm"]
        try await act("remove '\(image)'", verb + ["--", image], limit: .seconds(300))
    }

    /// Writes an image as a docker-archive with uncompressed layers; a file that is there is replaced when
    /// all is written.
    ///
    /// - Throws: `EngineError.noImage`, `.badPath`, `.refused`, `.tookTooLong`, `.cannotWrite`.
    package func export(_ image: String, toDockerArchive path: String) async throws {
        guard !path.contains(where: { $0 == ":" || $0 == "," }) else { throw EngineError.badPath(path) }
        guard try await exists(image) else { throw EngineError.noImage(image) }
        let part = "\(path).\(getpid()).part"
        unlink(part)
        do {
            try await act("export '\(image)'", exportArguments(image, to: part), limit: .seconds(1800))
        } catch {
            unlink(part)
            throw error
        }
        guard rename(part, path) == 0 else {
            let reason = Folder.lastError
            unlink(part)
            throw EngineError.cannotWrite(path: path, reason: reason)
        }
    }

    func exportArguments(_ image: String, to path: String) -> [String] {
        switch kind {
        case .buildah:
            // An archive names its image only where the image has a name.
            let name = image.hasPrefix("sha256:") ? "" : ":" + image.withTag
            return ["push", "--quiet", "--disable-compression", "--", image, "docker-archive:\(path)\(name)"]
        case .podman: return ["save", "--quiet", "--format", "docker-archive", "--output", path, "--", image]
        case .docker: return ["save", "--output", path, "--", image]
        }
    }

    /// Runs a command that does what the action says, `remove 'a:b'`, and gives the last line that it
    /// printed.
    @discardableResult
    func act(_ action: String, _ arguments: [String], limit: Duration) async throws -> String {
        let result = try await command(arguments).result(within: limit)
        guard result.isSuccess else {
            throw EngineError.refused(engine: kind.rawValue, action: action, reason: result.reason)
        }
        return result.line
    }
}

extension String {
    /// The reference with `:latest` where it has neither tag nor digest.
    var withTag: String {
        let last = split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return last.contains(":") || last.contains("@") ? self : self + ":latest"
    }
}
