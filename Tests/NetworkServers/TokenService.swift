// SPDX-License-Identifier: Apache-2.0
import Foundation
package import NIOHTTP1
import PareBytes

/// The service that a registry sends its clients to for tokens: GET with the basic scheme, and POST as OAuth 2 has it.
///
/// - SeeAlso: distribution, `docs/spec/auth/token.md`, `oauth.md` and `jwt.md`.
package final class TokenService: Sendable {
    /// What users may do, by repository: `["team/app": ["pull", "push"]]`; `*` stands for every repository.
    package typealias Grants = [String: Set<String>]

    package struct User: Sendable {
        let password: String
        let grants: Grants

        package init(password: String, grants: Grants) {
            self.password = password
            self.grants = grants
        }
    }

    /// How long its tokens are good.
    package struct Lifetime: Sendable {
        /// What it tells the client, in seconds; `nil` to tell nothing.
        let told: Int?
        /// When the registry refuses the token, in seconds from now.
        let real: Int

        package init(told: Int?, real: Int) {
            self.told = told
            self.real = real
        }

        package static let usual = Lifetime(told: 300, real: 300)
    }

    /// What somebody asked of it.
    package struct Asked: Sendable {
        package let method: HTTPMethod
        /// `nil` for nobody in particular.
        package let user: String?
        package let scopes: [String]
        package let service: String?
        /// `password` or `refresh_token` of OAuth 2; `nil` for GET.
        package let grantType: String?
        package let status: Int
    }

    /// Who signs, in the tokens.
    static let issuer = "pare-tests"
    /// Registries forgive so many seconds after the end.
    private static let leeway = 60

    /// What it is called in challenges.
    package let name: String
    /// The certificate that its tokens are checked by.
    package let certificate: String
    private let server: LoopbackServer
    private let folder: ScratchFolder
    private let desk: Desk
    private let asked: Shared<[Asked]>

    /// - Parameters:
    ///   - users: Whom it knows.
    ///   - anonymous: What may be done without a name.
    ///   - lifetime: How long tokens are good.
    ///   - name: What it is called in challenges.
    ///   - grantsRefreshTokens: Whether it gives identity tokens to those who ask for them.
    /// - Throws: ``ServerFailure`` without `openssl`.
    package init(
        users: [String: User], anonymous: Grants = [:], lifetime: Lifetime = .usual,
        name: String = "registry.test",
        grantsRefreshTokens: Bool = true
    ) async throws {
        folder = try ScratchFolder(name: "pare-tokens")
        self.name = name
        certificate = folder.path + "/tokens.crt"
        let key = folder.path + "/tokens.key"
        try await runTool([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
            "/CN=\(Self.issuer)",
            "-keyout", key, "-out", certificate,
        ])
        let asked = Shared([Asked]())
        self.asked = asked
        let desk = Desk(
            users: users, anonymous: anonymous, lifetime: lifetime, audience: name,
            grantsRefreshTokens: grantsRefreshTokens, key: key,
            chain: try String(contentsOfFile: certificate, encoding: .utf8).split(separator: "\n")
                .filter { !$0.hasPrefix("-----") }.joined())
        self.desk = desk
        server = try await LoopbackServer { request in
            let (answer, note) = await desk.answer(request)
            asked.with { $0.append(note) }
            return [answer]
        }
    }

    /// Where clients are sent to.
    package var realm: String { "http://\(server.place)/token" }

    /// All that was asked so far.
    package var requests: [Asked] { asked.with { $0 } }

    package func stop() async { await server.stop() }

    /// What a client of that user would send in `Authorization` to do all that the user may do in a repository.
    package func authorization(of user: String, repository: String) async throws -> String {
        "Bearer "
            + (try await desk.token(
                for: user, ["repository:\(repository):pull,push,delete"], desk.users[user]?.grants ?? [:]))
    }

    /// An identity token, as a user gets it who asked for one before.
    package static func refreshToken(of user: String) -> String { "refresh-\(user)-7f3a" }

    /// Decides and signs.
    private struct Desk: Sendable {
        let users: [String: User]
        let anonymous: Grants
        let lifetime: Lifetime
        let audience: String
        let grantsRefreshTokens: Bool
        let key: String
        let chain: String

        func answer(_ request: ServedRequest) async -> (WireStep, Asked) {
            let text =
                request.method == .POST
                ? String(decoding: request.body, as: UTF8.self)
                : String(request.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? "")
            let fields = Self.fields(of: text)
            func first(_ name: String) -> String? { fields.first { $0.name == name }?.value }
            let scopes = fields.filter { $0.name == "scope" }.flatMap {
                $0.value.split(separator: " ").map(String.init)
            }
            let isForm = request.method == .POST
            let claim = isForm ? claim(of: first) : claim(of: request.headers)
            let grants: Grants? =
                claim.isRight ? (claim.user.flatMap { users[$0]?.grants } ?? anonymous) : nil
            let note = Asked(
                method: request.method, user: claim.user, scopes: scopes, service: first("service"),
                grantType: isForm ? first("grant_type") : nil, status: grants == nil ? 401 : 200)
            guard let grants, let token = try? await token(for: claim.user ?? "", scopes, grants) else {
                let problem =
                    #"{"errors":[{"code":"UNAUTHORIZED","message":"incorrect username or password"}]}"#
                return (.answer(401, ["Content-Type": "application/json"], Array(problem.utf8)), note)
            }
            var answer: [String: Any] = [isForm ? "access_token" : "token": token]
            if let told = lifetime.told { answer["expires_in"] = told }
            if grantsRefreshTokens, let user = claim.user,
                first("offline_token") == "true" || first("access_type") == "offline"
            {
                answer["refresh_token"] = TokenService.refreshToken(of: user)
            }
            return (.answer(200, ["Content-Type": "application/json"], json(answer)), note)
        }

        /// Who the basic scheme says it is.
        private func claim(of headers: HTTPHeaders) -> (user: String?, isRight: Bool) {
            guard let value = headers.first(name: "Authorization") else { return (nil, true) }
            let words = value.split(separator: " ")
            guard words.count == 2, words[0].lowercased() == "basic",
                let data = Data(base64Encoded: String(words[1]))
            else { return (nil, false) }
            let pair = String(decoding: data, as: UTF8.self).split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { return (nil, false) }
            let user = String(pair[0])
            return (user, users[user].map { $0.password == pair[1] } ?? false)
        }

        /// Who a form says it is.
        private func claim(of field: (String) -> String?) -> (user: String?, isRight: Bool) {
            switch field("grant_type") {
            case "password":
                let user = field("username") ?? ""
                return (user, users[user].map { $0.password == field("password") } ?? false)
            case "refresh_token":
                let user = users.keys.first { TokenService.refreshToken(of: $0) == field("refresh_token") }
                return (user, user != nil)
            default: return (nil, false)
            }
        }

        func token(for user: String, _ scopes: [String], _ grants: Grants) async throws -> String {
            let access: [[String: Any]] = scopes.compactMap { scope in
                // A repository's name may have a registry's port in it.
                guard let kind = scope.firstIndex(of: ":"), let end = scope.lastIndex(of: ":"), kind < end
                else {
                    return nil
                }
                let name = String(scope[scope.index(after: kind)..<end])
                let wanted = Set(scope[scope.index(after: end)...].split(separator: ",").map(String.init))
                let granted = wanted.intersection(grants[name, default: []].union(grants["*", default: []]))
                guard !granted.isEmpty else { return nil }
                return ["type": String(scope[..<kind]), "name": name, "actions": granted.sorted()]
            }
            let now = Int(Date().timeIntervalSince1970)
            let claims: [String: Any] = [
                "iss": TokenService.issuer, "sub": user, "aud": audience, "iat": now, "nbf": now - 5,
                "exp": now + lifetime.real - TokenService.leeway, "jti": UUID().uuidString, "access": access,
            ]
            let text = [json(["typ": "JWT", "alg": "RS256", "x5c": [chain]]), json(claims)].map(base64)
                .joined(
                    separator: ".")
            let signature = try await runTool(
                ["openssl", "dgst", "-sha256", "-sign", key], input: Array(text.utf8))
            return "\(text).\(base64(signature))"
        }

        private func json(_ value: [String: Any]) -> [UInt8] {
            Array((try? JSONSerialization.data(withJSONObject: value)) ?? Data())
        }

        private func base64(_ bytes: [UInt8]) -> String {
            String(
                Data(bytes).base64EncodedString().compactMap { character -> Character? in
                    switch character {
                    case "+": "-"
                    case "/": "_"
                    case "=": nil
                    default: character
                    }
                })
        }

        /// The fields of a form or query.
        private static func fields(of text: String) -> [(name: String, value: String)] {
            text.split(separator: "&").map { field in
                let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                    $0.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ")
                        .removingPercentEncoding ?? ""
                }
                return (pair[0], pair.count == 2 ? pair[1] : "")
            }
        }
    }
}
