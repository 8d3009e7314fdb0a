// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// Keeps credentials where ``CredentialStore``, Docker and podman find them, and forgets them there.
package struct CredentialKeeping: Sendable {
    /// Where something is kept.
    package enum Place: Hashable, Sendable {
        /// In the file itself, readable for whoever may read it.
        case file(String)
        case program(String, file: String)
    }

    private let environment: [String: String]
    private let places: CredentialPlaces

    /// - Parameters:
    ///   - environment: As ``CredentialStore`` wants it.
    ///   - file: The file to use, and no other.
    package init(environment: [String: String], file: String? = nil) {
        self.environment = environment
        places = CredentialPlaces(environment: environment, file: file)
    }

    /// The registry that a user means by a name, an address or a key of Docker's: `https://quay.io/v1/` is `quay.io`.
    package static func registry(named text: String) -> String { RegistryKey(text).registry }

    /// Keeps a credential for the whole of a registry.
    ///
    /// The file is the one that is named, or else the first that has something for the registry already, or else Docker's.
    /// Its other content stays; where it asks for a program, that keeps the secret.
    ///
    /// - Parameters:
    ///   - credential: What the registry takes.
    ///   - user: Whose it is.
    ///   - registry: What it is for.
    /// - Returns: Where it is kept.
    /// - Throws: `FileError`, ``CredentialError``; `CancellationError`.
    package func keep(_ credential: Credential, of user: String, for registry: String) async throws -> Place {
        let registry = RegistryKey.canonical(registry)
        let file = try file(for: registry)
        guard let (name, server) = file.program(for: registry) else {
            try write(file.replacing(AuthFile.entry(credential, user: user), for: registry), to: file)
            return .file(file.path)
        }
        let program = try CredentialProgram(name, file: file.path, environment: environment)
        try await program.store(credential, for: server)
        // Docker notes so that there is something, and no older secret may stay beside it.
        try write(file.replacing(.object([]), for: registry), to: file)
        return .program("docker-credential-" + name, file: file.path)
    }

    /// Forgets what is kept for the whole of a registry in every place where it would be found.
    ///
    /// - Returns: Where something was.
    package func forget(_ registry: String) async throws -> [Place] {
        let registry = RegistryKey.canonical(registry)
        let files = try places.named != nil ? [file(for: registry)] : places.files()
        var found: [Place] = []
        for file in files {
            if let (name, server) = file.program(for: registry) {
                let program = try CredentialProgram(name, file: file.path, environment: environment)
                if try await program.erase(server) {
                    found.append(.program("docker-credential-" + name, file: file.path))
                }
            }
            guard file.hasEntry(for: registry) else { continue }
            try write(file.replacing(nil, for: registry), to: file)
            if file.hasSecret(for: registry) { found.append(.file(file.path)) }
        }
        return found
    }

    private func file(for registry: String) throws -> AuthFile {
        func existing(_ path: String) throws -> AuthFile {
            access(path, F_OK) == 0 ? try AuthFile(path: path) : try AuthFile(path: path, bytes: [])
        }
        if let named = places.named { return try existing(named.path) }
        if let file = try places.files().first(where: { $0.hasEntry(for: registry) }) { return file }
        guard let docker = places.docker else { throw CredentialError.noPlace }
        return try existing(docker)
    }

    private func write(_ json: JSONValue, to file: AuthFile) throws {
        guard json != file.json else { return }
        if access(file.path, F_OK) == 0 {
            let bytes = try readFile(file.path, limit: AuthFile.sizeLimit)
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw CredentialError.malformed(
                    file: file.path, reason: "it is not UTF-8, so it is left as it is")
            }
        }
        if let slash = file.path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > file.path.startIndex {
            let folder = String(file.path[..<slash])
            if let slash = folder.utf8.lastIndex(of: UInt8(ascii: "/")) {
                makeFolders(String(folder[..<slash]))
            }
            mkdir(folder, 0o700)
        }
        // Indented as Docker and podman do it.
        try writeFile(
            Array(json.indented(by: "\t").utf8) + [0x0A], to: file.path, replacing: true, mode: 0o600)
    }
}
