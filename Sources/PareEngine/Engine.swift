// SPDX-License-Identifier: Apache-2.0

/// A program that builds and runs images: docker, podman or buildah.
///
/// docker is a client of a daemon.  podman and buildah work on the storage themselves; buildah builds and
/// runs nothing by itself, so a trial hands its containers to an OCI runtime.
package struct Engine: Sendable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable { case docker, podman, buildah }

    package let kind: Kind
    /// Of the executable.
    package let path: String
    /// As the program tells it: `1.28.2`.
    package let version: String
    let environment: [String: String]
    let host: Host
    /// Nothing is pulled, and no registry is asked.
    package var isOffline = false

    /// `buildah 1.28.2`.
    package var description: String { version.isEmpty ? kind.rawValue : "\(kind.rawValue) \(version)" }

    /// A command of this engine.
    func command(_ arguments: [String]) -> Command {
        Command(executable: path, arguments: globalOptions + arguments, environment: environment)
    }

    /// What must stand before the verb.
    ///
    /// podman's usual runtime, crun, refuses a machine whose control groups are not all of version 2; runc
    /// takes it, with podman's own handling of control groups.
    var globalOptions: [String] {
        guard kind == .podman, host.isRoot, host.controlGroups != .unified, let runc = host.runc else {
            return []
        }
        return ["--runtime", runc, "--cgroup-manager=cgroupfs"]
    }

    /// Checks what is about to be a word of a command line.
    ///
    /// - Throws: `EngineError.badName` for a text that an engine would take for an option.
    func checkName(_ image: String) throws(EngineError) {
        let isPlain = image.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard !image.isEmpty, !image.hasPrefix("-"), isPlain else { throw .badName(image.printable) }
    }
}

extension Engine {
    /// Finds an engine that is here and works.
    ///
    /// Without a name: docker, if its daemon answers; as root buildah with a runtime, which needs no daemon
    /// and no set-up; podman; buildah.
    ///
    /// Engines run in the environment given.
    ///
    /// - Throws: `EngineError.unknownEngine`, `.missing`, `.notAnswering`.
    package static func locate(named name: String?, environment: [String: String]) async throws -> Engine {
        let host = Host.current(environment)
        if let name {
            guard let kind = Kind(rawValue: name) else { throw EngineError.unknownEngine(name) }
            guard let path = Host.executable(name, environment) else { throw EngineError.missing([name]) }
            return try await checked(kind, path: path, environment: environment, host: host)
        }
        for kind in order(on: host) {
            guard let path = Host.executable(kind.rawValue, environment) else { continue }
            do {
                return try await checked(kind, path: path, environment: environment, host: host)
            } catch EngineError.notAnswering {
                continue
            }
        }
        throw EngineError.missing(Kind.allCases.map(\.rawValue))
    }

    static func order(on host: Host) -> [Kind] {
        let hasRuntime = host.runc != nil || (host.crun != nil && host.controlGroups == .unified)
        return host.isRoot && hasRuntime ? [.docker, .buildah, .podman] : [.docker, .podman, .buildah]
    }

    private static func checked(
        _ kind: Kind, path: String, environment: [String: String], host: Host
    ) async throws -> Engine {
        var environment = environment
        // A user who is not root has configurations of their own, and engines that cannot see our
        // descriptors.
        if kind != .docker, host.isRoot, environment["CONTAINERS_REGISTRIES_CONF"] == nil {
            environment["CONTAINERS_REGISTRIES_CONF"] = ShortNames.configuration
        }
        let variables = environment
        func engine(_ version: String) -> Engine {
            Engine(kind: kind, path: path, version: version, environment: variables, host: host)
        }
        let question = kind == .docker ? ["version", "--format", "{{.Server.Version}}"] : ["--version"]
        do {
            let result = try await engine("").command(question).result(within: .seconds(20))
            guard result.isSuccess else {
                throw EngineError.notAnswering(engine: kind.rawValue, reason: result.reason)
            }
            return engine(versionNumber(in: result.line))
        } catch EngineError.tookTooLong(_, let limit) {
            throw EngineError.notAnswering(engine: kind.rawValue, reason: "nothing for \(limit.spoken)")
        }
    }

    /// `1.28.2` of `buildah version 1.28.2 (image-spec 1.1.0-rc2, runtime-spec 1.0.2-dev)`.
    static func versionNumber(in line: String) -> String {
        line.split(separator: " ").first { $0.first?.isNumber == true }.map(String.init) ?? ""
    }
}
