// SPDX-License-Identifier: Apache-2.0
public import PareModel
import PareNetwork

/// Signs in to a registry, and keeps what it takes where pare, Docker and podman find it.
public struct Login: Sendable {
    let registry: String
    let user: String
    let password: String
    let file: String?

    /// - Parameters:
    ///   - registry: As a user names it, also with a scheme or path; Docker Hub where it is `nil`.
    ///   - user: The user's name there.
    ///   - password: The password, or an access token in its place.
    ///   - file: The file to keep it in; else the one in which it is found first, which is Docker's where there is none.
    /// - Throws: `LoginError` for what is no registry's name.
    public init(registry: String?, user: String, password: String, file: String? = nil) throws {
        self.registry = try registryName(registry)
        self.user = user
        self.password = password
        self.file = file
    }

    /// Whether a registry has such a name, before anybody is asked for a password.
    ///
    /// - Throws: `LoginError` for what is no registry's name.
    public static func check(_ registry: String?) throws { _ = try registryName(registry) }

    /// What was done.
    public struct Report: Sendable {
        /// For a person.
        public let text: String
        /// What should be known of it.
        public let diagnostics: [Diagnostic]
    }

    public func run(in setup: Setup) async throws -> Report {
        guard !user.isEmpty, !user.contains(":") else { throw LoginError.badUser(user) }
        guard !password.isEmpty else { throw LoginError.noPassword(registry: registry) }
        let said = Credential.password(user: user, Secret(password))
        let mirrors = try setup.mirrors()
        let token = try await setup.withTransport { transport in
            try await RegistryClient(transport, credentials: NoCredentials())
                .signIn(to: registry, with: said, isInsecure: mirrors.isInsecure(registry: registry))
        }
        let place = try await CredentialKeeping(environment: setup.environment, file: file)
            .keep(token.map(Credential.identityToken) ?? said, of: user, for: registry)
        var diagnostics: [Diagnostic] = []
        if case .file(let path) = place, token == nil {
            diagnostics.append(
                Diagnostic(
                    .warning,
                    "the password is kept in '\(path)' in base64, which is no encryption; a program can keep it: "
                        + "https://docs.docker.com/go/credential-store/"))
        }
        return Report(
            text: "logged in to '\(registry)' as '\(user)'; kept \(place.words)\n", diagnostics: diagnostics)
    }
}

/// Forgets what is kept of a registry.
public struct Logout: Sendable {
    let registry: String
    let file: String?

    /// - Parameters:
    ///   - registry: As a user names it; Docker Hub where it is `nil`.
    ///   - file: The file to look in; else all in which something would be found.
    /// - Throws: `LoginError` for what is no registry's name.
    public init(registry: String?, file: String? = nil) throws {
        self.registry = try registryName(registry)
        self.file = file
    }

    /// What was done, for a person.
    public func run(in setup: Setup) async throws -> String {
        let places = try await CredentialKeeping(environment: setup.environment, file: file).forget(registry)
        guard !places.isEmpty else { return "not logged in to '\(registry)'\n" }
        return "logged out of '\(registry)'; removed what was "
            + places.map(\.words).joined(separator: ", ") + "\n"
    }
}

/// Why nobody can be signed in.
enum LoginError: Explained, Hashable {
    case badRegistry(String)
    case badUser(String)
    case noPassword(registry: String)

    var problem: String {
        switch self {
        case .badRegistry(let text): "'\(text)' is not a registry's name"
        case .badUser(""): "the user has no name"
        case .badUser(let user): "'\(user)' is not a user's name: it has a ':'"
        case .noPassword(let registry): "the password for '\(registry)' is empty"
        }
    }

    var hint: String? {
        switch self {
        case .badRegistry: "name its host, with its port if it has one: 'registry.example:5000'"
        case .badUser: "name the user with '--username'"
        case .noPassword: "give it on standard input: 'pare login --username me --password-stdin < file'"
        }
    }
}

/// The registry that a user means, who may name it with a scheme and a path as in old commands of Docker.
private func registryName(_ text: String?) throws(LoginError) -> String {
    guard let text else { return ImageReference.dockerHub }
    let name = CredentialKeeping.registry(named: text)
    guard let reference = try? ImageReference(name + "/image"), reference.registry == name else {
        throw .badRegistry(text)
    }
    return name
}

extension CredentialKeeping.Place {
    fileprivate var words: String {
        switch self {
        case .file(let path): "in '\(path)'"
        case .program(let name, let file): "by '\(name)', as '\(file)' asks"
        }
    }
}
