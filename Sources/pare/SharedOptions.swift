// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Glibc
import PareKit
import PareModel

/// Options of every command.
struct SharedOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Print results only, no progress.")
    var quiet = false

    @Flag(help: "Print without colours (also by the variable NO_COLOR).")
    var noColor = false

    /// What verbs need of the world.
    func setup(
        _ network: NetworkSettings = NetworkSettings(), _ registries: RegistryAccess = RegistryAccess()
    ) -> Setup {
        Setup(
            environment: environment, progress: TerminalProgress(isQuiet: quiet).sink, network: network,
            registries: registries)
    }

    /// The same of verbs whose engine may use the network.
    func setup(_ offline: OfflineArguments) throws -> Setup {
        var network = NetworkSettings()
        network.isOffline = try offline.isOffline(environment)
        return setup(network)
    }

    /// The same of verbs that use the network.
    func setup(_ network: NetworkArguments, _ registries: RegistryArguments? = nil) throws -> Setup {
        setup(
            try network.settings(environment), try registries?.access(environment) ?? RegistryAccess())
    }

    var environment: [String: String] {
        var values: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return values
    }

    /// How tables are drawn on standard output.
    var tableStyle: TableStyle {
        let isPlain = noColor || !StandardOutput.isTerminal || !(environment["NO_COLOR"] ?? "").isEmpty
        let width = StandardOutput.width > 0 ? StandardOutput.width : Int(environment["COLUMNS"] ?? "") ?? 120
        return TableStyle(width: max(40, width), isColoured: !isPlain)
    }
}

/// Where advisories come from.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .customLong("db-path"),
        help: ArgumentHelp(
            "Folder with trivy.db, or a Trivy cache folder; else an existing one, else the data on board.",
            valueName: "folder"))
    var database: String?

    /// The folder that was named, by the option or else by a variable.
    func folder(_ environment: [String: String]) -> String? {
        database ?? environment.option("DB_PATH")
    }
}

extension [String: String] {
    /// What `PARE_NAME`, or else `TRIVY_NAME`, says in place of an option; a variable that is set to nothing is as good as
    /// unset, while an option with nothing is a mistake.
    func option(_ name: String) -> String? { nameOfOption(name).flatMap { self[$0] } }

    /// Which variable that is, if one is set.
    func nameOfOption(_ name: String) -> String? {
        ["PARE_" + name, "TRIVY_" + name].first { !(self[$0] ?? "").isEmpty }
    }
}

/// Where advisories come from, and which findings count.
struct FindingOptions: ParsableArguments {
    @OptionGroup
    var database: DatabaseOptions

    @Option(
        help: ArgumentHelp(
            "Use no other advisory data than those of this artifact ('pare db status' says which).",
            valueName: "digest"))
    var dbDigest: String?

    @Flag(help: "For users of Trivy: 'pare scan' never updates data by itself.")
    var skipDbUpdate = false

    /// The artifact that was named.
    func pinned(_ environment: [String: String]) throws -> Digest? {
        try digest(dbDigest ?? environment.option("DB_DIGEST"))
    }

    @Option(
        name: .shortAndLong, help: "Severities to report, comma-separated: UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL.")
    var severity: String?

    @Flag(help: "Leave out findings that no version fixes yet.")
    var ignoreUnfixed = false

    @Option(
        help: ArgumentHelp(
            "File of ids to set aside; .trivyignore is read where it is there.", valueName: "file"))
    var ignorefile: String?

    @Option(
        help: ArgumentHelp(
            "VEX document, folder of documents or VEX repository, or 'oci' for those attached to the image; again for more.",
            valueName: "file"))
    var vex: [String] = []

    @Flag(help: "Set nothing aside, whoever says what: every finding is open.")
    var noDismissals = false

    func options(_ environment: [String: String]) throws -> FindingSelection {
        let severity = severity ?? environment.option("SEVERITY")
        let severities = try severity.map { text in
            try Set(
                text.split(separator: ",", omittingEmptySubsequences: false).map { name in
                    guard let severity = Severity(name: String(name)) else {
                        throw ValidationError(
                            "no severity '\(name)'; one of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL")
                    }
                    return severity
                })
        }
        return FindingSelection(
            database: database.folder(environment), pinnedData: try pinned(environment),
            severities: severities,
            ignoresUnfixed: ignoreUnfixed || environment.option("IGNORE_UNFIXED") == "true",
            ignoreFile: ignorefile ?? environment.option("IGNOREFILE"),
            vex: vex.isEmpty
                ? environment.option("VEX").map { $0.split(separator: ",").map(String.init) } ?? [] : vex,
            dismissesNothing: noDismissals || environment.option("NO_DISMISSALS") == "true")
    }
}

/// How a result is written that is for a person or for a program.
enum ResultFormat: String, ExpressibleByArgument, CaseIterable { case table, json }

/// Where a result goes.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Write the result to a file.", valueName: "file"))
    var output: String?

    /// Writes a result to the file, replacing it as a whole, or to standard output.
    func write(_ text: String) throws {
        guard let output, output != "-" else { return StandardOutput.write(text) }
        if try isDeviceOrPipe(output) { return try replaceFile(output, with: text) }
        try uninterrupted { try replaceFile(output, with: text) }
    }
}
