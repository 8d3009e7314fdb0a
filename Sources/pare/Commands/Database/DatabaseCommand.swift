// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Shows and updates the data that pare judges by.",
        subcommands: [
            UpdateDatabaseCommand.self, DatabaseStatusCommand.self, ExportDatabaseCommand.self,
            ImportDatabaseCommand.self,
        ])
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
        StandardError.tell(report.diagnostics)
        StandardOutput.write(report.text)
    }
}

struct ExportDatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the data in use into one file, for a machine without a network.",
        discussion: """
            The file holds the advisories, the Java index and the release lines, where they are there, with their digests.
            'pare db import' takes it; it is a tar packed by zstd.
            """)

    @Argument(help: "The file to write.")
    var file: String

    @Flag(help: "Write over a file that is there.")
    var force = false

    @OptionGroup
    var database: DatabaseOptions

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = shared.setup()
        let export = ExportDatabase(
            database: database.folder(setup.environment), file: file, replaces: force)
        StandardOutput.write(try await interruptible { try await export.run(in: setup) } + "\n")
    }
}

struct ImportDatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Takes the data of a file that 'pare db export' has written.",
        discussion: "Everything is checked before it takes the place of what is there.")

    @Argument(help: "The file to read.")
    var file: String

    @Flag(help: "Take data that are older than the ones that are there.")
    var force = false

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = shared.setup()
        let data = ImportDatabase(file: file, takesOlder: force)
        StandardOutput.write(try await interruptible { try await data.run(in: setup) } + "\n")
    }
}
