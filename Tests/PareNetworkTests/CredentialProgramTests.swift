// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import PareNetwork
import Testing

/// Programs of the tests that keep credentials, as shell scripts.
enum Keeper {
    /// Keeps each server's answer in a file of the folder `box`.
    static let box = #"""
        #!/bin/sh
        cd "$HOME/box" || exit 9
        input=$(cat)
        name() { printf %s "$1" | tr '/:' '__'; }
        case $1 in
          get) cat "$(name "$input")" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
          store) server=$(printf %s "$input" | sed -n 's/.*"ServerURL": *"\([^"]*\)".*/\1/p')
                 printf %s "$input" >"$(name "$server")" ;;
          erase) rm "$(name "$input")" ;;
          *) exit 2 ;;
        esac
        """#

    static func says(_ user: String, _ secret: String) -> String {
        "#!/bin/sh\necho '{\"ServerURL\":\"x\",\"Username\":\"\(user)\",\"Secret\":\"\(secret)\"}'\n"
    }
}

@Suite struct CredentialProgramTests {
    private func found(
        _ home: Home, _ registry: String, patience: Duration = .seconds(10)
    ) async throws -> Credential? {
        let store = CredentialStore(environment: home.environment(), patience: patience)
        return try await store.credential(forRegistry: registry, repository: "team/app")
    }

    @Test func aRegistrysOwnProgramComesFirst() async throws {
        let home = try Home([
            ".docker/config.json": """
            {"credsStore":"all","credHelpers":{"quay.io":"own","ghcr.io":""},
             "auths":{"quay.io":{"auth":"\(auth("file", "f"))"},"ghcr.io":{"auth":"\(auth("file", "f"))"}}}
            """
        ])
        try home.write(Keeper.says("own", "o"), to: "bin/docker-credential-own", isProgram: true)
        try home.write(Keeper.says("all", "a"), to: "bin/docker-credential-all", isProgram: true)
        #expect(try await found(home, "quay.io") == password("own", "o"))
        #expect(try await found(home, "gcr.io") == password("all", "a"))
        // An empty name undoes the program for all.
        #expect(try await found(home, "ghcr.io") == password("file", "f"))
    }

    @Test func serversAreNamedAsTheirFileNamesThem() async throws {
        let echo = #"""
            #!/bin/sh
            printf '{"Username":"%s","Secret":"x"}' "$(cat)"
            """#
        let cases: [(String, String, String, String)] = [
            (".docker/config.json", #"{"credsStore":"e"}"#, "docker.io", "https://index.docker.io/v1/"),
            (".docker/config.json", #"{"credsStore":"e"}"#, "127.0.0.1:5000", "127.0.0.1:5000"),
            (
                ".docker/config.json", #"{"credHelpers":{"https://index.docker.io/v1/":"e"}}"#, "docker.io",
                "https://index.docker.io/v1/"
            ),
            ("run/containers/auth.json", #"{"credHelpers":{"docker.io":"e"}}"#, "docker.io", "docker.io"),
            ("run/containers/auth.json", #"{"credHelpers":{"quay.io":"e"}}"#, "quay.io", "quay.io"),
        ]
        for (file, text, registry, server) in cases {
            let home = try Home([file: text])
            try home.write(echo, to: "bin/docker-credential-e", isProgram: true)
            #expect(try await found(home, registry) == password(server, "x"), "\(text)")
        }
    }

    @Test func tokensAreIdentityTokens() async throws {
        let home = try Home([".docker/config.json": #"{"credsStore":"t"}"#])
        try home.write(Keeper.says("<token>", "tok"), to: "bin/docker-credential-t", isProgram: true)
        #expect(try await found(home, "quay.io") == .identityToken(Secret("tok")))
    }

    @Test func nothingKeptIsNoError() async throws {
        let home = try Home([
            ".docker/config.json": #"{"credsStore":"box","auths":{"quay.io":{}}}"#, "box/x": "",
        ])
        try home.write(Keeper.box, to: "bin/docker-credential-box", isProgram: true)
        #expect(try await found(home, "quay.io") == nil)
    }

    @Test func isAskedOnceForARegistry() async throws {
        let home = try Home([".docker/config.json": #"{"credsStore":"count"}"#])
        try home.write(
            Keeper.says("me", "x") + "echo >>\"$HOME/asked\"\n", to: "bin/docker-credential-count",
            isProgram: true)
        let store = CredentialStore(environment: home.environment())
        for repository in ["a", "b", "c"] {
            _ = try await store.credential(forRegistry: "quay.io", repository: repository)
        }
        #expect(try home.text("asked") == "\n")
    }

    /// Whether no process of a group lives any more, or soon does not: who is killed takes a moment to die.
    private func isOver(_ group: Int32) async throws -> Bool {
        for _ in 0..<200 {
            let table = String(decoding: try await runTool(["ps", "-eo", "pgid=,stat="]), as: UTF8.self)
            let living = table.split(separator: "\n").map { $0.split(separator: " ") }
                .filter { $0.first == "\(group)" && $0.last?.hasPrefix("Z") == false }
            if living.isEmpty { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// What goes wrong, with the end of the message.
    static let failures: [(String, String)] = [
        ("echo s3cret; echo s3cret >&2; exit 3", "failed with exit code 3"),
        ("kill -9 $$", "failed with exit code 137"),
        ("echo s3cret", "gave an answer without a user and a secret"),
        (#"echo '{"Username":"me","Secret":["s3cret"]}'"#, "gave an answer without a user and a secret"),
        ("exec yes s3cret", "gave an answer of more than 1 MiB"),
        (#"echo $$ >"$HOME/pid"; echo s3cret; sleep 100 & sleep 100"#, "took longer than"),
    ]

    @Test(arguments: failures)
    func failuresAreToldWithoutItsWords(_ script: String, _ reason: String) async throws {
        let home = try Home([".docker/config.json": #"{"credHelpers":{"quay.io":"bad"}}"#])
        try home.write("#!/bin/sh\n\(script)\n", to: "bin/docker-credential-bad", isProgram: true)
        let error = await #expect(throws: CredentialError.self) {
            try await found(home, "quay.io", patience: reason.hasPrefix("took") ? .seconds(1) : .seconds(60))
        }
        let words = [error?.problem, error?.hint, error.map { "\($0)" }].compactMap(\.self).joined(
            separator: "\n")
        #expect(words.contains(reason), "\(words)")
        #expect(words.contains("docker-credential-bad get") && words.contains(home.path))
        #expect(!words.contains("s3cret"))
        if let group = (try? home.text("pid")).flatMap({ Int32($0.trimmingCharacters(in: .newlines)) }) {
            #expect(try await isOver(group), "nothing of it still runs")
        }
    }

    /// `{"credHelpers":…}` names programs of PATH, never a path.
    @Test(arguments: ["gone", "../../bin/bad", ""])
    func missingProgramsAreNamedWithTheirFile(_ name: String) async throws {
        let home = try Home([".docker/config.json": #"{"credsStore":"\#(name)","auths":{}}"#])
        try home.write(Keeper.says("me", "x"), to: "bin/bad", isProgram: true)
        guard !name.isEmpty else {
            #expect(try await found(home, "quay.io") == nil)
            return
        }
        let file = home.path + "/.docker/config.json"
        await #expect(throws: CredentialError.missingProgram("docker-credential-" + name, file: file)) {
            try await found(home, "quay.io")
        }
    }
}
