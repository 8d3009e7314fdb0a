// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Saves an image of a registry as an OCI layout.",
        discussion: """
            FOLDER becomes an OCI layout with the image byte by byte as it is there, which 'pare scan', 'pare push', podman and \
            skopeo read. Prints the image by its digest.
            """)

    @Argument(help: "Name of the image, such as node:20 or registry.example/team/app:1.")
    var reference: String

    @Argument(help: "Where the layout goes.")
    var folder: String

    @Option(
        help: ArgumentHelp("Platform of a multi-platform image.", valueName: "os/arch"),
        transform: readPlatform)
    var platform: Platform?

    @Flag(help: "Save the index of a multi-platform image, with all that it lists.")
    var allPlatforms = false

    @Flag(help: "Replace a layout that is there.")
    var force = false

    @OptionGroup(title: "Registry")
    var registries: RegistryArguments

    @OptionGroup(title: "Network")
    var network: NetworkArguments

    @OptionGroup
    var shared: SharedOptions

    func validate() throws {
        guard platform == nil || !allPlatforms else {
            throw ValidationError("--platform or --all-platforms, not both")
        }
    }

    func run() async throws {
        let setup = try shared.setup(network, registries)
        let pull = Pull(
            reference: reference, folder: folder, platform: platform, takesAllPlatforms: allPlatforms,
            replaces: force)
        let pulled = try await interruptible { try await pull.run(in: setup) }
        StandardOutput.write("\(pulled)\n")
    }
}
