// SPDX-License-Identifier: Apache-2.0
package import NIOHTTP1
import PareBytes
package import PareModel

/// Speaks with registries.
///
/// - SeeAlso: OCI distribution specification 1.1.
package actor RegistryClient {
    let transport: Transport
    private let credentials: any CredentialSource
    private let endpoints: @Sendable (ImageReference) throws -> [Endpoint]
    private let tell: @Sendable (Diagnostic) -> Void
    private var authorizations: [Access: Authorization] = [:]
    /// How registries that have answered are spoken with.
    var schemes: [Speech: String] = [:]
    /// Mirrors that could not be reached or gave rubbish, which are not asked again.
    private var silent: Set<String> = []
    /// Places that were told of already.
    private var told: Set<String> = []

    /// A registry, and whether it may be spoken with in the clear: what is found out of the one rests on that.
    struct Speech: Hashable {
        let registry: String
        let isInsecure: Bool
    }

    /// - Parameters:
    ///   - transport: Carries the requests.
    ///   - credentials: What registries are convinced with.
    ///   - endpoints: Where an image is asked for, the original last.
    ///   - tell: Is told once of every image that came from elsewhere than its name says.
    package init(
        _ transport: Transport, credentials: any CredentialSource,
        endpoints: @escaping @Sendable (ImageReference) throws -> [Endpoint] = { [Endpoint($0)] },
        tell: @escaping @Sendable (Diagnostic) -> Void = { _ in }
    ) {
        self.transport = transport
        self.credentials = credentials
        self.endpoints = endpoints
        self.tell = tell
    }

    /// Something that may be done in a registry.
    private struct Access: Hashable {
        let registry: String
        let repository: String
        let isPushing: Bool
        /// Repositories that are read besides.
        let others: [String]

        var scopes: [String] {
            ["repository:\(repository):pull" + (isPushing ? ",push" : "")]
                + others.map { "repository:\($0):pull" }
        }
    }

    /// Sends a request to a repository, convincing the registry when it asks for that: `path` follows
    /// `https://REGISTRY/v2/REPOSITORY/`, or is a whole address that the registry has given, which is shown credentials only
    /// where it is the registry's own.  Tries again as often as that may help; any other status is an error.
    ///
    /// What is only read is asked for at the mirrors first.
    ///
    /// - Parameters:
    ///   - method: Of the request.
    ///   - path: Of what is asked for, in the repository, or a whole address that the registry has given.
    ///   - reference: Names the repository.
    ///   - headers: Besides those that convince the registry.
    ///   - body: Can be sent again.
    ///   - pushing: Whether something is written; then only the registry itself is asked.
    ///   - others: Repositories of the same registry that are read besides, for mounting.
    ///   - accepting: The statuses that are no error.
    ///   - policy: How often the same is sent again.
    ///   - deadline: For all of it with the body; the transport's time limit from now where it is `nil`.
    /// - Returns: The answer, whose body is still to come.
    /// - Throws: ``RegistryError``, ``NetworkError``, what credentials throw; `CancellationError`.
    package func request(
        _ method: HTTPMethod, _ path: String, of reference: ImageReference, headers: HTTPHeaders = [:],
        body: HTTPRequest.Body = .empty, pushing: Bool = false, reading others: [String] = [],
        accepting: Set<Int> = [200], retrying policy: RetryPolicy = .standard, until deadline: Deadline? = nil
    ) async throws -> HTTPAnswer {
        let request = HTTPRequest(method, path, headers: headers, body: body)
        let deadline = deadline ?? Deadline(after: transport.options.timeLimit)
        let places = try pushing ? [original(reference)] : endpoints(reference)
        return try await firstOf(places, for: reference) { place, isLast in
            let access = Access(
                registry: place.registry, repository: place.repository, isPushing: pushing, others: others)
            return try await ask(
                request, at: place, access, accepting, deadline, isLast ? policy : policy.hasty)
        }
    }

    /// Reads something whole at the first place that gives it as it should be.
    ///
    /// - Parameters:
    ///   - path: Of what is asked for, in the repository.
    ///   - reference: Names the repository.
    ///   - headers: Besides those that convince the registry.
    ///   - deadline: For all of it with the body.
    ///   - take: Makes of an answer, and the place that it is from, what it is; throws where it is not as it should be.
    /// - Returns: What was made of the answer.
    /// - Throws: What the last place led to.
    func read<Value>(
        _ path: String, of reference: ImageReference, headers: HTTPHeaders, until deadline: Deadline?,
        _ take: (HTTPAnswer, Endpoint) async throws -> Value
    ) async throws -> Value {
        let deadline = deadline ?? Deadline(after: transport.options.timeLimit)
        return try await firstOf(endpoints(reference), for: reference) { place, isLast in
            let access = Access(
                registry: place.registry, repository: place.repository, isPushing: false, others: [])
            let answer = try await ask(
                HTTPRequest(.GET, path, headers: headers), at: place, access, [200], deadline,
                isLast ? .standard : RetryPolicy.standard.hasty)
            do {
                return try await take(answer, place)
            } catch let error as any Explained {
                // Whoever gives rubbish for this gives it for what belongs to it too.
                if !isLast { silent.insert(place.registry) }
                throw error
            }
        }
    }

    /// Goes from place to place until one gives what it should.
    private func firstOf<Value>(
        _ places: [Endpoint], for reference: ImageReference,
        _ ask: (_ place: Endpoint, _ isLast: Bool) async throws -> Value
    ) async throws -> Value {
        for (index, place) in places.enumerated() {
            let isLast = index == places.count - 1
            guard isLast || !silent.contains(place.registry) else { continue }
            do {
                let value = try await ask(place, isLast)
                if let detour = place.detour(from: reference), told.insert(place.reference.name).inserted {
                    tell(detour)
                }
                return value
            } catch  where !isLast && !Task.isCancelled {
                // The next place says what there is to say.
                if error is NetworkError { silent.insert(place.registry) }
            }
        }
        throw RegistryError.notFound(image: reference.familiar, isRepositoryMissing: false)
    }

    /// The registry itself, with which plain HTTP is spoken where that may be done for reading.
    private func original(_ reference: ImageReference) -> Endpoint {
        let last = try? endpoints(reference).last
        return Endpoint(
            reference, isInsecure: last?.registry == reference.registry && last?.isInsecure == true)
    }

    /// Asks one registry, and convinces it where it wants that; the request's address is still a path there.
    private func ask(
        _ request: HTTPRequest, at place: Endpoint, _ access: Access, _ accepting: Set<Int>,
        _ deadline: Deadline,
        _ policy: RetryPolicy
    ) async throws -> HTTPAnswer {
        var used = authorizations[access].flatMap { $0.isOver ? nil : $0 }
        var answer = try await send(request, to: place, used, deadline, retrying: policy)
        // What somebody else wants, to whom a redirect led, is not for us to give.
        if answer.status == 401, isOwn(answer.url, of: place) {
            let challenges = Challenge.all(in: answer.headers["WWW-Authenticate"])
            let known = try await credentials.credentials(
                forRegistry: place.registry, repository: place.repository)
            authorizations[access] = nil
            used = nil
            for credential in known.isEmpty ? [nil] : known.map(Optional.some) {
                let next = try await authorization(challenges, access, at: place, credential, deadline)
                guard let next else { continue }
                used = next
                answer = try await send(request, to: place, next, deadline, retrying: policy)
                guard answer.status == 401 else {
                    authorizations[access] = next
                    break
                }
            }
            if used == nil, !known.isEmpty {
                throw RegistryError.unauthorised(
                    image: place.reference.familiar, registry: place.registry, hasCredentials: true,
                    message: nil)
            }
        }
        guard accepting.contains(answer.status) else {
            throw try await RegistryError(
                answer, for: place.reference, hasCredentials: used?.hasCredentials ?? false)
        }
        return answer
    }

    /// What answers one of a registry's challenges with a credential; `nil` where nothing does.
    private func authorization(
        _ challenges: [Challenge], _ access: Access, at place: Endpoint, _ credential: Credential?,
        _ deadline: Deadline
    ) async throws -> Authorization? {
        if let challenge = challenges.first(where: { $0.scheme == "bearer" }) {
            let service = try TokenService(
                challenge, of: place.registry, at: address(of: place), isInsecure: place.isInsecure, transport
            )
            let own = "repository:\(access.repository):"
            let wanted = (challenge.parameters["scope"] ?? "").split(separator: " ").map(String.init)
            let more = wanted.filter { !$0.hasPrefix(own) && !access.scopes.contains($0) }
            return try await service.authorization(
                for: access.scopes + more.prefix(8), with: credential, until: deadline)
        }
        guard challenges.contains(where: { $0.scheme == "basic" }),
            case .password(let user, let password) = credential
        else { return nil }
        return .basic(user, password)
    }
}
