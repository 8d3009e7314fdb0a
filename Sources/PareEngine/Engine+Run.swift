// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A command to run in a container that is thrown away afterwards.
package struct RunRequest: Sendable {
    package var image: String
    /// The program, which must be in the image, and its arguments.
    package var words: [String]
    /// Folders of the host, and where the container sees them.
    package var folders: [(host: String, container: String)] = []
    /// More volumes, as an engine's command line has them: `/host:/container:ro`.
    package var volumes: [String] = []
    /// Not for secrets: other users of the machine can read a command line.
    package var environment: [String: String] = [:]
    package var workingDirectory = "/"
    package var limit = Duration.seconds(300)

    package init(image: String, words: [String]) {
        self.image = image
        self.words = words
    }
}

/// How a command in a container ended, and what it said.
package struct RunResult: Sendable {
    /// As a shell counts: 127 for a program that is not there.
    package let code: Int
    /// The last 256 KiB of each.
    package let output: String
    package let errors: String
    package var isSuccess: Bool { code == 0 }
}

extension Engine {
    /// Runs a command in a container made of an image, on the host's network, and removes the container.
    ///
    /// The files that it writes in the folders given are this user's.
    ///
    /// - Throws: `EngineError.noImage`, `.badName`, `.badPath`, `.refused`, `.tookTooLong`; `CancellationError`.
    package func run(_ request: RunRequest) async throws -> RunResult {
        try checkName(request.image)
        for folder in request.folders.map(\.host) where folder.contains(where: { $0 == ":" || $0 == "," }) {
            throw EngineError.badPath(folder)
        }
        guard try await exists(request.image) else { throw EngineError.noImage(request.image) }
        let name = ContainerName.next(.run)
        let result: Result<CommandResult, any Error>
        do {
            if kind == .buildah {
                let from = ["from", "--pull=never", "--name", name, "--", request.image]
                try await act("make a container of '\(request.image)'", from, limit: .seconds(120))
            }
            result = .success(
                try await command(runArguments(request, name: name)).result(within: request.limit))
        } catch {
            result = .failure(error)
        }
        _ = await unhindered { await removeTrial(name) }
        let ended = try result.get()
        return RunResult(code: Self.code(of: ended), output: ended.output, errors: ended.errors)
    }

    func runArguments(_ request: RunRequest, name: String) -> [String] {
        let mounts =
            (request.folders.map { "\(Folder.absolute($0.host)):\($0.container)" } + request.volumes)
            .flatMap { ["--volume", $0] }
        let variables = request.environment.sorted { $0.key < $1.key }
            .flatMap { ["--env", "\($0.key)=\($0.value)"] }
        let place = ["--network", "host", "--workingdir", request.workingDirectory]
        switch kind {
        case .buildah:
            let start = ["run", "--isolation", "chroot", "--user", "0:0"] + place
            return start + mounts + variables + ["--", name] + request.words
        case .podman, .docker:
            // A daemon's root would leave files that this user cannot remove; podman's root is this user.
            let user = kind == .docker ? "\(geteuid()):\(getegid())" : "0:0"
            let entry = ["--entrypoint", request.words.first ?? ""]
            let start = ["run", "--name", name, "--pull=never", "--user", user] + place
            return start + mounts + variables + entry + [request.image] + request.words.dropFirst()
        }
    }

    /// buildah has exit code 1 of its own for a program that is not in the image.
    private static func code(of result: CommandResult) -> Int {
        result.code == 1 && result.errors.contains("executable file not found") ? 127 : result.code
    }
}
