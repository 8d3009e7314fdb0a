// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Sets two images side by side: size, packages, findings, and behaviour where both can run.",
        discussion:
            "BEFORE and AFTER are what 'pare scan' takes, and with --trial or --engine names of images that the engine has."
    )

    @Argument(help: "The older image.")
    var before: String

    @Argument(help: "The newer image.")
    var after: String

    @Flag(help: "Start both and compare their answers (images of the engine only).")
    var trial = false

    @OptionGroup(title: "Questions")
    var questions: QuestionOptions

    @Option(name: .shortAndLong, help: "table, json or html.")
    var format: ComparisonFormat = .table

    @OptionGroup(title: "Findings")
    var findings: FindingOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Image")
    var image: ImageArguments

    @OptionGroup(title: "Registry")
    var registries: RegistryArguments

    @OptionGroup(title: "Network")
    var network: NetworkArguments

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = try shared.setup(network, registries)
        let asked = trial || questions.areGiven
        let compare = Compare(
            before: before, after: after, questions: asked ? try questions.questions(for: setup) : nil,
            limits: questions.limits,
            selection: try findings.options(setup.environment), engine: engine.engine,
            search: try image.search(setup.environment))
        let comparison = try await interruptible { try await compare.run(in: setup) }
        switch format {
        case .table: try output.write(comparison.table(output.output == nil ? shared.tableStyle : .plain))
        case .json: try output.write(comparison.json)
        case .html: try output.write(comparison.html)
        }
    }
}

enum ComparisonFormat: String, ExpressibleByArgument, CaseIterable { case table, json, html }
