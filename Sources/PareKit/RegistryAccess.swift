// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareNetwork

/// What a user says on a command line to convince registries; what is kept in files is found besides.
public struct RegistryAccess: Sendable {
    /// Users' names, comma-separated, to be tried in their order.
    public var users: String?
    /// As many passwords, comma-separated.
    public var passwords: String?
    /// A bearer token that is sent as it is; then nothing else is tried.
    public var token: String?

    public init() {}

    /// - Throws: ``RegistryAccessError``.
    func credentials() throws -> [Credential] {
        // Files and programs that hold tokens end them with a line break.
        if let token = token?.prefix(while: { !$0.isNewline }), !token.isEmpty {
            return [.registryToken(Secret(String(token)))]
        }
        let users = users.map(Self.list) ?? []
        // The comma in the password of one user is its own.
        let passwords = users.count == 1 ? passwords.map { [$0] } ?? [] : passwords.map(Self.list) ?? []
        guard users.count == passwords.count else {
            throw RegistryAccessError(users: users.count, passwords: passwords.count)
        }
        return zip(users, passwords).map { .password(user: $0, Secret($1)) }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}

/// Users and passwords do not go together.
struct RegistryAccessError: Explained, Hashable {
    let users: Int
    let passwords: Int

    var problem: String {
        "\(users) user\(users == 1 ? "" : "s") and \(passwords) password\(passwords == 1 ? "" : "s") were given for registries"
    }

    var hint: String? {
        passwords == 0
            ? "give the password by '--password-stdin' or PARE_PASSWORD" : "give one password for each user"
    }
}

/// A password from standard input, without the line break at its end.
public func readPassword() throws -> String {
    var text = try readInput()
    while let last = text.last, last.isNewline { text.removeLast() }
    return text
}

extension Diagnostic {
    fileprivate var line: String { "\(severity.rawValue): \(message)" }
}

extension Setup {
    /// Makes a client of registries.
    ///
    /// - Parameters:
    ///   - registries: Those that the user names on the command line, and the only ones that are told what the user says
    ///     there.
    ///   - transport: Carries the requests; whoever takes the client closes it.
    /// - Returns: One that knows the user's credentials and mirrors.
    /// - Throws: ``RegistryAccessError``, `MirrorError`, `FileError`.
    func registryClient(for registries: Set<String>, _ transport: Transport) throws -> RegistryClient {
        let explicit = try registries.isEmpty ? [] : self.registries.credentials()
        let credentials = CredentialStore(
            environment: environment, explicit: explicit, forRegistries: registries)
        let mirrors = try mirrors()
        return RegistryClient(
            transport, credentials: credentials, endpoints: { try mirrors.places(for: $0) },
            tell: { progress.report(.note($0.line)) })
    }

    /// Where images are asked for; what in the files about that is without effect is told.
    ///
    /// - Throws: `MirrorError`, `FileError`.
    func mirrors() throws -> MirrorTable {
        let table = try MirrorTable(environment: environment)
        for diagnostic in table.diagnostics { progress.report(.note(diagnostic.line)) }
        return table
    }

    /// Works with such a client, whose connections are closed afterwards.
    func withRegistries<Value>(
        for registries: Set<String> = [], _ work: (RegistryClient) async throws -> Value
    ) async throws -> Value {
        try await withTransport { try await work(registryClient(for: registries, $0)) }
    }
}
