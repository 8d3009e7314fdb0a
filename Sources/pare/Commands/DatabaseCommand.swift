// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Shows and updates the data that pare judges by.",
        subcommands: [UpdateDatabaseCommand.self, DatabaseStatusCommand.self])
}

struct UpdateDatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract:
            "Updates the table of release lines: which runtimes and distributions are cared for until when.",
        discussion: """
            The table is checked before it takes the place of the one in the cache. Advisories are not fetched yet: pare reads
            Trivy's data base where there is one, and 'trivy image --download-db-only' puts it there.
            """)

    @Option(
        help: ArgumentHelp(
            "The table: a file, or an https address, which 'curl' fetches.", valueName: "file-or-address"))
    var releaseLines: String?

    @Flag(help: "Take a table that is older than the one in the cache.")
    var force = false

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = shared.setup()
        let update = UpdateDatabase(releaseLines: releaseLines, takesOlder: force)
        StandardOutput.write(try await interruptible { try await update.run(in: setup) } + "\n")
    }
}

struct DatabaseStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Says which data are in use, and how old they are.")

    @OptionGroup
    var database: DatabaseOptions

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = shared.setup()
        let report = try DatabaseStatus(database: database.folder(setup.environment)).run(in: setup)
        for diagnostic in report.diagnostics {
            StandardError.write("\(diagnostic.severity.rawValue): \(diagnostic.message)\n")
        }
        StandardOutput.write(report.text)
    }
}
