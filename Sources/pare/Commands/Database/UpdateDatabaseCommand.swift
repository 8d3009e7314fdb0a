// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

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
            "The table: a file, or an https address.", valueName: "file-or-address"))
    var releaseLines: String?

    @Flag(help: "Take a table that is older than the one in the cache.")
    var force = false

    @OptionGroup(title: "Network")
    var network: NetworkArguments

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = try shared.setup(network)
        var wishes = UpdateDatabase.Wishes()
        (wishes.releaseLines, wishes.force) = (releaseLines, force)
        let update = UpdateDatabase(wishes)
        StandardOutput.write(try await interruptible { try await update.run(in: setup) } + "\n")
    }
}
