// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
package import PareImage
package import PareModel

/// Finds an image in the storage that podman, buildah and skopeo share, through whichever of these programs is there;
/// no service is needed.
///
/// - Parameters:
///   - name: As a person writes it, or an id.
///   - reference: The same in full, for skopeo, which does not look for short names.
///   - platform: What it must be for; anything where it is `nil`.
///   - options: How long it may take, and the environment.
/// - Returns: The image, whose layers come when they are read.
/// - Throws: ``EngineSourceError``; `CancellationError`.
package func storageImage(
    _ name: String, reference: ImageReference?, platform: Platform?, options: NetworkOptions
) async throws -> Image {
    let environment = options.environment
    for known in ["podman", "buildah", "skopeo"] {
        guard let path = ShortProgram.find(known, environment: environment) else { continue }
        let program = StorageProgram(name: known, path: path, options: options)
        let asked = known == "skopeo" ? reference?.description ?? name : name
        let found = try await program.inspect(asked)
        try found.check(platform, name: name)
        let export = ImageExport(
            image: name, platform: platform, id: found.id,
            stream: program.export(asked, id: found.id))
        return Image(
            exported: export, tags: known == "podman" ? found.tags : nil, repositoryDigests: found.digests)
    }
    throw EngineSourceError.noProgram(["podman", "buildah", "skopeo"])
}

private struct StorageProgram {
    let name: String
    let path: String
    let options: NetworkOptions

    /// What the program knows of an image.
    func inspect(_ image: String) async throws -> InspectedImage {
        switch name {
        case "podman":
            let json = try await json(["image", "inspect", image])
            guard let first = json.elements?.first else {
                throw failed("inspect", "it says nothing of the image")
            }
            return InspectedImage(first)
        case "buildah":
            let json = try await json(["inspect", "--type", "image", image])
            guard let id = json["FromImageID"]?.text.flatMap({ Digest("sha256:" + $0) }),
                let config = json["Config"]?.text.flatMap({ try? JSONValue(Array($0.utf8)) })
            else { throw failed("inspect", "it says nothing of the image") }
            return InspectedImage(id: id, config: config)
        default:
            let bytes = try await answer(["inspect", "--raw", "--config", "containers-storage:" + image])
            guard let config = try? JSONValue(bytes) else {
                throw failed("inspect", "what it says is not JSON")
            }
            return InspectedImage(id: SHA256.digest(of: bytes), config: config)
        }
    }

    /// The image as a docker-archive on standard output, which all three write while they read the storage.
    func export(_ image: String, id: Digest?) -> StreamingProgram {
        let image = id?.hex ?? image
        let arguments =
            switch name {
            case "podman": ["image", "save", image]
            case "buildah": ["push", "--quiet", image, "docker-archive:/dev/stdout"]
            default:
                // What is copied on this machine only needs no policy, and without a file of it skopeo copies nothing.
                [
                    "copy", "--quiet", "--insecure-policy",
                    "containers-storage:" + (id.map { "@\($0.hex)" } ?? image),
                    "docker-archive:/dev/stdout",
                ]
            }
        return StreamingProgram(
            executable: path, arguments: arguments, environment: options.environment,
            limit: options.timeLimit)
    }

    private func json(_ arguments: [String]) async throws -> JSONValue {
        let bytes = try await answer(arguments)
        guard let json = try? JSONValue(bytes) else {
            throw failed("inspect", "what it says is not JSON")
        }
        return json
    }

    private func answer(_ arguments: [String]) async throws -> [UInt8] {
        let program = StreamingProgram(
            executable: path, arguments: arguments, environment: options.environment,
            limit: options.patience)
        do {
            return try await onOwnThread { _ in
                let answer = try program.open().collect(as: program.summary, limit: 8 << 20)
                return answer.withBytes { Array($0) }
            }
        } catch EngineSourceError.program(let command, let reason) {
            let isMissing = ["no such image", "image not known", "does not resolve to an image ID"]
                .contains { reason.contains($0) }
            throw isMissing ? EngineSourceError.noImage(arguments.last ?? "") : .program(command, reason)
        }
    }

    private func failed(_ verb: String, _ reason: String) -> EngineSourceError {
        .program("\(name) \(verb)", reason)
    }
}
