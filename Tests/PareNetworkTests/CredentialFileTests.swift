// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import PareNetwork
import Testing

/// A folder with files of credentials, as a home.
final class Home: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = NSTemporaryDirectory() + "pare-home-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    func write(_ text: String, to name: String, isProgram: Bool = false) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        if isProgram {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    /// Variables as in a session of its own; podman's session folder is `run`.
    func environment(_ more: [String: String] = [:]) -> [String: String] {
        [
            "HOME": path, "XDG_RUNTIME_DIR": path + "/run",
            "PATH": path + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
        ].merging(more) { $1 }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// `auth` of a file.
func auth(_ user: String, _ password: String) -> String {
    Data("\(user):\(password)".utf8).base64EncodedString()
}

func password(_ user: String, _ password: String) -> Credential { .password(user: user, Secret(password)) }

@Suite struct CredentialFileTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let file: String
        let registry: String
        let repository: String
        let expected: Credential?

        init(_ name: String, _ file: String, _ expected: Credential?) {
            self.init(name, file, "quay.io", "team/app", expected)
        }

        init(
            _ name: String, _ file: String, _ registry: String, _ repository: String, _ expected: Credential?
        ) {
            testDescription = name
            self.file = file
            self.registry = registry
            self.repository = repository
            self.expected = expected
        }
    }

    static let mine = auth("me", "s3cret")

    static let cases: [Case] = [
        Case("host", #"{"auths":{"quay.io":{"auth":"\#(mine)"}}}"#, password("me", "s3cret")),
        Case("other host", #"{"auths":{"quay.io":{"auth":"\#(mine)"}}}"#, "ghcr.io", "a/b", nil),
        Case(
            "port", #"{"auths":{"127.0.0.1:5000":{"auth":"\#(mine)"}}}"#, "127.0.0.1:5000", "a",
            password("me", "s3cret")),
        Case("other port", #"{"auths":{"127.0.0.1:5000":{"auth":"\#(mine)"}}}"#, "127.0.0.1:5001", "a", nil),
        Case(
            "Docker Hub in Docker's words", #"{"auths":{"https://index.docker.io/v1/":{"auth":"\#(mine)"}}}"#,
            "docker.io", "library/node", password("me", "s3cret")),
        Case(
            "Docker Hub in podman's words", #"{"auths":{"docker.io":{"auth":"\#(mine)"}}}"#, "docker.io",
            "library/node", password("me", "s3cret")),
        Case(
            "an old address", #"{"auths":{"http://quay.io/v1/":{"auth":"\#(mine)"}}}"#,
            password("me", "s3cret")),
        Case(
            "an old path", #"{"auths":{"quay.io/v2/":{"auth":"\#(mine)"}}}"#, password("me", "s3cret")),
        Case(
            "the plain key before the old one",
            #"{"auths":{"quay.io":{"auth":"\#(mine)"},"https://quay.io":{"auth":"\#(auth("old", "x"))"}}}"#,
            password("me", "s3cret")),
        Case(
            "the longest path",
            #"{"auths":{"quay.io/team":{"auth":"\#(auth("team", "t"))"},"quay.io/team/app":{"auth":"\#(mine)"},"quay.io":{"auth":"\#(auth("all", "a"))"}}}"#,
            password("me", "s3cret")),
        Case(
            "a shorter path",
            #"{"auths":{"quay.io/team":{"auth":"\#(mine)"},"quay.io":{"auth":"\#(auth("all", "a"))"}}}"#,
            "quay.io", "team/other/deep", password("me", "s3cret")),
        Case(
            "not half a word", #"{"auths":{"quay.io/tea":{"auth":"\#(mine)"}}}"#, "quay.io", "team/app", nil),
        Case(
            "a colon in the password", #"{"auths":{"quay.io":{"auth":"\#(auth("me", "a:b:c"))"}}}"#,
            password("me", "a:b:c")),
        Case(
            "zero bytes of old Dockers", #"{"auths":{"quay.io":{"auth":"\#(auth("me", "x\0\0"))"}}}"#,
            password("me", "x")),
        Case(
            "a password in the open", #"{"auths":{"quay.io":{"username":"me","password":"s3cret"}}}"#,
            password("me", "s3cret")),
        Case(
            "an identity token",
            #"{"auths":{"quay.io":{"auth":"\#(auth("me", ""))","identitytoken":"tok"}}}"#,
            .identityToken(Secret("tok"))),
        Case(
            "a user that says token", #"{"auths":{"quay.io":{"auth":"\#(auth("<token>", "tok"))"}}}"#,
            .identityToken(Secret("tok"))),
        Case(
            "a registry token", #"{"auths":{"quay.io":{"registrytoken":"tok"}}}"#,
            .registryToken(Secret("tok"))),
        Case("an empty entry", #"{"auths":{"quay.io":{}}}"#, nil),
        Case("nulls", #"{"auths":null,"credHelpers":null,"credsStore":null}"#, nil),
        Case("an empty file", "", nil),
        Case("white space", " \n", nil),
        Case("other settings", #"{"HttpHeaders":{"X":"y"},"currentContext":"desktop"}"#, nil),
    ]

    @Test(arguments: cases)
    func isReadAsDockerAndPodmanWroteIt(_ test: Case) async throws {
        for place in [".docker/config.json", "run/containers/auth.json", ".config/containers/auth.json"] {
            let home = try Home([place: test.file])
            let store = CredentialStore(environment: home.environment())
            let found = try await store.credential(forRegistry: test.registry, repository: test.repository)
            #expect(found == test.expected, "\(place)")
        }
    }

    /// What podman finds first wins; each file is asked only where those before it know nothing.
    @Test func filesAreAskedInPodmansOrder() async throws {
        let places = [
            "named.json", "run/containers/auth.json", "config/containers/auth.json", "docker/config.json",
        ]
        let home = try Home()
        let environment = home.environment([
            "REGISTRY_AUTH_FILE": home.path + "/named.json", "XDG_CONFIG_HOME": home.path + "/config",
            "DOCKER_CONFIG": home.path + "/docker",
        ])
        try home.write("{}", to: "named.json")
        // Never asked, since the variable names another folder.
        try home.write(#"{"auths":{"quay.io":{"auth":"\#(auth("home", "x"))"}}}"#, to: ".docker/config.json")
        for place in places.reversed() {
            try home.write(#"{"auths":{"quay.io":{"auth":"\#(auth(place, "x"))"}}}"#, to: place)
            let store = CredentialStore(environment: environment)
            #expect(
                try await store.credential(forRegistry: "quay.io", repository: "a") == password(place, "x"))
        }
    }

    @Test func noHomeIsNoCredentials() async throws {
        let store = CredentialStore(environment: ["XDG_RUNTIME_DIR": "/nonexistent"])
        #expect(try await store.credentials(forRegistry: "quay.io", repository: "a").isEmpty)
    }

    @Test func whatIsSaidComesFirstAndOnlyWhereItIsMeant() async throws {
        let home = try Home([".docker/config.json": #"{"auths":{"quay.io":{"auth":"\#(Self.mine)"}}}"#])
        let said = [password("one", "1"), password("two", "2")]
        let all = CredentialStore(environment: home.environment(), explicit: said)
        #expect(
            try await all.credentials(forRegistry: "quay.io", repository: "a")
                == said + [password("me", "s3cret")])
        #expect(try await all.credentials(forRegistry: "ghcr.io", repository: "a") == said)
        let bound = CredentialStore(
            environment: home.environment(), explicit: said, forRegistries: ["docker.io"])
        #expect(try await bound.credentials(forRegistry: "index.docker.io", repository: "a") == said)
        #expect(
            try await bound.credentials(forRegistry: "quay.io", repository: "a") == [
                password("me", "s3cret")
            ])
        #expect(try await bound.credentials(forRegistry: "ghcr.io", repository: "a").isEmpty)
        let token = CredentialStore(
            environment: home.environment(), explicit: [.registryToken(Secret("t"))])
        #expect(
            try await token.credentials(forRegistry: "quay.io", repository: "a") == [
                .registryToken(Secret("t"))
            ])
    }

    static let broken: [(String, String)] = [
        ("not JSON", #"{"auths":{"quay.io":{"auth":"s3cret""#),
        ("not a JSON object", #"["s3cret"]"#),
        ("'auths' is not an object", #"{"auths":"s3cret"}"#),
        ("'quay.io' is not an object", #"{"auths":{"quay.io":"s3cret"}}"#),
        ("'auth' of its entry for 'quay.io' is not a text", #"{"auths":{"quay.io":{"auth":{"s3cret":1}}}}"#),
        ("not base64", #"{"auths":{"quay.io":{"auth":"s3cret!"}}}"#),
        ("not UTF-8", #"{"auths":{"quay.io":{"auth":"gICA"}}}"#),
        ("no user", #"{"auths":{"quay.io":{"auth":"\#(auth("", "s3cret"))"}}}"#),
        ("no user", #"{"auths":{"quay.io":{"auth":"czNjcmV0"}}}"#),
        ("'identitytoken' of its entry", #"{"auths":{"quay.io":{"identitytoken":["s3cret"]}}}"#),
        (
            "the 'auth' of its entry for 'quay.io' is not a text",
            #"{"auths":{"https://me:s3cret@quay.io":{"auth":[]}}}"#
        ),
        ("'credsStore' is not a text", #"{"credsStore":{"s3cret":1}}"#),
        ("'credHelpers' is not an object", #"{"credHelpers":"s3cret"}"#),
        ("no text for 'quay.io'", #"{"credHelpers":{"quay.io":["s3cret"]}}"#),
    ]

    @Test(arguments: broken)
    func brokenFilesAreNamedAndNotShown(_ reason: String, _ text: String) async throws {
        let home = try Home([".docker/config.json": text])
        let store = CredentialStore(environment: home.environment())
        let error = await #expect(throws: CredentialError.self) {
            try await store.credential(forRegistry: "quay.io", repository: "a")
        }
        let words = [error?.problem, error?.hint, error.map { "\($0)" }].compactMap(\.self).joined(
            separator: "\n")
        #expect(words.contains(home.path + "/.docker/config.json"))
        #expect(error?.problem.contains(reason) == true, "\(words)")
        #expect(!words.contains("s3cret") && !words.contains("czNjcmV0"))
    }

    /// A broken entry of another registry hinders nobody.
    @Test func brokenEntriesOfOthersAreLeftAlone() async throws {
        let home = try Home([
            ".docker/config.json":
                #"{"auths":{"ghcr.io":{"auth":"!"},"quay.io":{"auth":"\#(Self.mine)"}}}"#
        ])
        let store = CredentialStore(environment: home.environment())
        #expect(
            try await store.credential(forRegistry: "quay.io", repository: "a") == password("me", "s3cret"))
    }

    @Test func namedFilesMustBeThere() async throws {
        let home = try Home()
        let store = CredentialStore(
            environment: home.environment(["REGISTRY_AUTH_FILE": home.path + "/none.json"]))
        await #expect(
            throws: CredentialError.missingFile(home.path + "/none.json", variable: "REGISTRY_AUTH_FILE")
        ) { try await store.credential(forRegistry: "quay.io", repository: "a") }
    }

    /// Every start of a file is read or refused, and none stops the process.
    @Test func startsOfFilesNeverTrap() async throws {
        let whole =
            #"{"auths":{"quay.io":{"auth":"\#(Self.mine)","identitytoken":"a\u00e9\ud83d\ude00"},"https://index.docker.io/v1/":{}},"credHelpers":{"a":"b"},"credsStore":"","n":[1.5e3,true,null]}"#
        let home = try Home()
        var refused = 0
        for count in 0...whole.utf8.count {
            let start = String(decoding: whole.utf8.prefix(count), as: UTF8.self)
            try home.write(start, to: ".docker/config.json")
            let store = CredentialStore(environment: home.environment())
            do { _ = try await store.credential(forRegistry: "quay.io", repository: "a") } catch {
                #expect(error is CredentialError)
                #expect(!"\(error)".contains("s3cret"))
                refused += 1
            }
        }
        #expect(refused == whole.utf8.count - 1)
    }
}
