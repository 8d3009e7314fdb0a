// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareModel

/// Finds Docker's daemon as its command does: by an option, `DOCKER_HOST`, a context, and in its usual places.
///
/// - SeeAlso: docker/cli, `cli/command/cli.go`, `cli/context/store`.
package struct DockerContexts: Sendable {
    private let environment: [String: String]
    /// Folder of `config.json` and of the contexts; `nil` without a home.
    private let folder: String?

    package init(environment: [String: String]) {
        self.environment = environment
        folder =
            environment.filled("DOCKER_CONFIG") ?? environment.filled("HOME").map { $0 + "/.docker" }
    }

    /// Where the daemon may listen: one place that was named, or the usual ones.
    ///
    /// - Parameter named: What an option says.
    /// - Returns: The first to be asked first.
    /// - Throws: ``EngineSourceError``.
    package func hosts(named: String? = nil) throws -> [EngineHost] {
        if let named { return [try EngineHost(named, from: "--docker-host", tls: tls)] }
        if let text = environment.filled("DOCKER_HOST") {
            return [try EngineHost(text, from: "DOCKER_HOST", tls: tls)]
        }
        if let name = environment.filled("DOCKER_CONTEXT") ?? currentContext, name != "default" {
            return [try host(ofContext: name)]
        }
        let rootless = environment.filled("XDG_RUNTIME_DIR").map { $0 + "/docker.sock" }
        return (["/var/run/docker.sock"] + [rootless].compactMap(\.self)).map { EngineHost(socket: $0) }
    }

    /// What `DOCKER_TLS_VERIFY`, `DOCKER_TLS` and `DOCKER_CERT_PATH` say.
    private var tls: EngineTLS? {
        let isVerified = environment.filled("DOCKER_TLS_VERIFY") != nil
        guard isVerified || environment.filled("DOCKER_TLS") != nil else { return nil }
        guard let folder = environment.filled("DOCKER_CERT_PATH") ?? folder else { return EngineTLS() }
        return EngineTLS(folder: folder, isVerified: isVerified)
    }

    private var currentContext: String? {
        guard let folder, let bytes = try? readFile(folder + "/config.json", limit: 1 << 20),
            let name = (try? JSONValue(bytes))?["currentContext"]?.text, !name.isEmpty
        else { return nil }
        return name
    }

    private func host(ofContext name: String) throws -> EngineHost {
        func bad(_ reason: String) -> EngineSourceError { .badContext(name, reason: reason) }
        guard let folder else { throw bad("there is no home folder to look for it in") }
        let id = SHA256.digest(of: Array(name.utf8)).hex
        let path = "\(folder)/contexts/meta/\(id)/meta.json"
        guard isThere(path) else { throw bad("there is none of that name in '\(folder)/contexts'") }
        let bytes: [UInt8]
        do { bytes = try readFile(path, limit: 1 << 20) } catch { throw bad(error.problem) }
        guard let endpoint = (try? JSONValue(bytes))?["Endpoints"]?["docker"],
            let text = endpoint["Host"]?.text
        else { throw bad("'\(path)' names no endpoint for docker") }
        let tlsFolder = "\(folder)/contexts/tls/\(id)/docker"
        let skips = endpoint["SkipTLSVerify"]?.isTrue ?? false
        let tls =
            isThere(tlsFolder) || skips ? EngineTLS(folder: tlsFolder, isVerified: !skips) : nil
        return try EngineHost(text, from: "Docker's context '\(name)'", tls: tls)
    }
}

/// Finds podman's service.
package struct PodmanPlaces: Sendable {
    private let environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    /// Where the service may listen: what was named, or a user's and the system's socket.
    ///
    /// - Parameter named: What an option says: an address, or the path of a socket.
    /// - Returns: The first to be asked first.
    /// - Throws: ``EngineSourceError``.
    package func hosts(named: String? = nil) throws -> [EngineHost] {
        if let named {
            guard !named.hasPrefix("/") else { return [EngineHost(socket: named)] }
            return [try EngineHost(named, from: "--podman-host", tls: nil)]
        }
        if let text = environment.filled("CONTAINER_HOST") {
            return [try EngineHost(text, from: "CONTAINER_HOST", tls: nil)]
        }
        let folders = [environment.filled("XDG_RUNTIME_DIR"), "/run"].compactMap(\.self)
        return folders.map { EngineHost(socket: $0 + "/podman/podman.sock") }
    }

    /// Whether nobody has named a place, so that the storage on this machine is meant too.
    package var areUsual: Bool { environment.filled("CONTAINER_HOST") == nil }
}

extension [String: String] {
    /// The value of a variable that is set to something.
    func filled(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}

func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
