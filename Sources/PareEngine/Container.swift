// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A container that is ready to be started for a trial.
struct Container: Sendable {
    let name: String
    /// Runs the container in the foreground: its outputs are the container's, and it ends with it.
    let start: Command
    let route: Route
    /// Sends a signal such as `TERM` to the container's first process.
    let signal: @Sendable (String) -> Command
    /// Number of the container's first process on this host; `nil` until it runs, and where the host does not see it.
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
    /// Makes a container ready, lets the body use it, and removes everything again, whatever happens.
    func withContainer<Value: Sendable>(
        for request: TrialRequest, _ body: @Sendable (Container) async throws -> Value
    ) async throws -> Value {
        try checkName(request.image)
        let name = ContainerName.next(.trial)
        let folder = "\(request.scratch)/\(name)"
        try Folder.create(folder)
        do {
            let container =
                kind == .buildah
                ? try await bundledContainer(name, for: request, in: folder)
                : try await engineContainer(name, for: request)
            let value = try await body(container)
            await unhindered { await removeTrial(name, folder: folder) }
            return value
        } catch {
            await unhindered { await removeTrial(name, folder: folder) }
            throw error
        }
    }

    /// Removes a trial's container with its processes and mounts; what is not there is no error.
    ///
    /// - Parameter folder: Where the trial kept its files; `nil` for one of another run.
    func removeTrial(_ name: String, folder: String? = nil) async {
        func quietly(_ command: Command) async { _ = try? await command.result(within: .seconds(60)) }
        guard kind == .buildah else {
            await quietly(command(["rm", "--force", "--volumes", name]))
            if let folder { Folder.remove(folder) }
            return
        }
        if let folder, let runtime {
            await quietly(runtimeCommand(runtime, in: folder, ["delete", "--force", name]))
        }
        // A runtime that was killed itself leaves the container's processes and control groups.
        for process in ProcessTable.members(ofGroup: name) { kill(process, SIGKILL) }
        await ControlGroups.remove(name)
        await quietly(command(["umount", name]))
        await quietly(command(["rm", name]))
        if let folder { Folder.remove(folder) }
    }
}

/// The control groups that a runtime makes for a container.
enum ControlGroups {
    /// Removes the groups of a name in all hierarchies, waiting a little for processes that are being killed.
    static func remove(_ name: String) async {
        let top = "/sys/fs/cgroup"
        for _ in 0..<50 {
            let paths = [top] + Folder.names(top).map { "\(top)/\($0)" }
            var isLeft = false
            for path in paths.map({ "\($0)/\(name)" }) where access(path, F_OK) == 0 {
                if rmdir(path) != 0 { isLeft = true }
            }
            if !isLeft { return }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
        }
    }
}
