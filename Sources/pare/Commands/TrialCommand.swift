// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct TrialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial",
        abstract: "Starts an image, asks it questions, records its answers, and stops it.",
        discussion: "An image without a port runs its command to the end; exit code and output are recorded.")

    @Argument(help: "Name of an image that the engine has.")
    var image: String

    @Argument(help: "Command in place of the image's own.")
    var command: [String] = []

    @OptionGroup(title: "Questions")
    var questions: QuestionOptions

    @Flag(help: "The image's files cannot be written.")
    var readOnly = false

    @Flag(help: "/tmp is an empty folder in memory that can be written.")
    var writableTmp = false

    @Flag(help: "No capability at all.")
    var capDropAll = false

    @Option(name: .shortAndLong, help: "table or json.")
    var format: ResultFormat = .table

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Engine")
    var offline: OfflineArguments

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = try shared.setup(offline)
        let trial = Trial(
            image: image, command: command, asking: try questions.questions(for: setup),
            limits: questions.limits, engine: engine.engine,
            restrictions: TrialRestrictions(
                isReadOnlyRoot: readOnly, hasOwnTmp: writableTmp, dropsCapabilities: capDropAll))
        let behaviour = try await interruptible { try await trial.run(in: setup) }
        let style = output.output == nil ? shared.tableStyle : .plain
        try output.write(format == .json ? behaviour.json : behaviour.table(style))
    }
}

/// What to ask, and how long to wait.
struct QuestionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A path to ask, besides '/'; again for more.", valueName: "/path"))
    var ask: [String] = []

    @Option(
        help: ArgumentHelp(
            "File of questions: one a line ('/path', 'POST /path content/type body'), or an .http file.",
            valueName: "file"))
    var askFile: String?

    @Option(
        help: ArgumentHelp("OpenAPI document: each GET that needs no parameter is asked.", valueName: "file"))
    var askOpenapi: String?

    @Option(help: ArgumentHelp("The application's port; the exposed one by default.", valueName: "port"))
    var port: Int?

    @Option(help: ArgumentHelp("How long the application may take to answer first.", valueName: "seconds"))
    var startLimit = 60

    func validate() throws {
        if let port, !(1...65535).contains(port) { throw ValidationError("no port \(port); 1 to 65535") }
        guard (1...3600).contains(startLimit) else {
            throw ValidationError("--start-limit is 1 to 3600 seconds")
        }
    }

    var limits: TrialLimits { TrialLimits(port: port, startSeconds: startLimit) }

    /// Whether anything but `GET /` is to be asked.
    var areGiven: Bool { !ask.isEmpty || askFile != nil || askOpenapi != nil }

    func questions(for setup: Setup) throws -> [Question] {
        try Trial.questions(paths: ask, file: askFile, openAPI: askOpenapi, progress: setup.progress)
    }
}
