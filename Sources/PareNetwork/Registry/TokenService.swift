// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import NIOHTTP1
import PareBytes
import PareModel

/// What a registry is asked with.
struct Authorization: Sendable {
    /// The value of the header, `Basic …` or `Bearer …`.
    let header: Secret
    /// `nil` for what lasts.
    let end: ContinuousClock.Instant?
    /// Whether it rests on something that is known of the user.
    let hasCredentials: Bool
    /// What may be kept in place of the password, where it was asked for.
    var identityToken: Secret?

    var isOver: Bool { end.map { $0 <= .now } ?? false }

    static func basic(_ user: String, _ password: Secret) -> Authorization {
        Authorization(header: Secret(basicHeader(user, password)), end: nil, hasCredentials: true)
    }

    static func basicHeader(_ user: String, _ password: Secret) -> String {
        "Basic " + Data("\(user):\(password.text)".utf8).base64EncodedString()
    }
}

/// The service that a registry's challenge sends its clients to for tokens.
///
/// - SeeAlso: CNCF distribution, "Token Authentication Specification" and "OAuth2 Token Authentication".
struct TokenService: Sendable {
    private let transport: Transport
    /// The registry as credentials and errors name it.
    private let registry: String
    private let realm: String
    private let service: String?
    /// The realm is on the registry's own host, so that the user's certificate is for it too.
    private let isNear: Bool
    /// The realm is the registry itself, whose certificate need not be trusted.
    private let takesAnyCertificate: Bool

    private static let lengthLimit = 1 << 20
    /// How long tokens last that do not say it; in seconds.
    private static let usualLifetime = 60
    private static let longestLifetime = 86_400

    /// Takes a Bearer challenge; `address` is the registry's, `https://registry.example`, whose certificate need not be trusted
    /// where it `isInsecure`.
    ///
    /// - Throws: ``RegistryError/tokenService(registry:reason:)`` for a realm to which no secret may be sent.
    init(
        _ challenge: Challenge, of registry: String, at address: String, isInsecure: Bool = false,
        _ transport: Transport
    ) throws {
        guard let realm = challenge.parameters["realm"], let place = WebAddress(realm), !place.scheme.isUnix,
            place.userInfo == nil
        else {
            throw RegistryError.tokenService(
                registry: registry, reason: "its challenge names no address to get one from")
        }
        // What a registry is told in the clear, its own host may be told in the clear too.
        let own = WebAddress(address)
        isNear = own?.host == place.host
        takesAnyCertificate = isInsecure && own?.origin == place.origin
        guard place.scheme.isSecure || isNear && own?.scheme.isSecure == false || transport.options.isInsecure
        else {
            throw RegistryError.tokenService(
                registry: registry,
                reason: "'\(place.shown)' is not secure, and no password is sent there")
        }
        self.transport = transport
        self.registry = registry
        self.realm = place.text
        service = challenge.parameters["service"]
    }

    /// A token for some scopes, `repository:team/app:pull`, and when signing in an identity token too; `nil` where the
    /// service does not take the credential.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    func authorization(
        for scopes: [String], with credential: Credential?, signingIn: Bool = false, until deadline: Deadline
    ) async throws -> Authorization? {
        if case .registryToken(let token) = credential {
            return Authorization(header: Secret("Bearer \(token.text)"), end: nil, hasCredentials: true)
        }
        let begun = ContinuousClock.now
        let answer = try await transport.perform(
            presented(request(for: scopes, with: credential, signingIn: signingIn)),
            retrying: RetryPolicy(takesUnsafe: true), until: deadline)
        switch answer.status {
        case 200: break
        case 400...403 where credential != nil: return nil
        case 429, 500...:
            throw try await RegistryError(
                answer, for: ImageReference(registry: registry, repository: ""),
                hasCredentials: credential != nil)
        default:
            let message = ErrorBody(try await answer.leadingBytes(ErrorBody.lengthLimit)).message
            throw failure("it answered with status \(answer.status)" + (message.map { ": \($0)" } ?? ""))
        }
        let json = try? JSONValue(try await answer.body.collect(limit: Self.lengthLimit, from: answer.url))
        let tokens = [json?["token"]?.text, json?["access_token"]?.text].compactMap(\.self)
        guard let token = tokens.first(where: { !$0.isEmpty }),
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw failure("it answered without one") }
        let told = json?["expires_in"]?.integer ?? Self.usualLifetime
        let seconds = min(max(told, 1), Self.longestLifetime)
        // A tenth earlier, so that it does not end on the way.
        return Authorization(
            header: Secret("Bearer \(token)"), end: begun + .milliseconds(seconds * 900),
            hasCredentials: credential != nil,
            identityToken: signingIn
                ? json?["refresh_token"]?.text.flatMap { $0.isEmpty ? nil : Secret($0) } : nil)
    }

    private func request(
        for scopes: [String], with credential: Credential?, signingIn: Bool
    ) -> HTTPRequest {
        var fields = service.map { [("service", $0)] } ?? []
        switch credential {
        case .identityToken(let token):
            fields += [
                ("client_id", "pare"), ("grant_type", "refresh_token"), ("refresh_token", token.text),
                ("scope", scopes.joined(separator: " ")),
            ]
            var request = HTTPRequest(
                .POST, realm, headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: .bytes(Array(Self.form(fields).utf8)))
            request.isBodySecret = true
            return request
        case .password(let user, let password):
            fields += scopes.map { ("scope", $0) } + [("account", user)]
            if signingIn { fields += [("client_id", "pare"), ("offline_token", "true")] }
            return HTTPRequest(
                .GET, asked(fields), headers: ["Authorization": Authorization.basicHeader(user, password)])
        case .registryToken, nil:
            return HTTPRequest(.GET, asked(fields + scopes.map { ("scope", $0) }))
        }
    }

    /// The request with what the service may see of the user's certificate, and need not show of its own.
    private func presented(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        request.showsCertificate = isNear
        request.takesAnyCertificate = takesAnyCertificate
        return request
    }

    private func asked(_ fields: [(String, String)]) -> String {
        fields.isEmpty ? realm : realm + (realm.contains("?") ? "&" : "?") + Self.form(fields)
    }

    private func failure(_ reason: String) -> RegistryError {
        .tokenService(registry: registry, reason: reason)
    }

    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), 0x2D, 0x2E, 0x5F, 0x7E:
                [byte]
            default: [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
