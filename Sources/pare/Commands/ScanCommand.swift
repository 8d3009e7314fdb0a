// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Lists the packages of an image and their known vulnerabilities.",
        discussion: """
            TARGET is a tar of 'docker save' or 'podman save', an OCI layout (folder or tar), a root file system folder, or
            the name of an image, which is looked for in Docker, containerd, podman and its registry.
            """)

    @Argument(help: "Image tar, OCI layout, folder, or name of an image.")
    var target: String?

    @Option(help: "A TARGET that is a file or folder, as Trivy names it.")
    var input: String?

    @Option(
        name: .shortAndLong,
        help: "table, json (Trivy's schema, version 2), openvex (what is dismissed), cyclonedx or spdx-json.")
    var format: ScanFormat = .table

    @Flag(help: "One row for each finding in the table.")
    var all = false

    @Flag(help: "Packages in the JSON too.")
    var listAllPkgs = false

    @Option(help: "Exit code when findings are left after the filters.")
    var exitCode: Int32 = 0

    @Option(
        help: ArgumentHelp("Platform of a multi-platform image.", valueName: "os/arch"),
        transform: readPlatform)
    var platform: Platform?

    @Flag(help: "Read every layer anew, and keep nothing.")
    var noCache = false

    @Flag(help: "Hash the layers of a docker-archive too; those of an OCI layout always are.")
    var verifyLayers = false

    @Flag(
        help:
            "Read every program, and dismiss findings in libraries whose flaw nothing in the image can enter."
    )
    var evidence = false

    @Flag(help: "Scan nothing, and fetch newer advisories as 'pare db update' does.")
    var downloadDbOnly = false

    @OptionGroup
    var repositories: RepositoryOptions

    @OptionGroup(title: "Findings")
    var findings: FindingOptions

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

    func validate() throws {
        if downloadDbOnly {
            guard target == nil, input == nil, !findings.skipDbUpdate else {
                throw ValidationError("--download-db-only goes with no target, and not with --skip-db-update")
            }
            return
        }
        guard (target == nil) != (input == nil) else { throw ValidationError("name one target") }
        guard (0...255).contains(exitCode) else { throw ValidationError("--exit-code is 0 to 255") }
    }

    func run() async throws {
        let setup = try shared.setup(network, registries)
        if downloadDbOnly {
            var wishes = try repositories.wishes(setup.environment)
            wishes.pinned = try findings.pinned(setup.environment)
            let update = UpdateDatabase(wishes)
            StandardOutput.write(try await interruptible { try await update.run(in: setup) } + "\n")
            return
        }
        let scan = Scan(
            target: target ?? input ?? "", platform: platform,
            selection: try findings.options(setup.environment),
            cachesLayers: !noCache, verifiesLayers: verifyLayers, readsPrograms: evidence,
            isPath: target == nil, search: try image.search(setup.environment))
        let report = try await interruptible { try await scan.run(in: setup) }
        let style = shared.tableStyle
        switch format {
        case .table:
            try output.write(report.table(output.output == nil ? style : .plain, listsEveryFinding: all))
        case .json: try output.write(report.trivyJSON(listsAllPackages: listAllPkgs))
        case .openvex: try output.write(report.openVEX)
        case .cyclonedx: try output.write(report.cycloneDX)
        case .spdx: try output.write(report.spdx)
        }
        if exitCode != 0, !report.open.isEmpty { throw ExitCode(exitCode) }
    }
}

enum ScanFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, openvex, cyclonedx
    case spdx = "spdx-json"
}
