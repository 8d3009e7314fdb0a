// SPDX-License-Identifier: Apache-2.0

import Glibc
import PareModel

extension Engine {
    /// The OCI runtime that works on this machine: runc, or crun where control groups are all of version 2.
    var runtime: String? { host.runc ?? (host.controlGroups == .unified ? host.crun : nil) }

    func runtimeCommand(_ runtime: String, in folder: String, _ arguments: [String]) -> Command {
        let options = ["--root", folder + "/state", "--log", folder + "/runtime.log"]
        return Command(executable: runtime, arguments: options + arguments, environment: environment)
    }

    /// A working container of buildah with its file system mounted, and a bundle for a runtime around it.
    func bundledContainer(_ name: String, for request: TrialRequest, in folder: String) async throws
        -> Container
    {
        guard host.isRoot else { throw EngineError.needsRoot(engine: kind.rawValue) }
        guard let runtime else { throw EngineError.runtimeMissing(reason: runtimeProblem) }
        guard try await exists(request.image) else { throw EngineError.noImage(request.image) }
        let limit = Duration.seconds(120)
        let from = ["from", "--pull=never", "--name", name, "--", request.image]
        try await act("make a container of '\(request.image)'", from, limit: limit)
        let root = try await act("mount '\(request.image)'", ["mount", name], limit: limit)
        try Folder.write(Self.hostsFile, to: folder + "/hosts")
        let bundle = try bundle(for: request, root: root, folder: folder)
        try Folder.write(bundle.text, to: folder + "/config.json")

        let processFile = folder + "/process"
        @Sendable func processID() -> Int32? { Folder.text(processFile).flatMap { Int32($0) } }
        return Container(
            name: name,
            start: runtimeCommand(
                runtime, in: folder, ["run", "--bundle", folder, "--pid-file", processFile, name]),
            route: .namespace,
            signal: { runtimeCommand(runtime, in: folder, ["kill", name, $0]) },
            processID: { processID() },
            startFailure: { end, errors in Self.runtimeFailure(end, errors, wasStarted: processID() != nil) })
    }

    private var runtimeProblem: String {
        host.crun == nil
            ? "neither runc nor crun is on the PATH"
            : "there is only crun, which refuses this machine's mix of control groups"
    }

    private static let hostsFile = """
        127.0.0.1 localhost \(RuntimeBundle.hostname)
        ::1 localhost ip6-localhost ip6-loopback

        """

    private func bundle(
        for request: TrialRequest, root: String, folder: String
    ) throws(EngineError) -> RuntimeBundle {
        let files = RootFolder(path: root)
        let passwd = files.text("etc/passwd") ?? ""
        let groups = files.text("etc/group") ?? ""
        guard let user = ImageUser(request.config.user, passwd: passwd, group: groups) else {
            throw .noSuchUser(request.config.user.printable, image: request.image)
        }
        guard !request.words.isEmpty else {
            throw .cannotStart(image: request.image, reason: "it names neither an entry point nor a command")
        }
        let folderInside = request.config.workingDirectory
        return RuntimeBundle(
            words: request.words, environment: request.variables(home: user.home),
            workingDirectory: folderInside.hasPrefix("/") ? folderInside : "/" + folderInside, user: user,
            root: root, hosts: folder + "/hosts", isReadOnlyRoot: request.isReadOnlyRoot,
            hasOwnTmp: request.hasOwnTmp, dropsCapabilities: request.dropsCapabilities)
    }

    /// What the runtime says when it cannot start a container.
    ///
    /// runc says it itself when it does not get as far as starting; the rest is said by the container's first
    /// process, in these words, when the kernel refuses the executable.
    static func runtimeFailure(_ end: CommandEnd, _ errors: Tail, wasStarted: Bool) -> String? {
        guard end.code != 0, let line = errors.lastLines(1).first else { return nil }
        let marks = ["unable to start container process: ", "run failed: ", "crun: "]
        let start = marks.lazy.compactMap { line.firstRange(of: $0)?.upperBound }.first ?? line.startIndex
        let reason = String(line[start...])
        if !wasStarted { return reason }
        let kernelSays = ["exec format error", "no such file or directory", "permission denied"]
        let isAboutExec = line.hasPrefix("exec ") && kernelSays.contains { line.hasSuffix(": " + $0) }
        return isAboutExec ? reason : nil
    }
}

extension TrialRequest {
    /// The variables that the process gets: the image's, then the request's, then what docker adds where they
    /// lack it.
    func variables(home: String) -> [String] {
        let added = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME=\(RuntimeBundle.hostname)",
            "HOME=\(home)",
        ]
        var variables: [String] = []
        var places: [Substring: Int] = [:]
        for variable in config.environment + environment {
            let name = variable.prefix { $0 != "=" }
            guard !name.isEmpty, variable.utf8.count > name.utf8.count else { continue }
            if let place = places[name] {
                variables[place] = variable
            } else {
                places[name] = variables.count
                variables.append(variable)
            }
        }
        return variables + added.filter { places[$0.prefix { $0 != "=" }] == nil }
    }
}
