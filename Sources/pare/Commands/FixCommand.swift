// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct FixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract:
            "Makes an application's image small and free of known vulnerabilities, and proves that it still works.",
        discussion: """
            Builds the image as it is, measures and starts it; builds each candidate, starts it, and compares. The best one's
            Dockerfile is written beside yours as Dockerfile.pare, what it changes in manifests and lock files as
            dependencies.pare.patch, the proof as a folder pare-proof.
            """)

    @Argument(help: "Folder of the application.")
    var path: String

    @Option(
        name: .customLong("file"),
        help: ArgumentHelp("The Dockerfile; PATH/Dockerfile by default.", valueName: "file"))
    var file: String?

    @Flag(
        help:
            "Replace the Dockerfile, manifests and lock files; the old ones are kept with '.orig' behind their names."
    )
    var write = false

    @Flag(help: "Print what would be tried, in which order and why; build nothing.")
    var list = false

    @Option(
        help: ArgumentHelp(
            "How long the search may take, as 90s, 10m or 1h; the best that is proven by then is taken.",
            valueName: "time"))
    var budget: String?

    @Flag(help: "Start over, where an interrupted run has left finished candidates.")
    var fresh = false

    @Option(help: ArgumentHelp("Try only this recipe; again for more.", valueName: "name"))
    var recipe: [String] = []

    @OptionGroup(title: "Questions")
    var questions: QuestionOptions

    @Option(name: .shortAndLong, help: "table or json.")
    var format: ResultFormat = .table

    @OptionGroup(title: "Findings")
    var findings: FindingOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Engine")
    var offline: OfflineArguments

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup
    var shared: SharedOptions

    func validate() throws {
        guard let budget, TimeBudget(budget) == nil else { return }
        throw ValidationError("'\(budget)' is no time: --budget is 90s, 10m or 1h, a week at most")
    }

    func run() async throws {
        let setup = try shared.setup(offline)
        let fix = Fix(
            path: path, dockerfile: file, recipes: recipe, questions: try questions.questions(for: setup),
            limits: questions.limits, selection: try findings.options(setup.environment),
            engine: engine.engine,
            search: .init(budget: budget.flatMap(TimeBudget.init), startsAfresh: fresh), replacesFiles: write)
        let style = output.output == nil ? shared.tableStyle : .plain
        if list {
            let plan = try await interruptible { try await fix.plan(in: setup) }
            return try output.write(format == .json ? plan.json : plan.table(style))
        }
        let proof = try await interruptible { try await fix.run(in: setup) }
        try output.write(format == .json ? proof.json : proof.table(style))
        guard !shared.quiet else { return }
        let name = file ?? path + "/Dockerfile"
        StandardError.write("dockerfile: \(write ? name : name + ".pare")\n")
        if proof.patch != nil, !write { StandardError.write("patch: \(path)/dependencies.pare.patch\n") }
        StandardError.write("proof: \(path)/pare-proof/report.html\n")
    }
}
