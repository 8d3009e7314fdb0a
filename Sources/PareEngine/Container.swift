// SPDX-License-Identifier: Apache-2.0

import PareModel

/// A container that is ready to be started for a trial.
struct Container: Sendable {
    let name: String
    /// Runs the container in the foreground: its outputs are the container's, and it ends with it.
    let start: Command
    let route: Route
    /// Sends a signal such as `TERM` to the container's first process.
    let signal: @Sendable (String) -> Command
    /// Number of the container's first process on this host; `nil` until it runs, and where the host does not
    /// see it.
    let processID: @Sendable () async -> Int32?
    /// Why the container could not be started, read from how ``start`` ended; `nil` where it was started.
    let startFailure: @Sendable (CommandEnd, Tail) -> String?

    /// How the trial reaches the application's port.
    enum Route: Sendable {
        /// By a socket made in the container's own network, so that no port of the host is taken.
        case namespace
        /// By a port of the host that the engine chose; the command prints it.
        case published(Command)
    }
}

extension Engine {
    /// Makes a container ready, lets the body use it, and removes everything again, whatever happens; what
    /// could not be removed is told to the progress.
    func withContainer<Value: Sendable>(
        for request: TrialRequest, progress: ProgressSink, _ body: @Sendable (Container) async throws -> Value
    ) async throws -> Value {
        try checkName(request.image)
        let name = ContainerName.next(.trial)
        let folder = Folder.absolute("\(request.scratch)/\(name)")
        try Folder.create(folder)
        let result: Result<Value, any Error>
        do {
            let container =
                kind == .buildah
                ? try await bundledContainer(name, for: request, in: folder)
                : try await engineContainer(name, for: request)
            result = .success(try await body(container))
        } catch {
            result = .failure(error)
        }
        let left = await unhindered { await removeTrial(name, folder: folder) }
        if let left { progress.report(.note("the container '\(name)' could not be removed: \(left)")) }
        return try result.get()
    }

    /// Removes a trial's container with its processes, its mounts, and the folder of its files, which is not
    /// known for one of another run; what is not there is no error.
    ///
    /// - Returns: Why the container is still there, where it is.
    @discardableResult
    func removeTrial(_ name: String, folder: String? = nil) async -> String? {
        @discardableResult
        func attempt(_ command: Command) async -> CommandResult? {
            try? await command.result(within: .seconds(60))
        }
        let last: CommandResult?
        if kind == .buildah {
            if let folder, let runtime {
                await attempt(runtimeCommand(runtime, in: folder, ["delete", "--force", name]))
            }
            await ControlGroups.remove(name)
            await attempt(command(["umount", name]))
            last = await attempt(command(["rm", name]))
        } else {
            last = await attempt(command(["rm", "--force", "--volumes", name]))
        }
        if let folder { Folder.remove(folder) }
        if last?.isSuccess == true { return nil }
        return await trialContainers().contains(name) ? last?.reason ?? "no answer" : nil
    }
}
