// SPDX-License-Identifier: Apache-2.0

import PareModel
import Testing

@testable import PareDockerfile

@Suite struct ReasoningTests {
    // MARK: shell

    @Test(arguments: [
        ("node server.js", ["node", "server.js"]),
        ("  node   'a b' \"c d\" e\\ f ''", ["node", "a b", "c d", "e f", ""]),
        ("A=b node x", ["A=b", "node", "x"]),
        ("a && b", nil), ("a | b", nil), ("a; b", nil), ("a > b", nil), ("a $X", nil), ("a \"$X\"", nil),
        ("a '$X'", ["a", "$X"]), ("a *", nil), ("a 'b", nil), ("`a`", nil), ("", nil), ("a\\", nil),
        ("a # b", nil),
    ])
    func tellsPlainCommands(_ text: String, _ words: [String]?) {
        #expect(ShellText(text: text).plainCommand == words)
    }

    @Test func findsCommandsOfScripts() {
        let script =
            "set -e; A=1 sudo apt-get update&&(apt install -y 'a;b')\nif true; then npm ci; fi | tee x"
        let names = ShellText(text: script).commands.map { $0[0] }
        #expect(names == ["set", "apt-get", "apt", "true", "npm", "fi", "tee"])
    }

    // MARK: bases

    @Test(arguments: [
        ("node", "node", nil, nil, true),
        ("docker.io/library/node:20-slim", "docker.io/library/node", "20-slim", nil, true),
        ("localhost:5000/node", "localhost:5000/node", nil, nil, true),
        (
            "registry.corp:443/mirror/node:22@sha256:ab", "registry.corp:443/mirror/node", "22", "sha256:ab",
            true
        ),
        ("cgr.dev/chainguard/node:latest", "cgr.dev/chainguard/node", "latest", nil, false),
        ("team/node-tools:1", "team/node-tools", "1", nil, false),
    ])
    func readsBases(_ text: String, _ name: String, _ tag: String?, _ digest: String?, _ isNode: Bool) throws
    {
        let base = try #require(BaseReference(text))
        #expect(base.name == name && base.tag == tag && base.digest == digest && base.isNode == isNode)
    }

    @Test(arguments: ["", ":1", "@sha256:ab"])
    func refusesBases(_ text: String) { #expect(BaseReference(text) == nil) }

    // MARK: applications

    @Test(arguments: [
        ("{\"a\": 1, // b\n}", "{\"a\": 1        }"),
        ("/* a */ [1, 2, ]", "        [1, 2  ]"),
        ("{\"//\": \"/* no */\", \"b\": \"\\\",}\"}", "{\"//\": \"/* no */\", \"b\": \"\\\",}\"}"),
        ("/*/ a */1", "         1"), ("\"a", "\"a"), ("/*", "  "), ("\"\\", "\"\\"),
    ])
    func makesStrictJSON(_ text: String, _ expected: String) {
        let spaced = String(decoding: strictJSON(text).map { $0 == 0x0A ? 0x20 : $0 }, as: UTF8.self)
        #expect(spaced.split(separator: " ") == expected.split(separator: " "))
        #expect(strictJSON(text).count == text.utf8.count)
    }

    @Test func findsImports() {
        let source = """
            import a from 'a'; import "b/c"
            const d = require('d'), e = await import( "@e/f/g" )
            import g from './g'; export * from '/h'; console.log('i from', "j")
            require.resolve('k'); from'l'
            """
        #expect(importedPackages(in: source) == ["a", "b", "d", "@e/f", "k", "l"])
    }

    @Test func readsFacts() {
        let facts = ApplicationFacts(
            packageJSON:
                #"{"main": "x.js", "scripts": {"a": "b", "c": 1}, "dependencies": {"d": "1"}}"#,
            tsconfig:
                #"{"extends": "b", "compilerOptions": {"outDir": "./out/", "rootDir": "./src", "noEmit": true}}"#,
            files: ["./a", "yarn.lock"])
        #expect(
            facts.hasManifest && facts.main == "x.js" && facts.scripts == ["a": "b"]
                && facts.dependencies == ["d"])
        #expect(facts.files == ["a", "yarn.lock"] && facts.lockFile == .yarn)
        #expect(facts.typeScript?.outDir == "out" && facts.typeScript?.rootDir == "src")
        #expect(facts.typeScript?.inherits == true && facts.typeScript?.emitsNothing == true)
        #expect(!ApplicationFacts(packageJSON: "[", tsconfig: "{", files: []).hasManifest)
    }

    // MARK: start commands

    private static let application = ApplicationFacts(
        packageJSON: """
            {"scripts": {"start": "npm run serve -- --port 1", "serve": "cross-env A=b node main.js",
             "prestart": "echo", "loop": "npm run loop", "shell": "a && b", "ts": "ts-node -T src/a.ts"},
             "dependencies": {"ts-node": "1", "serve-it": "1"}}
            """, tsconfig: nil, files: [])

    @Test(arguments: [
        (["node", "a.js"], ["a.js"]),
        (["/usr/local/bin/node", "--inspect", "a.js", "b"], ["--inspect", "a.js", "b"]),
        (["docker-entrypoint.sh", "node", "a.js"], ["a.js"]),
        (["tini", "-g", "--", "node", "a.js"], ["a.js"]),
        (["dumb-init", "node", "a.js"], ["a.js"]),
        (["npm", "start"], ["main.js", "--port", "1"]),
        (["npm", "run", "--silent", "serve", "--", "x"], ["main.js", "x"]),
        (["yarn", "ts"], ["node_modules/ts-node/dist/bin.js", "-T", "src/a.ts"]),
        (["npx", "serve-it", "-p"], ["node_modules/.bin/serve-it", "-p"]),
        (["yarn", "serve-it"], ["node_modules/.bin/serve-it"]),
        (["pnpm", "exec", "ts-node", "a.ts"], ["node_modules/ts-node/dist/bin.js", "a.ts"]),
        (["ts-node", "a.ts"], ["node_modules/ts-node/dist/bin.js", "a.ts"]),
        (["./bin/www.js"], ["./bin/www.js"]),
        (["env", "A=b", "node", "a.js"], ["a.js"]),
    ])
    func translates(_ words: [String], _ expected: [String]) throws {
        #expect(try StartCommand(words, in: Self.application).words == expected)
    }

    @Test(arguments: [
        [], ["node"], ["node", "--version"], ["npm"], ["npm", "install"], ["npm", "run"],
        ["npm", "run", "none"],
        ["npm", "--prefix", "x", "start"], ["npm", "run", "loop"], ["npm", "run", "shell"],
        ["python3", "a.py"],
        ["npx"], ["npx", "-p", "x", "y"], ["npx", "unknown"], ["./start.sh"], ["A=b"], ["tini"],
        ["yarn", "unknown"],
    ])
    func refuses(_ words: [String]) {
        #expect(throws: StartCommand.Unavailable.self) { try StartCommand(words, in: Self.application) }
    }

    @Test func keepsWhatAStartSets() throws {
        let start = try StartCommand(["npm", "start"], in: Self.application)
        #expect(start.environment == [StartCommand.Assignment(name: "A", value: "b")])
        #expect(start.losses.count == 1)
        #expect(try StartCommand(["yarn", "ts"], in: Self.application).tools == ["ts-node", "typescript"])
        #expect(try StartCommand(["node", "-r", "@a/b/c", "x.js"], in: Self.application).tools == ["@a/b"])
    }

    @Test(arguments: [
        (
            ["node_modules/ts-node/dist/bin.js", "--transpile-only", "./src/a.ts", "-x"], "src/a.ts",
            ["A", "-x"]
        ),
        (
            ["-r", "ts-node/register/transpile-only", "-r", "dotenv/config", "a.mts"], "a.mts",
            ["-r", "dotenv/config", "A"]
        ),
        (["--import=tsx", "--max-old-space-size=1", "a.cts"], "a.cts", ["--max-old-space-size=1", "A"]),
        (["--loader", "ts-node/esm", "a.ts"], "a.ts", ["A"]),
        (["node_modules/tsx/dist/cli.mjs", "watch.ts"], "watch.ts", ["A"]),
        (["a.js"], nil, []), (["a.ts"], nil, []), (["-r", "dotenv/config", "a.js"], nil, []),
        (["-r"], nil, []),
    ])
    func findsWhatIsCompiled(_ words: [String], _ source: String?, _ after: [String]) throws {
        let compiled = try CompiledStart(words)
        #expect(compiled?.source == source)
        if let compiled { #expect(compiled.words(running: "A") == after) }
    }

    @Test func refusesMappedImports() {
        #expect(throws: StartCommand.Unavailable.self) {
            try CompiledStart(["-r", "ts-node/register", "-r", "tsconfig-paths/register", "a.ts"])
        }
    }
}
