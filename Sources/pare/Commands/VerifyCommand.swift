// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks a proof of 'pare fix' again: its files, its inputs, the image, with today's data.",
        discussion: """
            Builds the image from the proof's Dockerfile and the application's folder, asks what was asked then, and compares with
            the answers of the image before the fix. Ends with 1 where the proof does not hold.
            """)

    @Argument(help: "The folder pare-proof.")
    var proof: String

    @Option(
        help: ArgumentHelp(
            "The application's folder; the one that the proof lies in by default.", valueName: "folder"))
    var context: String?

    @Flag(help: "Build nothing: look at the files, and judge the recorded packages with today's data.")
    var noBuild = false

    @Option(help: "Exit code when the proof holds and findings are open that are new since.")
    var exitCode: Int32 = 0

    @Option(name: .shortAndLong, help: "table or json.")
    var format: ResultFormat = .table

    @OptionGroup(title: "Data")
    var database: DatabaseOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Engine")
    var offline: OfflineArguments

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup
    var shared: SharedOptions

    func validate() throws {
        guard (0...255).contains(exitCode) else { throw ValidationError("--exit-code is 0 to 255") }
    }

    func run() async throws {
        let setup = try shared.setup(offline)
        let verify = Verify(
            folder: proof, context: context, builds: !noBuild,
            database: database.folder(setup.environment), engine: engine.engine)
        let result = try await interruptible { try await verify.run(in: setup) }
        let style = output.output == nil ? shared.tableStyle : .plain
        try output.write(format == .json ? result.json : result.table(style))
        guard result.holds else { throw ExitCode(1) }
        if exitCode != 0, !result.comparison.introduced.isEmpty { throw ExitCode(exitCode) }
    }
}
