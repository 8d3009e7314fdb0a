// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareEngine
public import PareModel

/// Starts an image, asks it questions, records its answers, and stops it.
public struct Trial: Sendable {
    private let image: String
    private let command: [String]
    private let questions: [Question]
    private let limits: TrialLimits
    private let engine: String?

    /// An empty `command` runs the image's own; without the name of an engine the one that is there is used.
    public init(
        image: String, command: [String], asking questions: [Question], limits: TrialLimits, engine: String?
    ) {
        self.image = image
        self.command = command
        self.questions = questions
        self.limits = limits
        self.engine = engine
    }

    /// `GET /`, then the paths, then the questions of a file; each once.
    public static func questions(paths: [String], file: String?) throws -> [Question] {
        var questions = [Question(path: "/")]
        let asked =
            try paths.enumerated().flatMap { try PareKit.questions(in: $1, named: "--ask") }
            + (file.map { try PareKit.questions(in: try readText($0), named: $0) } ?? [])
        // A question may change the application, so asking it twice is a wish that is kept; `GET /` is not.
        questions += asked.filter { $0 != questions[0] }
        return questions
    }

    public func run(in setup: Setup) async throws -> Behaviour {
        let scratch = try ScratchFolder(in: setup.scratchParent, name: "pare-trial")
        defer { scratch.remove() }
        let engine = try await setup.engine(named: engine, passing: scratch)
        _ = await engine.removeStale()
        return try await setup.step("trial \(image) with \(engine.description)") {
            try await run(with: engine, scratchParent: scratch.path, progress: setup.progress)
        }.value
    }

    /// The same with an engine that is known already.
    func run(with engine: Engine, scratchParent: String, progress: ProgressSink) async throws -> Behaviour {
        let scratch = try ScratchFolder(in: scratchParent, name: "pare-trial")
        defer { scratch.remove() }
        var request = TrialRequest(
            image: image, config: try await engine.config(of: image), questions: questions,
            scratch: scratch.path)
        request.command = command.isEmpty ? nil : command
        request.isCommand = !command.isEmpty && limits.port == nil
        request.port = limits.port
        request.readinessLimit = .seconds(limits.startSeconds)
        return try await engine.trial(request, progress: progress)
    }
}

/// How long a trial waits, and where it asks.
public struct TrialLimits: Sendable {
    /// `nil` for the exposed one.
    public let port: Int?
    /// How long the application may take until it listens.
    public let startSeconds: Int

    public init(port: Int? = nil, startSeconds: Int = 60) {
        self.port = port
        self.startSeconds = startSeconds
    }
}
