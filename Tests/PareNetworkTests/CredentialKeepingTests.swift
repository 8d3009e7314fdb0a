// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareNetwork
import Testing

@Suite struct CredentialKeepingTests {
    static let mine = password("me", "s3cret")

    private func keep(
        _ credential: Credential = mine, for registry: String = "quay.io", in home: Home,
        _ variables: [String: String] = [:]
    ) async throws -> CredentialKeeping.Place {
        try await CredentialKeeping(environment: home.environment(variables))
            .keep(credential, of: "me", for: registry)
    }

    private func found(_ registry: String = "quay.io", in home: Home) async throws -> Credential? {
        try await CredentialStore(environment: home.environment())
            .credential(forRegistry: registry, repository: "team/app")
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aNewFileIsDockersAndPrivate() async throws {
        let home = try Home()
        let file = home.path + "/.docker/config.json"
        #expect(try await keep(in: home) == .file(file))
        #expect(
            try home.text(".docker/config.json")
                == "{\n\t\"auths\": {\n\t\t\"quay.io\": {\n\t\t\t\"auth\": \"\(auth("me", "s3cret"))\"\n\t\t}\n\t}\n}\n"
        )
        #expect(try mode(file) == 0o600)
        #expect(try mode(home.path + "/.docker") == 0o700)
        #expect(try await found(in: home) == Self.mine)
    }

    @Test func dockerHubHasItsKey() async throws {
        let home = try Home()
        _ = try await keep(for: "docker.io", in: home)
        _ = try await keep(for: "registry-1.docker.io", in: home)
        let json = try JSONValue(Array(home.text(".docker/config.json").utf8))
        #expect(json["auths"]?.members?.map(\.name) == ["https://index.docker.io/v1/"])
        let podman = try Home(["run/containers/auth.json": #"{"auths":{"index.docker.io":{}}}"#])
        _ = try await keep(for: "docker.io", in: podman)
        let other = try JSONValue(Array(podman.text("run/containers/auth.json").utf8))
        #expect(other["auths"]?.members?.map(\.name) == ["docker.io"])
    }

    /// Everything else stays as it was, in its order; the file keeps its permissions, and a link to it stays one.
    @Test func theRestOfTheFileStays() async throws {
        let before = """
            {"HttpHeaders":{"X-<b>":"é\\u00e9"},"auths":{"a.corp":{"auth":"\(auth("a", "a"))","email":"x"},
             "https://quay.io/v1/":{"auth":"\(auth("old", "o"))"},"z.corp":{}},
             "detachKeys":"ctrl-e,e","n":[1.50,1e3,true,null,123456789012345678901234567890],"currentContext":"x"}
            """
        let home = try Home(["dotfiles/docker.json": before])
        let real = home.path + "/dotfiles/docker.json"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: real)
        try FileManager.default.createDirectory(
            atPath: home.path + "/.docker", withIntermediateDirectories: true)
        let link = home.path + "/.docker/config.json"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        _ = try await keep(in: home)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == real)
        #expect(try mode(real) == 0o640)
        let expected = before.replacing("https://quay.io/v1/", with: "quay.io")
            .replacing(auth("old", "o"), with: auth("me", "s3cret"))
        let text = try home.text("dotfiles/docker.json")
        #expect(try JSONValue(Array(text.utf8)) == JSONValue(Array(expected.utf8)))
        #expect(try await found(in: home) == Self.mine)
        let forgotten = try await CredentialKeeping(environment: home.environment()).forget("quay.io")
        #expect(forgotten == [.file(link)])
        let without = expected.replacing(
            "\"quay.io\":{\"auth\":\"\(auth("me", "s3cret"))\"},", with: "")
        #expect(
            try JSONValue(Array(home.text("dotfiles/docker.json").utf8)) == JSONValue(Array(without.utf8)))
        // Nothing is left beside it.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: home.path + "/dotfiles") == ["docker.json"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: home.path + "/.docker") == ["config.json"])
    }

    /// What is found first is what is kept anew, or it would hide the new one.
    @Test func theFileThatCountsIsWrittenTo() async throws {
        let home = try Home([
            "run/containers/auth.json": #"{"auths":{"quay.io":{"auth":"\#(auth("old", "o"))"}}}"#,
            ".docker/config.json": "{}",
        ])
        #expect(try await keep(in: home) == .file(home.path + "/run/containers/auth.json"))
        #expect(try await keep(for: "ghcr.io", in: home) == .file(home.path + "/.docker/config.json"))
        #expect(try await found(in: home) == Self.mine)
        let named = ["REGISTRY_AUTH_FILE": home.path + "/new/auth.json"]
        #expect(try await keep(in: home, named) == .file(home.path + "/new/auth.json"))
        let place = try await CredentialKeeping(
            environment: home.environment(named), file: home.path + "/own.json"
        ).keep(Self.mine, of: "me", for: "quay.io")
        #expect(place == .file(home.path + "/own.json"))
    }

    @Test func identityTokensStandBesideTheUser() async throws {
        let home = try Home()
        _ = try await keep(.identityToken(Secret("tok")), in: home)
        let entry = try JSONValue(Array(home.text(".docker/config.json").utf8))["auths"]?["quay.io"]
        #expect(entry?["auth"]?.text == auth("me", "") && entry?["identitytoken"]?.text == "tok")
        #expect(try await found(in: home) == .identityToken(Secret("tok")))
    }

    @Test(arguments: [#"{"credsStore":"box"}"#, #"{"credHelpers":{"quay.io":"box"}}"#])
    func programsKeepWhatTheFileAsksThemTo(_ text: String) async throws {
        let home = try Home([".docker/config.json": text, "box/x": ""])
        try home.write(Keeper.box, to: "bin/docker-credential-box", isProgram: true)
        let place = CredentialKeeping.Place.program(
            "docker-credential-box", file: home.path + "/.docker/config.json")
        for credential in [Self.mine, .identityToken(Secret("s3cret-token"))] {
            #expect(try await keep(credential, in: home) == place)
            #expect(try await found(in: home) == credential)
            let json = try JSONValue(Array(home.text(".docker/config.json").utf8))
            #expect(json["auths"]?["quay.io"] == .object([]))
            #expect(try !home.text(".docker/config.json").contains("s3cret"))
        }
        let keeping = CredentialKeeping(environment: home.environment())
        #expect(try await keeping.forget("quay.io") == [place])
        #expect(try await found(in: home) == nil)
        #expect(try await keeping.forget("quay.io") == [])
    }

    /// No secret is written where the program that should have it fails.
    @Test func failuresOfProgramsLeaveTheFileAsItWas() async throws {
        let text = #"{"credsStore":"bad"}"#
        let home = try Home([".docker/config.json": text])
        try home.write("#!/bin/sh\ncat\ncat >&2\nexit 1\n", to: "bin/docker-credential-bad", isProgram: true)
        let error = await #expect(throws: CredentialError.self) { try await keep(in: home) }
        #expect(error?.problem.contains("'docker-credential-bad store'") == true)
        #expect(error.map { "\($0)\($0.problem)\($0.hint ?? "")" }?.contains("s3cret") == false)
        #expect(try home.text(".docker/config.json") == text)
    }

    @Test func forgettingGoesThroughAllFiles() async throws {
        let home = try Home([
            "run/containers/auth.json": #"{"auths":{"quay.io":{"auth":"\#(auth("a", "a"))"}}}"#,
            ".config/containers/auth.json": #"{"auths":{"quay.io/team":{"auth":"\#(auth("t", "t"))"}}}"#,
            ".docker/config.json":
                #"{"auths":{"https://quay.io":{"auth":"\#(auth("b", "b"))"},"ghcr.io":{}}}"#,
        ])
        let keeping = CredentialKeeping(environment: home.environment())
        #expect(
            try await keeping.forget("quay.io") == [
                .file(home.path + "/run/containers/auth.json"), .file(home.path + "/.docker/config.json"),
            ])
        // What is for a part of it only was said by somebody who knows.
        #expect(try await found(in: home) == password("t", "t"))
        #expect(try await keeping.forget("quay.io") == [])
    }

    /// A password in plain text must not stay because the program that should have had it is gone.
    @Test func forgettingGoesOnWhereAProgramIsMissing() async throws {
        let home = try Home([
            "run/containers/auth.json":
                #"{"credsStore":"gone","auths":{"quay.io":{"auth":"\#(auth("a", "a"))"}}}"#,
            ".docker/config.json": #"{"auths":{"quay.io":{"auth":"\#(auth("b", "b"))"}}}"#,
        ])
        let error = await #expect(throws: CredentialError.self) {
            try await CredentialKeeping(environment: home.environment()).forget("quay.io")
        }
        #expect(error?.problem.contains("docker-credential-gone") == true)
        #expect(try !home.text("run/containers/auth.json").contains("quay.io"))
        #expect(try !home.text(".docker/config.json").contains("quay.io"))
    }

    @Test func loginsAtTheSameTimeAreAllKept() async throws {
        let home = try Home()
        let names = (0..<12).map { "r\($0).example" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { _ = try await keep(for: name, in: home) } }
            try await group.waitForAll()
        }
        let json = try JSONValue(Array(home.text(".docker/config.json").utf8))
        #expect(Set((json["auths"]?.members ?? []).map(\.name)) == Set(names))
    }

    /// Where there was nothing to hide yet, others could read the file; a user who let them read secrets meant it.
    @Test(arguments: [("{}", 0o600), (#"{"auths":{"a.corp":{"auth":"YTph"}}}"#, 0o644)])
    func theFirstSecretHidesTheFile(_ text: String, _ expected: Int) async throws {
        let home = try Home([".docker/config.json": text])
        let file = home.path + "/.docker/config.json"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        _ = try await keep(in: home)
        #expect(try mode(file) == expected)
    }

    @Test(.enabled(if: getuid() == 0)) func theFileKeepsItsOwner() async throws {
        let home = try Home([".docker/config.json": "{}"])
        let file = home.path + "/.docker/config.json"
        #expect(chown(file, 1234, 1235) == 0)
        _ = try await keep(in: home)
        let now = try FileManager.default.attributesOfItem(atPath: file)
        #expect(now[.ownerAccountID] as? Int == 1234 && now[.groupOwnerAccountID] as? Int == 1235)
    }

    static let unfit: [(String, [UInt8])] = [
        ("not JSON", Array("{".utf8)), ("not UTF-8", Array("{\"a\":\"".utf8) + [0xE9] + Array("\"}".utf8)),
        ("not an object", Array("{\"auths\":[]}".utf8)),
    ]

    @Test(arguments: unfit)
    func filesThatCannotBeKeptWholeAreLeftAlone(_ reason: String, _ bytes: [UInt8]) async throws {
        let home = try Home([".docker/config.json": ""])
        let file = home.path + "/.docker/config.json"
        try Data(bytes).write(to: URL(filePath: file))
        let error = await #expect(throws: CredentialError.self) { try await keep(in: home) }
        #expect(error?.problem.contains(reason) == true && error?.problem.contains(file) == true)
        #expect(try Data(contentsOf: URL(filePath: file)) == Data(bytes))
    }

    @Test func withoutAHomeThereIsNoPlace() async throws {
        await #expect(throws: CredentialError.noPlace) {
            try await CredentialKeeping(environment: ["XDG_RUNTIME_DIR": "/nonexistent"])
                .keep(Self.mine, of: "me", for: "quay.io")
        }
    }
}
