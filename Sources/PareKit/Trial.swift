// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareEngine
import PareMatch
public import PareModel

/// Starts an image, asks it questions, records its answers, and stops it.
public struct Trial: Sendable {
    private let image: String
    private let command: [String]
    private let questions: [Question]
    private let limits: TrialLimits
    private let engine: String?
    private let restrictions: TrialRestrictions

    /// An empty `command` runs the image's own; without the name of an engine the one that is there is used.
    public init(
        image: String, command: [String], asking questions: [Question], limits: TrialLimits, engine: String?,
        restrictions: TrialRestrictions = TrialRestrictions()
    ) {
        self.image = image
        self.command = command
        self.questions = questions
        self.limits = limits
        self.engine = engine
        self.restrictions = restrictions
    }

    /// `GET /`, then the paths, then the questions of a file, then those of an OpenAPI document; what is worth knowing of
    /// the latter two is told to the progress.
    public static func questions(
        paths: [String], file: String?, openAPI: String? = nil, progress: ProgressSink = .silent
    ) throws -> [Question] {
        var questions = [Question(path: "/")]
        let lists = [
            try file.map { try QuestionList(reading: try readText($0), named: $0) },
            try openAPI.map { try QuestionList(ofOpenAPI: try readText($0), named: $0) },
        ].compactMap(\.self)
        for note in lists.flatMap(\.notes) {
            progress.report(.note((note.location.map { "\($0): " } ?? "") + note.message))
        }
        let asked =
            try paths.flatMap { try PareKit.questions(in: $0, named: "--ask") } + lists.flatMap(\.questions)
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

    /// The same with an engine that is known already; `pause` is as in ``TrialRequest``.
    func run(
        with engine: Engine, scratchParent: String, progress: ProgressSink, pause: Duration = .zero
    ) async throws -> Behaviour {
        let scratch = try ScratchFolder(in: scratchParent, name: "pare-trial")
        defer { scratch.remove() }
        var request = TrialRequest(
            image: image, config: try await engine.config(of: image), questions: questions,
            scratch: scratch.path)
        request.command = command.isEmpty ? nil : command
        request.isCommand = !command.isEmpty && limits.port == nil
        request.port = limits.port
        request.readinessLimit = .seconds(limits.startSeconds)
        request.pause = pause
        request.isReadOnlyRoot = restrictions.isReadOnlyRoot
        request.hasOwnTmp = restrictions.hasOwnTmp
        request.dropsCapabilities = restrictions.dropsCapabilities
        return try await engine.trial(request, progress: progress)
    }
}

extension Trial {
    /// How much later the second run is asked: times in whole seconds are other ones then.
    private static let pause = Duration.milliseconds(1500)

    /// What the image does, with what it does otherwise when it is run again as tolerances.
    ///
    /// A second container is started, since what the questions change in one would show in a second round in it.
    func runTwice(
        as name: String, with engine: Engine, scratchParent: String, in setup: Setup
    ) async throws -> Behaviour {
        let first = try await setup.step("trial \(name)", outcome: \.summary) {
            try await run(with: engine, scratchParent: scratchParent, progress: setup.progress)
        }.value
        do {
            let second = try await setup.step("trial \(name) again") {
                try await run(
                    with: engine, scratchParent: scratchParent, progress: .silent, pause: Self.pause)
            }.value
            let (rules, unsteady) = tolerances(between: first, and: second)
            for difference in unsteady {
                setup.progress.report(
                    .note(
                        "\(difference.subject): two runs of '\(image)' differ in \(difference.aspect), in more than a value;"
                            + " that is not tolerated"))
            }
            return first.tolerating(rules)
        } catch let error as any Explained {
            try Task.checkCancellation()
            setup.progress.report(
                .note("a second run of '\(image)' failed, so nothing is tolerated: \(error.problem)"))
            return first
        }
    }
}

/// What is taken from an application while it is tried.
public struct TrialRestrictions: Hashable, Sendable {
    /// Whether its files cannot be written.
    public var isReadOnlyRoot: Bool
    /// Whether `/tmp` is an empty folder in memory that can be.
    public var hasOwnTmp: Bool
    public var dropsCapabilities: Bool

    public init(isReadOnlyRoot: Bool = false, hasOwnTmp: Bool = false, dropsCapabilities: Bool = false) {
        self.isReadOnlyRoot = isReadOnlyRoot
        self.hasOwnTmp = hasOwnTmp
        self.dropsCapabilities = dropsCapabilities
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
