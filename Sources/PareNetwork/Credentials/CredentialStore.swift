// SPDX-License-Identifier: Apache-2.0

/// What a user has said, what stands in the files of Docker and podman, and what their programs know.
package actor CredentialStore: CredentialSource {
    private let explicit: [Credential]
    private let explicitRegistries: Set<String>?
    private let environment: [String: String]
    private let places: CredentialPlaces
    private let patience: Duration
    private var files: [AuthFile]?
    private var answers: [Question: Credential?] = [:]

    private struct Question: Hashable {
        let program: String
        let server: String
    }

    /// - Parameters:
    ///   - environment: `REGISTRY_AUTH_FILE`, `DOCKER_CONFIG`, `XDG_…`, `HOME`, and `PATH` for programs.
    ///   - explicit: What the user says on this command line, to be tried in its order before anything else.
    ///   - registries: The only ones that are told of it; `nil` for all.
    ///   - patience: How long a program that keeps credentials may think.
    package init(
        environment: [String: String], explicit: [Credential] = [],
        forRegistries registries: Set<String>? = nil,
        patience: Duration = CredentialProgram.patience
    ) {
        self.environment = environment
        self.patience = patience
        self.explicit = explicit
        explicitRegistries = registries
        places = CredentialPlaces(environment: environment)
    }

    /// - Throws: `FileError`, ``CredentialError``; `CancellationError`.
    package func credential(forRegistry registry: String, repository: String) async throws -> Credential? {
        try await credentials(forRegistry: registry, repository: repository).first
    }

    package func credentials(forRegistry registry: String, repository: String) async throws -> [Credential] {
        let registry = RegistryKey.canonical(registry)
        let explicit = explicitRegistries?.contains(registry) ?? true ? explicit : []
        // A token that is sent as it is leaves nothing to try.
        if case .registryToken = explicit.first { return explicit }
        let kept = try await kept(forRegistry: registry, repository: repository)
        return explicit + (kept.map { [$0] } ?? [])
    }

    private func kept(forRegistry registry: String, repository: String) async throws -> Credential? {
        let files = try files ?? places.files()
        self.files = files
        for file in files {
            if let credential = try await kept(in: file, forRegistry: registry, repository: repository) {
                return credential
            }
        }
        return nil
    }

    /// A registry's own program is asked first, or else the one for all; then the file's entries.
    private func kept(
        in file: AuthFile, forRegistry registry: String, repository: String
    ) async throws -> Credential? {
        if let program = file.program(for: registry),
            let credential = try await answer(of: program.name, to: program.server, file: file.path)
        {
            return credential
        }
        return try file.credential(forRegistry: registry, repository: repository)
    }

    private func answer(of name: String, to server: String, file: String) async throws -> Credential? {
        let question = Question(program: name, server: server)
        if let answer = answers[question] { return answer }
        let program = try CredentialProgram(name, file: file, environment: environment, patience: patience)
        let answer = try await program.credential(for: server)
        answers[question] = .some(answer)
        return answer
    }
}
