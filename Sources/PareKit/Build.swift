// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareEngine
import PareModel

/// Builds an image with the engine that is there.
public struct Build: Sendable {
    private let path: String
    private let dockerfile: String?
    private let tag: String
    private let engine: String?

    public init(path: String, dockerfile: String?, tag: String, engine: String?) {
        self.path = path
        self.dockerfile = dockerfile
        self.tag = tag
        self.engine = engine
    }

    /// - Returns: The image's ID.
    public func run(in setup: Setup) async throws -> String {
        let file = dockerfile ?? path + "/Dockerfile"
        if dockerfile == nil {
            _ = try namesInFolder(path)
            guard fileExists(file) else { throw VerbError.noDockerfile(folder: path) }
        }
        let engine = try await Engine.locate(named: engine, environment: setup.environment)
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-build")
        let log = scratch.path + "/build.log"
        var request = BuildRequest(context: path, dockerfile: file, tag: tag, log: log)
        request.options = setup.buildOptions
        do {
            let image = try await setup.step("build \(tag) with \(engine)") {
                try await engine.build(request, progress: setup.progress)
            }.value
            scratch.remove()
            return image.id
        } catch {
            // The log is what a person needs now; the error names it.
            if case EngineError.buildFailed = error { throw error }
            scratch.remove()
            throw error
        }
    }
}

extension Setup {
    /// Words for the engine's build command, from `PARE_BUILD_OPTIONS`.
    var buildOptions: [String] {
        (environment["PARE_BUILD_OPTIONS"] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
