// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Synchronization
import Testing

@testable import PareNetwork

@Suite struct AuthenticationTests {
    private static let sample = SampleImage(noise: [1000, 2000])
    fileprivate static let right = Credential.password(user: "ann", Secret("s3cret: ü"))
    private static let wrong = Credential.password(user: "ann", Secret("guess"))

    fileprivate static func pull(_ reference: ImageReference, _ credentials: [Credential]) async throws
        -> Seen
    {
        try await withRegistries(.quick(), credentials) { client in
            try await Seen(registryImage(reference, platform: nil, client: client))
        }
    }

    private static func expectRefused(
        _ reference: ImageReference, _ credentials: [Credential], hasCredentials: Bool,
        _ location: SourceLocation = #_sourceLocation
    ) async {
        do {
            _ = try await pull(reference, credentials)
            Issue.record("it was given", sourceLocation: location)
        } catch RegistryError.unauthorised(_, reference.registry, hasCredentials, _) {
        } catch {
            Issue.record("\(error)", sourceLocation: location)
        }
    }

    @Test func convincesByPassword() async throws {
        let registry = try await DockerRegistry(.passwords(["ann": "s3cret: ü"]))
        let basic = "Basic " + Data("ann:s3cret: ü".utf8).base64EncodedString()
        try await Pushing(to: registry.place, authorization: basic).push(Self.sample, "team/app", tag: "1")
        let reference = try ImageReference("\(registry.place)/team/app:1")
        #expect(try await Self.pull(reference, [Self.right]) == Self.sample.seen)
        #expect(try await Self.pull(reference, [Self.wrong, Self.right]) == Self.sample.seen)
        await Self.expectRefused(reference, [], hasCredentials: false)
        await Self.expectRefused(reference, [Self.wrong], hasCredentials: true)
        await Self.expectRefused(reference, [.identityToken(Secret("x"))], hasCredentials: true)
    }

    @Test func convincesByToken() async throws {
        let grants: NetworkServers.TokenService.Grants = [
            "team/app": ["pull", "push"], "open": ["pull", "push"],
        ]
        let service = try await NetworkServers.TokenService(
            users: [
                "ann": .init(password: "s3cret: ü", grants: grants), "bob": .init(password: "b", grants: [:]),
            ],
            anonymous: ["open": ["pull"]])
        let registry = try await DockerRegistry(.tokens(service))
        for name in ["team/app", "open"] {
            let authorization = try await service.authorization(of: "ann", repository: name)
            try await Pushing(to: registry.place, authorization: authorization).push(
                Self.sample, name, tag: "1")
        }
        let open = try ImageReference("\(registry.place)/open:1")
        let reference = try ImageReference("\(registry.place)/team/app:1")
        #expect(try await Self.pull(open, []) == Self.sample.seen)
        #expect(service.requests.map(\.scopes) == [["repository:open:pull"]], "one token for all of it")
        #expect(service.requests.first?.service == service.name)
        #expect(try await Self.pull(reference, [Self.right]) == Self.sample.seen)
        #expect(service.requests.last?.user == "ann")
        let identity = Credential.identityToken(Secret(NetworkServers.TokenService.refreshToken(of: "ann")))
        #expect(try await Self.pull(reference, [identity]) == Self.sample.seen)
        #expect(service.requests.last?.grantType == "refresh_token")
        #expect(try await Self.pull(reference, [Self.wrong, identity]) == Self.sample.seen)
        let bearer = try await service.authorization(of: "ann", repository: "team/app").dropFirst(
            "Bearer ".count)
        let before = service.requests.count
        #expect(
            try await Self.pull(reference, [.registryToken(Secret(String(bearer)))]) == Self.sample.seen)
        #expect(service.requests.count == before)

        await Self.expectRefused(reference, [], hasCredentials: false)
        await Self.expectRefused(reference, [Self.wrong], hasCredentials: true)
        await Self.expectRefused(reference, [.password(user: "bob", Secret("b"))], hasCredentials: true)
        await Self.expectRefused(reference, [.identityToken(Secret("stale"))], hasCredentials: true)
        await service.stop()
    }

    @Test func asksForWhatItDoes() async throws {
        let service = try await NetworkServers.TokenService(
            users: ["ann": .init(password: "s3cret: ü", grants: ["*": ["pull", "push"]])])
        let registry = try await DockerRegistry(.tokens(service))
        let reference = try ImageReference("\(registry.place)/team/app:1")
        try await withRegistries(.quick(), [Self.right]) { client in
            _ = try await client.request(
                .POST, "blobs/uploads/", of: reference, pushing: true, reading: ["base/one"], accepting: [202]
            )
        }
        #expect(
            service.requests.last?.scopes == ["repository:team/app:pull,push", "repository:base/one:pull"])
        await service.stop()
    }

    @Test func fetchesATokenWhenOneIsUsedUp() async throws {
        let turnstile = try await Turnstile(Self.sample, uses: 1)
        #expect(try await Self.pull(turnstile.reference, []) == Self.sample.seen)
        #expect(turnstile.tokens == 2 + Self.sample.layers.count)
        #expect(turnstile.refusals == turnstile.tokens)
    }

    @Test func fetchesATokenBeforeOneEnds() async throws {
        let turnstile = try await Turnstile(Self.sample, uses: 100, lifetime: 1)
        try await withRegistries { client in
            _ = try await client.manifest(turnstile.reference)
            try await Task.sleep(for: .milliseconds(1500))
            _ = try await client.manifest(turnstile.reference)
        }
        #expect(turnstile.refusals == 2, "the registry need not say that a token has ended")
        #expect(turnstile.tokens == 2)
    }

    @Test func givesUpWhereNoTokenHelps() async throws {
        let turnstile = try await Turnstile(Self.sample, uses: 0)
        await Self.expectRefused(turnstile.reference, [Self.right], hasCredentials: true)
        #expect(turnstile.tokens == 1)
    }

    @Test(arguments: [
        "http://localhost:PORT/token", "http://user:pass@127.0.0.1:PORT/token", "/token", "ftp://a/b",
    ])
    func tellsNothingToWhomeverTheRegistryNames(realm: String) async throws {
        let other = try await LoopbackServer { _ in [.answer(200, [:], Array(#"{"token":"x"}"#.utf8))] }
        let place = realm.replacing("PORT", with: "\(other.port)")
        let turnstile = try await Turnstile(Self.sample, uses: 100, realm: place)
        await #expect {
            try await Self.pull(turnstile.reference, [Self.right])
        } throws: { error in
            guard case .tokenService(turnstile.server.place, _) = error as? RegistryError else {
                return false
            }
            return !"\(error)".contains("s3cret")
        }
        #expect(other.requests.isEmpty)
    }

    @Test(arguments: ["", "{}", #"{"token":""}"#, #"{"token":7}"#, #"{"token":"a\r\nX-Other: b"}"#, "<html>"])
    func refusesWhatIsNoToken(_ text: String) async throws {
        let turnstile = try await Turnstile(Self.sample, uses: 1, answer: Array(text.utf8))
        await #expect {
            try await Self.pull(turnstile.reference, [])
        } throws: { error in
            if case .tokenService = error as? RegistryError { true } else { false }
        }
    }

    @Test func sendsNothingAfterARedirect() async throws {
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(Self.sample, "app", tag: "1")
        let far = try await FaultProxy(to: registry.place) { _ in .none }
        let near = try await LoopbackServer { request in
            guard request.headers["Authorization"].isEmpty else {
                return [.answer(307, ["Location": "http://\(far.place)\(request.uri)"])]
            }
            return [.answer(401, ["WWW-Authenticate": #"Basic realm="near""#])]
        }
        let reference = try ImageReference("\(near.place)/app:1")
        let seen = try? await Self.pull(reference, [Self.right])
        #expect(try await seen == Self.sample.seen)
        #expect(far.requests.count == 2 + Self.sample.layers.count)
        #expect(far.requests.allSatisfy { $0.headers["Authorization"].isEmpty })
        await far.stop()
    }
}

extension AuthenticationTests {
    /// Storage that a registry leads to may not ask for what only the registry is told.
    @Test func takesNoChallengeFromARedirect() async throws {
        let thief = try await LoopbackServer { _ in [.answer(200, [:], Array(#"{"token":"x"}"#.utf8))] }
        let far = try await LoopbackServer { _ in
            [.answer(401, ["WWW-Authenticate": "Bearer realm=\"http://\(thief.place)/token\""])]
        }
        let near = try await LoopbackServer { request in
            [.answer(307, ["Location": "http://\(far.place)\(request.uri)"])]
        }
        let reference = try ImageReference("\(near.place)/app:1")
        await #expect(throws: RegistryError.self) { try await Self.pull(reference, [Self.right]) }
        #expect(far.requests.count { $0.path.hasSuffix("/manifests/1") } == 1)
        #expect(thief.requests.isEmpty)
    }
}

extension AuthenticationTests {
    /// An identity token is good for years; where it is sent on to is nothing that a token service decides.
    @Test func sendsAnIdentityTokenToItsServiceOnly() async throws {
        let thief = try await LoopbackServer { _ in [.answer(200, [:], Array(#"{"token":"x"}"#.utf8))] }
        let service = try await LoopbackServer { _ in
            [.answer(307, ["Location": "http://\(thief.place)/token"])]
        }
        let turnstile = try await Turnstile(Self.sample, uses: 100, realm: "http://\(service.place)/token")
        let identity = Credential.identityToken(Secret("s3cret"))
        await #expect {
            try await Self.pull(turnstile.reference, [identity])
        } throws: { error in
            if case .secretRedirect = error as? NetworkError { true } else { false }
        }
        #expect(service.requests.count == 1)
        #expect(thief.requests.isEmpty)
    }

    /// A registry that need not be trusted has its token service on the same host and port.
    @Test func takesAnyCertificateOfTheRegistrysOwnService() async throws {
        let made = try await Certificates()
        let server = try HTTPServer { request, line in
            let host = request.headers["host"] ?? ""
            if request.target.hasPrefix("/token") { return line.answer(200, [:], #"{"token":"t"}"#) }
            guard request.headers["authorization"] == "Bearer t" else {
                return line.answer(401, ["WWW-Authenticate": "Bearer realm=\"https://\(host)/token\""])
            }
            line.answer(200, [:], #"{"schemaVersion":2,"manifests":[]}"#)
        }
        let front = try await TLSFront(server, made.server)
        let reference = try ImageReference("127.0.0.1:\(front.port)/app:1")
        try await withRegistries(endpoints: { [Endpoint($0, isInsecure: true)] }) { client in
            _ = try await client.manifest(reference)
        }
        await #expect(throws: NetworkError.self) {
            try await withRegistries { try await $0.manifest(reference) }
        }
    }
}

/// A registry and its token service, whose tokens are good for so many requests each.
private final class Turnstile: Sendable {
    private struct State {
        var uses: [String: Int] = [:]
        var refusals = 0
    }

    let server: LoopbackServer
    private let state: Locked<State>

    var reference: ImageReference { ImageReference(registry: server.place, repository: "demo/app", tag: "1") }
    var tokens: Int { state.with { $0.uses.count } }
    var refusals: Int { state.with { $0.refusals } }

    init(
        _ image: SampleImage, uses limit: Int, realm: String? = nil, lifetime: Int = 300,
        answer: [UInt8]? = nil
    ) async throws {
        let made = try await MadeRegistry(image)
        let state = Locked(State())
        self.state = state
        server = try await LoopbackServer { request in
            // Is asked by whoever does not know yet whether TLS is spoken.
            if request.path == "/v2/" { return [.answer(200)] }
            let host = request.headers.first(name: "Host") ?? ""
            if request.path == "/token" {
                let token = state.with { state in
                    let token = "t\(state.uses.count)"
                    state.uses[token] = 0
                    return token
                }
                let text = #"{"token":"\#(token)","expires_in":\#(lifetime)}"#
                return [.answer(200, [:], answer ?? Array(text.utf8))]
            }
            let token = request.headers.first(name: "Authorization").map { String($0.dropFirst(7)) } ?? ""
            let isGood = state.with { state in
                guard let uses = state.uses[token], uses < limit else {
                    state.refusals += 1
                    return false
                }
                state.uses[token] = uses + 1
                return true
            }
            guard isGood else {
                let challenge = "Bearer realm=\"\(realm ?? "http://\(host)/token")\",service=\"x\""
                return [.answer(401, ["WWW-Authenticate": challenge])]
            }
            return made.answer(request)
        }
    }
}

private final class Locked<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
    func with<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}
