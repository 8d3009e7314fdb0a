// SPDX-License-Identifier: Apache-2.0

/// A text that no description, log or error shows.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { "***" }
    package var debugDescription: String { "***" }
}

/// What a registry is convinced with.
package enum Credential: Hashable, Sendable {
    case password(user: String, Secret)
    /// A refresh token, which a token service takes in place of a password.
    case identityToken(Secret)
    /// A bearer token that is sent as it is.
    case registryToken(Secret)
}

/// Knows what to convince registries with.
package protocol CredentialSource: Sendable {
    /// What is known for a registry, `docker.io` or `127.0.0.1:5000`, and a repository of it; `nil` for nothing.
    func credential(forRegistry registry: String, repository: String) async throws -> Credential?

    /// The same where more than one may be known: they are to be tried in their order until the registry takes one.
    func credentials(forRegistry registry: String, repository: String) async throws -> [Credential]
}

extension CredentialSource {
    package func credentials(forRegistry registry: String, repository: String) async throws -> [Credential] {
        [try await credential(forRegistry: registry, repository: repository)].compactMap(\.self)
    }
}

/// Nothing is known.
package struct NoCredentials: CredentialSource {
    package init() {}
    package func credential(forRegistry registry: String, repository: String) -> Credential? { nil }
}
