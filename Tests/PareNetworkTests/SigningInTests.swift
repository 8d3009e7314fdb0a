// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareModel
import PareNetwork
import Testing

/// With Debian's registry, its users' passwords hashed by `htpasswd`, or with a token service of the tests.
@Suite struct SigningInTests {
    private static let image = SampleImage(noise: [1000])

    /// Signs in as a user would, and gives what was kept.
    private func signIn(
        _ registry: DockerRegistry, _ user: String, _ secret: String, keepingIn home: Home? = nil
    ) async throws -> Credential {
        let transport = try Transport(NetworkOptions(environment: [:]))
        do {
            let client = RegistryClient(transport, credentials: NoCredentials())
            let said = password(user, secret)
            let token = try await client.signIn(to: registry.place, with: said)
            let credential = token.map(Credential.identityToken) ?? said
            if let home {
                _ = try await CredentialKeeping(environment: home.environment())
                    .keep(credential, of: user, for: registry.place)
            }
            await transport.close()
            return credential
        } catch {
            await transport.close()
            throw error
        }
    }

    /// The digest of an image's manifest, pulled with what is found in a home.
    private func pull(_ name: String, with home: Home, explicit: [Credential] = []) async throws -> Digest {
        let transport = try Transport(NetworkOptions(environment: [:]))
        do {
            let store = CredentialStore(environment: home.environment(), explicit: explicit)
            let client = RegistryClient(transport, credentials: store)
            let manifest = try await client.manifest(ImageReference(name))
            await transport.close()
            return manifest.descriptor.digest
        } catch {
            await transport.close()
            throw error
        }
    }

    private func tool(_ words: [String], in home: Home, input: String = "") async throws -> String {
        let variables = home.environment().map { "\($0)=\($1)" }
        let output = try await runTool(["env", "-i"] + variables + words, input: Array(input.utf8))
        return String(decoding: output, as: UTF8.self)
    }

    @Test func passwordsAreTakenAndOthersTheyKeepAreTaken() async throws {
        let registry = try await DockerRegistry(.passwords(["me": "s3cret:ü"]))
        defer { registry.stop() }
        let name = registry.place + "/team/app:1"
        let basic = "Basic " + auth("me", "s3cret:ü")
        try await Pushing(to: registry.place, authorization: basic).push(Self.image, "team/app", tag: "1")
        let digest = Self.image.manifest.digest

        // What pare keeps, skopeo reads.
        let home = try Home()
        #expect(try await signIn(registry, "me", "s3cret:ü", keepingIn: home) == password("me", "s3cret:ü"))
        #expect(try await pull(name, with: home) == digest)
        let inspect = [
            "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name,
        ]
        #expect(try await tool(inspect, in: home).hasPrefix(digest.description))

        // What skopeo keeps, pare reads; in podman's file and in Docker's.
        for file in ["run/containers/auth.json", ".docker/config.json"] {
            let other = try Home(["run/x": "", ".docker/x": ""])
            let words = ["skopeo", "login", "--tls-verify=false", "-u", "me", "--password-stdin"]
            _ = try await tool(
                words + ["--authfile", other.path + "/" + file, registry.place], in: other, input: "s3cret:ü")
            #expect(try await pull(name, with: other) == digest, "\(file)")
            let forgotten = try await CredentialKeeping(environment: other.environment())
                .forget(registry.place)
            #expect(forgotten == [.file(other.path + "/" + file)])
            await #expect(throws: RegistryError.self) { try await pull(name, with: other) }
        }

        // Of several, the first that the registry takes is used.
        let said = [password("me", "wrong"), password("me", "s3cret:ü")]
        #expect(try await pull(name, with: try Home(), explicit: said) == digest)
    }

    @Test func wrongPasswordsAreRefusedAndNotShown() async throws {
        let registry = try await DockerRegistry(.passwords(["me": "s3cret"]))
        defer { registry.stop() }
        let home = try Home()
        let error = await #expect(throws: CredentialError.refused(registry: registry.place)) {
            try await signIn(registry, "me", "wr0ng", keepingIn: home)
        }
        #expect(error.map { "\($0)\($0.problem)\($0.hint ?? "")" }?.contains("wr0ng") == false)
        #expect(!FileManager.default.fileExists(atPath: home.path + "/.docker"))
    }

    /// Where a token service gives one, an identity token is kept, and not the password.
    @Test(arguments: [true, false])
    func tokenServicesAreAsked(_ givesIdentityTokens: Bool) async throws {
        let service = try await TokenService(
            users: ["me": .init(password: "s3cret", grants: ["*": ["pull", "push"]])],
            grantsRefreshTokens: givesIdentityTokens)
        let registry = try await DockerRegistry(.tokens(service))
        do {
            try await Pushing(
                to: registry.place,
                authorization: service.authorization(of: "me", repository: "team/app")
            ).push(Self.image, "team/app", tag: "1")
            let home = try Home()
            let kept = try await signIn(registry, "me", "s3cret", keepingIn: home)
            #expect(
                kept
                    == (givesIdentityTokens
                        ? .identityToken(Secret(TokenService.refreshToken(of: "me")))
                        : password("me", "s3cret")))
            #expect(
                try home.text(".docker/config.json").contains(auth("me", "s3cret")) != givesIdentityTokens)
            #expect(
                try await pull(registry.place + "/team/app:1", with: home) == Self.image.manifest.digest)
            await #expect(throws: CredentialError.refused(registry: registry.place)) {
                try await signIn(registry, "me", "wrong")
            }
        } catch {
            Issue.record(error)
        }
        registry.stop()
        await service.stop()
    }

    @Test func registriesThatWantNothingTakeAnything() async throws {
        let registry = try await DockerRegistry()
        defer { registry.stop() }
        #expect(try await signIn(registry, "me", "x") == password("me", "x"))
    }

    @Test(arguments: ["Basic realm=\"far\"", "Bearer realm=\"http://THIEF/token\""])
    func whomARegistryLeadsToIsToldNoPassword(_ challenge: String) async throws {
        let thief = try await LoopbackServer { _ in [.answer(200, [:], Array(#"{"token":"x"}"#.utf8))] }
        let far = try await LoopbackServer { _ in
            [.answer(401, ["WWW-Authenticate": challenge.replacing("THIEF", with: thief.place)])]
        }
        let near = try await LoopbackServer { request in
            [.answer(307, ["Location": "http://\(far.place)\(request.uri)"])]
        }
        let transport = try Transport(NetworkOptions(environment: [:]))
        let client = RegistryClient(transport, credentials: NoCredentials())
        await #expect(throws: CredentialError.elsewhere(near.place, "http://\(far.place)/v2/")) {
            try await client.signIn(to: near.place, with: password("me", "x"))
        }
        #expect(far.requests.allSatisfy { $0.headers["Authorization"].isEmpty })
        #expect(thief.requests.isEmpty)
        await transport.close()
        for server in [thief, far, near] { await server.stop() }
    }

    @Test func otherServersAreNoRegistries() async throws {
        let server = try await LoopbackServer { _ in [.answer(404, [:], [])] }
        let transport = try Transport(NetworkOptions(environment: [:]))
        let client = RegistryClient(transport, credentials: NoCredentials())
        await #expect(throws: CredentialError.notRegistry(server.place, status: 404)) {
            try await client.signIn(to: server.place, with: password("me", "x"))
        }
        await transport.close()
        await server.stop()
    }
}
