// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct UpdateDatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Fetches newer advisories, or other data that are named.",
        discussion: """
            Without options, Trivy's data base comes from the first public repository that gives it, unless the data in the
            cache are fresh. What comes is checked before it takes the place of what is there; scans that are going on end
            with the old data.
            """)

    @OptionGroup
    var repositories: RepositoryOptions

    @Option(
        help: ArgumentHelp(
            "Take the artifact of this digest and no other, whatever its age.", valueName: "digest"))
    var dbDigest: String?

    @Flag(
        help: ArgumentHelp(
            "Fetch the Java index too, which names jars; it is kept up to date where it is there, and comes by itself after a scan that missed it."
        ))
    var java = false

    @Option(
        help: ArgumentHelp(
            "Take the advisories of ecosystems from OSV: Debian:12,npm; what the data have of others stays.",
            valueName: "ecosystems"))
    var osv: [String] = []

    @Option(
        help: ArgumentHelp("Where OSV's archives are, ADDRESS/npm/all.zip.", valueName: "address"))
    var osvUrl: String?

    @Option(
        help: ArgumentHelp(
            "Take a table of release lines: which runtimes and distributions are cared for until when.",
            valueName: "file-or-address"))
    var releaseLines: String?

    @Flag(help: "Fetch fresh data again, and take a table that is older than the one in the cache.")
    var force = false

    @OptionGroup(title: "Registry")
    var registries: RegistryArguments

    @OptionGroup(title: "Network")
    var network: NetworkArguments

    @OptionGroup
    var shared: SharedOptions

    func validate() throws {
        guard osvUrl == nil || !osv.isEmpty else { throw ValidationError("'--osv-url' needs '--osv'") }
        guard osv.allSatisfy({ !Self.names(in: $0).isEmpty }) else {
            throw ValidationError("'--osv' names no ecosystem; such as Debian:12 or npm")
        }
        guard osv.isEmpty || dbDigest == nil else {
            throw ValidationError("'--osv' or '--db-digest', not both: merged data are those of no artifact")
        }
    }

    private static func names(in text: String) -> [String] { text.split(separator: ",").map(String.init) }

    func run() async throws {
        let setup = try shared.setup(network, registries)
        if releaseLines == nil, let name = setup.environment.nameOfOption("DB_PATH") {
            StandardError.write(
                "note: scans use the data that \(name) names, not the ones that are fetched here\n")
        }
        var wishes = try repositories.wishes(setup.environment)
        wishes.pinned = try digest(dbDigest ?? setup.environment.option("DB_DIGEST"))
        wishes.takesJava = java
        wishes.osv = osv.flatMap(Self.names)
        wishes.osvAddress = osvUrl ?? setup.environment.option("OSV_URL")
        wishes.releaseLines = releaseLines
        wishes.force = force
        let update = UpdateDatabase(wishes)
        StandardOutput.write(try await interruptible { try await update.run(in: setup) } + "\n")
    }
}

/// Where Trivy's data bases are fetched from.
struct RepositoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Repositories with Trivy's data base, in the order they are tried; comma-separated, or again for more.",
            valueName: "repositories"))
    var dbRepository: [String] = []

    @Option(help: ArgumentHelp("The same for the Java index.", valueName: "repositories"))
    var javaDbRepository: [String] = []

    func wishes(_ environment: [String: String]) throws -> UpdateDatabase.Wishes {
        func list(_ named: [String], _ variable: String) -> [String] {
            let texts = named.isEmpty ? [environment.option(variable)].compactMap(\.self) : named
            return texts.flatMap { $0.split(separator: ",").map(String.init) }
        }
        var wishes = UpdateDatabase.Wishes()
        wishes.repositories = list(dbRepository, "DB_REPOSITORY")
        wishes.javaRepositories = list(javaDbRepository, "JAVA_DB_REPOSITORY")
        return wishes
    }
}

/// The digest in an option's text.
func digest(_ text: String?) throws -> Digest? {
    guard let text else { return nil }
    guard let digest = Digest(text) else {
        throw ValidationError("--db-digest is sha256:… with 64 hexadecimal digits, not '\(text)'")
    }
    return digest
}
