// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// Why an engine did not give an image.
package enum EngineSourceError: Explained, Hashable {
    /// What names an engine's place does not; with the option or variable that said so.
    case badHost(String, from: String, reason: String)
    case badContext(String, reason: String)
    /// None of these sockets is there.
    case noSocket([String], Engine)
    case notPermitted(String)
    /// A socket that is left of an engine which runs no more.
    case silent(String, Engine)
    /// None of these programs is there.
    case noProgram([String])
    /// Neither podman's sockets nor programs are there.
    case nothing(sockets: [String], programs: [String])
    /// The engine lives on another machine, and the network is switched off.
    case offline(host: String)
    case notAnEngine(host: String, reason: String)
    case tooOld(host: String, version: String)
    case noImage(String)
    case otherPlatform(image: String, there: Platform, wanted: Platform)
    /// Any other answer than the one that was expected.
    case answered(host: String, status: Int, message: String)
    /// `ssh` did not lead to the engine; with what it said last, or the command that it ran there.
    case ssh(host: String, reason: String)
    /// A program that was asked failed: `("podman image save", "no such image")`.
    case program(String, String)

    /// Whose socket it is.
    package enum Engine: Sendable, Hashable { case docker, podman, containerd }

    package var problem: String {
        switch self {
        case .badHost(let text, let origin, let reason):
            "'\(text)' in \(origin) is no engine's address: \(reason)"
        case .badContext(let name, let reason): "Docker's context '\(name)' cannot be used: \(reason)"
        case .noSocket(let paths, _): "no socket at \(Self.list(paths, "or"))"
        case .silent(let path, _): "nothing listens at the socket '\(path)'"
        case .notPermitted(let path): "no permission to use the socket '\(path)'"
        case .noProgram(let names): "no program \(Self.list(names, "or"))"
        case .nothing(let sockets, let programs):
            "no socket at \(Self.list(sockets, "or")), and no program \(Self.list(programs, "or"))"
        case .offline(let host): "the network is switched off, so '\(host)' was not asked"
        case .notAnEngine(let host, let reason): "what answers at '\(host)' is no engine: \(reason)"
        case .tooOld(let host, let version):
            "the engine at '\(host)' is too old: it speaks version \(version)"
        case .noImage(let name): "it has no image '\(name)'"
        case .otherPlatform(let image, let there, let wanted):
            "its '\(image)' is for \(there), not for \(wanted)"
        case .answered(let host, let status, let message):
            "the engine at '\(host)' answered with status \(status)" + (message.isEmpty ? "" : ": \(message)")
        case .ssh(let host, let reason): "'ssh' did not lead to the engine at '\(host)': \(reason)"
        case .program(let command, let reason): "'\(command)' failed: \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .badHost: "write it as unix:///run/docker.sock, tcp://host:2376 or ssh://user@host"
        case .badContext: "'docker context ls' lists those that there are; DOCKER_HOST goes before them"
        case .noSocket(_, let engine), .silent(_, let engine):
            "start the engine, or say where it listens with \(engine.way)"
        case .nothing: "start the engine, or say where it listens with \(Engine.podman.way)"
        case .notPermitted: "run as a user who may: in the group 'docker', or root"
        case .noProgram: nil
        case .offline: "leave out '--offline', or unset PARE_OFFLINE"
        case .notAnEngine: "look whether the address is the right one"
        case .tooOld: "versions from 1.24 are spoken, those of Docker 1.12 and later"
        case .noImage: "pull or build it first"
        case .otherPlatform(let image, _, let wanted):
            "pull '\(image)' for \(wanted), or leave out '--platform'"
        case .answered: "look at what the engine logs"
        case .ssh(_, let reason): Self.sshHint(reason)
        case .program: "run it yourself to see what else it says"
        }
    }

    /// Whether there is nothing to ask.
    package var isAbsence: Bool {
        switch self {
        case .noSocket, .notPermitted, .silent, .noProgram: true
        default: false
        }
    }

    /// What to do about the words of `ssh`, and of shells and engines behind it.
    private static func sshHint(_ reason: String) -> String {
        func says(_ words: String...) -> Bool { words.contains { reason.contains($0) } }
        if says("Host key verification failed") {
            return "connect with 'ssh' once yourself and compare the host's key; pare answers no questions"
        }
        if says("Permission denied") {
            return "'ssh' must get in with a key that an agent holds or that has no password"
        }
        if says("Cannot connect to the Docker daemon", "dial unix", "dial tcp") {
            return "start the engine there, or name its socket: ssh://user@host/run/docker.sock"
        }
        if says("command not found", ": not found", "No such file or directory") {
            return "install the engine's command there, where commands that come by ssh find it"
        }
        if says("Could not resolve", "Connection refused", "timed out", "No route") {
            return "look at the host's name and port, and whether an ssh server runs there"
        }
        return "run 'ssh' yourself to see what else it says"
    }

    private static func list(_ names: [String], _ joint: String) -> String {
        let quoted = names.map { "'\($0)'" }
        guard quoted.count > 1, let last = quoted.last else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " \(joint) " + last
    }
}

extension EngineSourceError.Engine {
    /// How its place is said.
    fileprivate var way: String {
        switch self {
        case .docker: "'--docker-host' or DOCKER_HOST"
        case .podman: "'--podman-host' or CONTAINER_HOST"
        case .containerd: "CONTAINERD_ADDRESS"
        }
    }
}
