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
            Dockerfile is written beside yours as Dockerfile.pare, the proof as a folder pare-proof.
            """)

    @Argument(help: "Folder of the application.")
    var path: String

    @Option(
        name: .customLong("file"),
        help: ArgumentHelp("The Dockerfile; PATH/Dockerfile by default.", valueName: "file"))
    var file: String?

    @Flag(help: "Replace the Dockerfile; the old one is kept as Dockerfile.orig.")
    var write = false

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

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = shared.setup()
        let fix = Fix(
            path: path, dockerfile: file, recipes: recipe, questions: try questions.questions(for: setup),
            limits: questions.limits, selection: try findings.options(setup.environment),
            engine: engine.engine,
            replacesDockerfile: write)
        let proof = try await interruptible { try await fix.run(in: setup) }
        try output.write(
            format == .json ? proof.json : proof.table(output.output == nil ? shared.tableStyle : .plain))
        guard !shared.quiet else { return }
        let name = file ?? path + "/Dockerfile"
        StandardError.write("dockerfile: \(write ? name : name + ".pare")\n")
        StandardError.write("proof: \(path)/pare-proof/report.html\n")
    }
}
