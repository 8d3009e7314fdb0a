// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// Where files of credentials are looked for, the first to be asked first.
struct CredentialPlaces: Sendable {
    /// A file that a user names, which must be there when it is read.
    let named: (path: String, variable: String)?
    /// Podman's files, for a session and for good.
    let podman: [String]
    /// Docker's file; `nil` without a home.
    let docker: String?

    /// The order of containers-auth.json(5), which begins with what is gone first: a session's file, then a user's,
    /// then Docker's.
    init(environment: [String: String], file: String? = nil) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        named =
            file.map { ($0, "--auth-file") }
            ?? variable("REGISTRY_AUTH_FILE").map { ($0, "REGISTRY_AUTH_FILE") }
        let home = variable("HOME")
        let session = variable("XDG_RUNTIME_DIR").map { $0 + "/containers" } ?? "/run/containers/\(getuid())"
        let config = variable("XDG_CONFIG_HOME") ?? home.map { $0 + "/.config" }
        podman = [session + "/auth.json"] + (config.map { [$0 + "/containers/auth.json"] } ?? [])
        docker = (variable("DOCKER_CONFIG") ?? home.map { $0 + "/.docker" }).map { $0 + "/config.json" }
    }

    /// All files, in the order of the search.
    var paths: [String] { (named.map { [$0.path] } ?? []) + podman + (docker.map { [$0] } ?? []) }

    /// The files that are there.
    ///
    /// - Throws: `FileError`, ``CredentialError``.
    func files() throws -> [AuthFile] {
        var files: [AuthFile] = []
        if let named, access(named.path, F_OK) != 0 {
            throw CredentialError.missingFile(named.path, variable: named.variable)
        }
        for path in paths where access(path, F_OK) == 0 { files.append(try AuthFile(path: path)) }
        return files
    }
}
