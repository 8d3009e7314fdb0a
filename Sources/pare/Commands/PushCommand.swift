// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Brings an image from a file into a registry.",
        discussion: """
            SOURCE is an OCI layout (folder or tar), whose image is pushed byte by byte as it is, or a tar of 'docker save' or \
            'podman save', whose layers are packed. REFERENCE says where it goes. Prints the image by its digest.
            """)

    @Argument(help: "OCI layout or image tar.")
    var source: String

    @Argument(help: "Where the image goes, such as registry.example/team/app:1.")
    var reference: String

    @Option(
        help: ArgumentHelp("Platform of a multi-platform image.", valueName: "os/arch"),
        transform: readPlatform)
    var platform: Platform?

    @Flag(help: "Push the index of a multi-platform layout, with all that it lists.")
    var allPlatforms = false

    @Option(
        help: ArgumentHelp(
            "Repository of the same registry whose layers are used where they fit; again for more.",
            valueName: "repository"))
    var mountFrom: [String] = []

    @Option(
        help: ArgumentHelp(
            "Folder of a proof to attach, with its bill of materials and VEX document.",
            valueName: "pare-proof"))
    var attach: String?

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
        let push = Push(
            source: source, reference: reference, platform: platform, takesAllPlatforms: allPlatforms,
            mountsFrom: mountFrom, attaching: attach)
        let pushed = try await interruptible { try await push.run(in: setup) }
        StandardOutput.write("\(pushed)\n")
    }
}
