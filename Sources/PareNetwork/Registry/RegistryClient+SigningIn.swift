// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareModel

extension RegistryClient {
    /// Looks whether a registry takes a user's credential.
    ///
    /// - Parameters:
    ///   - registry: Host, and port where one is named.
    ///   - credential: What it is to take.
    ///   - isInsecure: Plain HTTP may be spoken, and certificates need not be trusted.
    /// - Returns: An identity token to be kept in place of the password, where the registry's token service gives one.
    /// - Throws: ``CredentialError/refused(registry:)``, ``CredentialError/notRegistry(_:status:)``, ``RegistryError``,
    ///   ``NetworkError``; `CancellationError`.
    package func signIn(
        to registry: String, with credential: Credential, isInsecure: Bool = false
    ) async throws -> Secret? {
        let deadline = Deadline(after: transport.options.timeLimit)
        let reference = ImageReference(registry: registry, repository: "")
        let place = Endpoint(reference, isInsecure: isInsecure)
        let question = HTTPRequest(.GET, "")
        let first = try await send(question, to: place, nil, deadline)
        // A challenge of somebody else, to whom a redirect led, is not for this user to answer.
        guard isOwn(first.url, of: place) else {
            throw CredentialError.elsewhere(registry, WebAddress.shown(first.url))
        }
        guard first.status == 401 else {
            try await Self.check(first, of: registry)
            return nil
        }
        let challenges = Challenge.all(in: first.headers["WWW-Authenticate"])
        var authorization: Authorization?
        if let challenge = challenges.first(where: { $0.scheme == "bearer" }) {
            let service = try TokenService(
                challenge, of: registry, at: address(of: place), isInsecure: isInsecure, transport)
            authorization = try await service.authorization(
                for: [], with: credential, signingIn: true, until: deadline)
        } else if case .password(let user, let password) = credential {
            authorization = .basic(user, password)
        }
        guard let authorization else { throw CredentialError.refused(registry: registry) }
        let second = try await send(question, to: place, authorization, deadline)
        guard second.status != 401 else { throw CredentialError.refused(registry: registry) }
        try await Self.check(second, of: registry)
        return authorization.identityToken
    }

    private static func check(_ answer: HTTPAnswer, of registry: String) async throws {
        switch answer.status {
        case 200: return
        case 429, 500...:
            throw try await RegistryError(
                answer, for: ImageReference(registry: registry, repository: ""), hasCredentials: true)
        default: throw CredentialError.notRegistry(registry, status: answer.status)
        }
    }
}
