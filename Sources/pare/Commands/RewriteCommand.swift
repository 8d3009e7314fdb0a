// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct RewriteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrite",
        abstract: "Rewrites a Dockerfile onto a minimal base: text to text, with a reason for each edit.",
        discussion: "The result goes to standard output, the reasons to standard error.")

    @Argument(help: "The Dockerfile; '-' reads standard input.")
    var dockerfile: String

    @Option(
        help: ArgumentHelp(
            "Family of bases: \(Rewrite.providers.joined(separator: ", ")).", valueName: "name"))
    var provider = "distill"

    @Option(
        help: ArgumentHelp(
            "One of the recipes that 'pare fix' tries, in place of a provider.", valueName: "name"))
    var recipe: String?

    @Option(
        help: ArgumentHelp("Folder of the application; the Dockerfile's by default.", valueName: "folder"))
    var context: String?

    @Flag(help: "Print a unified diff.")
    var diff = false

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = shared.setup()
        let rewrite = Rewrite(dockerfile: dockerfile, context: context, recipe: recipe ?? provider)
        let result = try rewrite.run(in: setup)
        if !shared.quiet {
            for edit in result.edits { StandardError.tell("\(result.name):\(edit.line): \(edit.reason)") }
            for diagnostic in result.diagnostics {
                let place = diagnostic.location ?? result.name
                StandardError.tell("\(place): \(diagnostic.severity.rawValue): \(diagnostic.message)")
            }
        }
        try output.write(diff ? result.diff : result.text)
    }
}
