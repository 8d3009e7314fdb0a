// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
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
        let text = try readText(file)
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-build")
        defer { scratch.remove() }
        let engine = try await setup.engine(named: engine, passing: scratch)
        let log = scratch.path + "/build.log"
        var request = BuildRequest(context: path, dockerfile: file, tag: tag, log: log)
        request.options = setup.buildOptions
        // What is wrong with a Dockerfile is the engine's to say.
        request.bases = (try? Dockerfile(parsing: text).externalBases) ?? []
        do {
            return try await setup.step("build \(tag) with \(engine.description)") {
                try await engine.build(request, progress: setup.progress)
            }.value.id
        } catch EngineError.buildFailed(let tag, let log, let lines) {
            // The log is what a person needs now; it outlives the folder.
            let kept = "\(setup.scratchParent)/\(scratch.path.split(separator: "/").last ?? "pare").log"
            try writeFile(try readFile(log, limit: 64 << 20), to: kept)
            throw EngineError.buildFailed(tag: tag, log: kept, lastLines: lines)
        }
    }
}

extension Setup {
    /// Words for the engine's build command, from `PARE_BUILD_OPTIONS`.
    var buildOptions: [String] {
        (environment["PARE_BUILD_OPTIONS"] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
