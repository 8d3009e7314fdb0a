// SPDX-License-Identifier: Apache-2.0

/// What a user has said, what stands in the files of Docker and podman, and what their programs know.
package actor CredentialStore: CredentialSource {
    private let explicit: [Credential]
    private let explicitRegistry: String?
    private let environment: [String: String]
    private let places: CredentialPlaces
    private var files: [AuthFile]?
    private var answers: [Question: Credential?] = [:]

    private struct Question: Hashable {
        let program: String
        let server: String
    }

    /// - Parameters:
    ///   - environment: `REGISTRY_AUTH_FILE`, `DOCKER_CONFIG`, `XDG_…`, `HOME`, and `PATH` for programs.
    ///   - explicit: What the user says on this command line, to be tried in its order before anything else.
    ///   - registry: The only registry that is told of it; `nil` for all.
    package init(
        environment: [String: String], explicit: [Credential] = [], forRegistry registry: String? = nil
    ) {
        self.environment = environment
        self.explicit = explicit
        explicitRegistry = registry
        places = CredentialPlaces(environment: environment)
    }

    /// - Throws: `FileError`, ``CredentialError``; `CancellationError`.
    package func credential(forRegistry registry: String, repository: String) async throws -> Credential? {
        try await credentials(forRegistry: registry, repository: repository).first
    }

    package func credentials(forRegistry registry: String, repository: String) async throws -> [Credential] {
        let registry = RegistryKey.canonical(registry)
        let explicit = explicitRegistry.map { $0 == registry } ?? true ? explicit : []
        // A token that is sent as it is leaves nothing to try.
        if case .registryToken = explicit.first { return explicit }
        let kept = try await kept(forRegistry: registry, repository: repository)
        return explicit + (kept.map { [$0] } ?? [])
    }

    private func kept(forRegistry registry: String, repository: String) async throws -> Credential? {
        let files = try files ?? places.files()
        self.files = files
        for file in files {
            if let credential = try file.credential(forRegistry: registry, repository: repository) {
                return credential
            }
        }
        return nil
    }
}
