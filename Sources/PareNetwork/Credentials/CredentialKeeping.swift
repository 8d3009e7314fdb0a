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
            try await write(to: file, hasSecret: true) {
                $0.replacing(AuthFile.entry(credential, user: user), for: registry)
            }
            return .file(file.path)
        }
        let program = try CredentialProgram(name, file: file.path, environment: environment)
        try await program.store(credential, for: server)
        // Docker notes so that there is something, and no older secret may stay beside it.
        try await write(to: file) { $0.replacing(.object([]), for: registry) }
        return .program("docker-credential-" + name, file: file.path)
    }

    /// Forgets what is kept for the whole of a registry in every place where it would be found.
    ///
    /// - Returns: Where something was.
    /// - Throws: `FileError`, ``CredentialError``; `CancellationError`.  Where a program fails, all else is forgotten all the same.
    package func forget(_ registry: String) async throws -> [Place] {
        let registry = RegistryKey.canonical(registry)
        let files = try places.named != nil ? [file(for: registry)] : places.files()
        var found: [Place] = []
        var failure: (any Error)?
        for file in files {
            // What stands in the file goes first, and in all files: a program may fail or be gone.
            if file.hasEntry(for: registry) {
                try await write(to: file) { $0.replacing(nil, for: registry) }
                if file.hasSecret(for: registry) { found.append(.file(file.path)) }
            }
            guard let (name, server) = file.program(for: registry) else { continue }
            do {
                let program = try CredentialProgram(name, file: file.path, environment: environment)
                if try await program.erase(server) {
                    found.append(.program("docker-credential-" + name, file: file.path))
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
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

    /// Changes a file as it is now: another login may have written to it since it was read, and no two write at once.
    ///
    /// A file that has held no secret yet and now gets one is for its user only from then on.
    private func write(
        to file: AuthFile, hasSecret: Bool = false, _ change: (AuthFile) -> JSONValue
    ) async throws {
        let path = resolvedLink(file.path)
        let folder = try makeFolder(of: path)
        try await withLock(onFolder: folder) {
            let isThere = access(path, F_OK) == 0
            let bytes = isThere ? try readFile(path, limit: AuthFile.sizeLimit) : []
            let now = try AuthFile(path: file.path, bytes: bytes)
            let json = change(now)
            guard json != now.json else { return }
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw CredentialError.malformed(
                    file: file.path, reason: "it is not UTF-8, so it is left as it is")
            }
            // Indented as Docker and podman do it.
            try writeFile(
                Array(json.indented(by: "\t").utf8) + [0x0A], to: path, replacing: true, mode: 0o600,
                keepingOwner: true, masking: hasSecret && !now.hasSecrets ? 0o600 : 0o7777)
        }
    }

    /// The folder that a file lies in, made where it is not there.
    private func makeFolder(of path: String) throws -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        guard slash > path.startIndex else { return "/" }
        let folder = String(path[..<slash])
        if let slash = folder.utf8.lastIndex(of: UInt8(ascii: "/")) { makeFolders(String(folder[..<slash])) }
        mkdir(folder, 0o700)
        return folder
    }

    /// So long is waited for another login, which takes a moment only: whoever holds the lock longer is none.
    private static let patience = Duration.seconds(10)

    /// Works while other runs of pare write to nothing in a folder.
    private func withLock(onFolder path: String, _ work: () throws -> Void) async throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Where the folder cannot be opened, writing says why.
        guard descriptor >= 0 else { return try work() }
        defer { close(descriptor) }
        let deadline = Deadline(after: Self.patience)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, !deadline.isOver {
            try await Task.sleep(for: .milliseconds(20))
        }
        try work()
    }
}
