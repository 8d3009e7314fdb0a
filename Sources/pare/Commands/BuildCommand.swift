// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Builds an image with the engine that is there.",
        discussion: "Options in the variable PARE_BUILD_OPTIONS are handed to the engine as they are.")

    @Argument(help: "Folder with the Dockerfile.")
    var path: String

    @Option(name: .shortAndLong, help: "Name of the image.")
    var tag: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The Dockerfile; PATH/Dockerfile by default.", valueName: "file"))
    var file: String?

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Engine")
    var offline: OfflineArguments

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let setup = try shared.setup(offline)
        let build = Build(path: path, dockerfile: file, tag: tag, engine: engine.engine)
        StandardOutput.write(try await interruptible { try await build.run(in: setup) } + "\n")
    }
}

/// What runs builds and containers.
struct EngineOptions: ParsableArguments {
    @Option(help: "docker, podman or buildah; what is there by default.")
    var engine: String?
}
