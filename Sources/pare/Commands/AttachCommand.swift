// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Attaches bills of materials, VEX documents and proofs to an image in a registry.",
        discussion: """
            Each becomes an artifact that refers to the image, which stays as it is. 'pare scan REFERENCE --vex oci' uses VEX that \
            is attached. Prints each artifact by its digest.
            """)

    @Argument(help: "Image in a registry, such as registry.example/team/app:1.")
    var reference: String

    @Option(
        help: ArgumentHelp("Bill of materials: CycloneDX or SPDX, JSON; again for more.", valueName: "file"))
    var sbom: [String] = []

    @Option(
        help: ArgumentHelp(
            "VEX document: OpenVEX, CSAF, CycloneDX, or an attestation that holds one; again for more.",
            valueName: "file"))
    var vex: [String] = []

    @Option(help: ArgumentHelp("Folder of a proof that 'pare fix' has written.", valueName: "pare-proof"))
    var proof: String?

    @Option(
        help: ArgumentHelp(
            "Attach to the image for one platform, in place of all.", valueName: "os/arch"),
        transform: readPlatform)
    var platform: Platform?

    @OptionGroup(title: "Registry")
    var registries: RegistryArguments

    @OptionGroup(title: "Network")
    var network: NetworkArguments

    @OptionGroup
    var shared: SharedOptions

    func validate() throws {
        guard !sbom.isEmpty || !vex.isEmpty || proof != nil else {
            throw ValidationError("say what to attach: --sbom, --vex or --proof")
        }
    }

    func run() async throws {
        let setup = try shared.setup(network, registries)
        let attach = Attach(reference: reference, platform: platform, sboms: sbom, vex: vex, proof: proof)
        let attached = try await interruptible { try await attach.run(in: setup) }
        StandardOutput.write(attached.map { "\($0)\n" }.joined())
    }
}

struct AttachmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attachments",
        abstract: "Lists what is attached to an image in a registry, and fetches it.",
        discussion: """
            Listed are artifacts that refer to the image, attestations of BuildKit, and what cosign attaches. Signatures are not \
            verified.
            """)

    @Argument(help: "Image in a registry, such as registry.example/team/app:1.")
    var reference: String

    @Option(name: .shortAndLong, help: "table or json.")
    var format: ResultFormat = .table

    @Option(
        help: ArgumentHelp(
            "Write the documents into a folder, those of each attachment into one of their own.",
            valueName: "folder"))
    var fetch: String?

    @Option(
        help: ArgumentHelp("Platform of a multi-platform image.", valueName: "os/arch"),
        transform: readPlatform)
    var platform: Platform?

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Registry")
    var registries: RegistryArguments

    @OptionGroup(title: "Network")
    var network: NetworkArguments

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = try shared.setup(network, registries)
        let verb = ListAttachments(reference: reference, platform: platform, folder: fetch)
        let list = try await interruptible { try await verb.run(in: setup) }
        StandardError.tell(list.diagnostics)
        switch format {
        case .table: try output.write(list.table(output.output == nil ? shared.tableStyle : .plain))
        case .json: try output.write(list.json)
        }
    }
}
