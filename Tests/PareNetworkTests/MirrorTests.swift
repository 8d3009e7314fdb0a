// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import PareNetwork
import Testing

@Suite struct MirrorTests {
    /// The places for an image, as `registry/repository:tag`, with a `!` for insecure ones.
    func places(_ home: Home, _ image: String) throws -> [String] {
        let table = try MirrorTable(
            environment: home.environment(), folder: home.path + "/folder", system: home.path + "/etc")
        return try table.places(for: ImageReference(image)).map {
            "\($0.reference)" + ($0.isInsecure ? "!" : "")
        }
    }

    static let conf = """
        unqualified-search-registries = ["quay.io"]
        short-name-mode = "enforcing"

        [[registry]]
        prefix = "docker.io"
        location = "hub.corp/cache"
        [[registry.mirror]]
        location = "10.0.0.1:5000"
        insecure = true
        [[registry.mirror]]
        location = "by-digest.corp/hub/"
        pull-from-mirror = "digest-only"
        [[registry.mirror]]
        location = "by-tag.corp/hub"
        pull-from-mirror = "tag-only"

        [[registry]]
        location = "quay.io/team"
        insecure = true

        [[registry]]
        prefix = "quay.io/team/secret"
        blocked = true

        [[registry]]
        prefix = "quay.io/tea"
        location = "wrong.corp"

        [[registry]]
        prefix = "digest.corp"
        location = "digest.corp"
        mirror-by-digest-only = true
        [[registry.mirror]]
        location = "mirror.corp"

        [[registry]]
        prefix = "*.wild.corp"
        insecure = true
        [[registry]]
        prefix = "exact.wild.corp"
        [[registry]]
        prefix = "*.deep.wild.corp"
        location = "deep.corp/x"

        [[registry]]
        prefix = "tag.corp/app:1"
        location = "other.corp/app:2"
        """

    static let digest = "sha256:" + String(repeating: "0a", count: 32)

    static let cases: [(String, [String])] = [
        (
            "node:20",
            [
                "10.0.0.1:5000/library/node:20!", "by-tag.corp/hub/library/node:20",
                "hub.corp/cache/library/node:20",
            ]
        ),
        (
            "node@\(digest)",
            [
                "10.0.0.1:5000/library/node@\(digest)!", "by-digest.corp/hub/library/node@\(digest)",
                "hub.corp/cache/library/node@\(digest)",
            ]
        ),
        ("quay.io/team/app", ["quay.io/team/app:latest!"]),
        ("quay.io/teams/app", ["quay.io/teams/app:latest"]),
        ("quay.io/team", ["quay.io/team:latest!"]),
        ("ghcr.io/a/b:1", ["ghcr.io/a/b:1"]),
        ("digest.corp/a:1", ["digest.corp/a:1"]),
        ("digest.corp/a:1@\(digest)", ["mirror.corp/a:1@\(digest)", "digest.corp/a:1@\(digest)"]),
        // A port is another host.
        ("digest.corp:5000/a@\(digest)", ["digest.corp:5000/a@\(digest)"]),
        ("a.wild.corp/x:1", ["a.wild.corp/x:1!"]),
        ("a.b.wild.corp:5000/x:1", ["a.b.wild.corp:5000/x:1!"]),
        ("wild.corp/x:1", ["wild.corp/x:1"]),
        ("exact.wild.corp/x:1", ["exact.wild.corp/x:1"]),
        ("a.deep.wild.corp:5000/y:1", ["deep.corp/x/y:1"]),
        ("tag.corp/app:1", ["other.corp/app:2"]),
        ("tag.corp/app:12", ["tag.corp/app:12"]),
    ]

    @Test(arguments: cases)
    func theLongestPrefixDecides(_ image: String, _ expected: [String]) throws {
        let home = try Home(["etc/registries.conf": Self.conf])
        #expect(try places(home, image) == expected)
    }

    @Test func blockedImagesAreRefused() throws {
        let home = try Home(["etc/registries.conf": Self.conf])
        let error = #expect(throws: MirrorError.self) { try places(home, "quay.io/team/secret/app") }
        #expect(
            error
                == .blocked(
                    reference: "quay.io/team/secret/app:latest", file: home.path + "/etc/registries.conf"))
    }

    /// A later file's rule for a prefix takes the place of an earlier one's, and a user's own file of the system's.
    @Test func filesAreTakenInPodmansOrderThenPares() throws {
        func rule(_ location: String) -> String {
            "[[registry]]\nprefix = \"docker.io\"\nlocation = \"\(location)\"\n"
        }
        let home = try Home()
        func expect(_ place: String, _ location: Comment = "") throws {
            #expect(try places(home, "node:20") == ["\(place)/library/node:20"], location)
        }
        try expect("docker.io")
        for (index, file) in [
            "etc/registries.conf", "etc/registries.conf.d/10-a.conf", "etc/registries.conf.d/20-b.conf",
            ".config/containers/registries.conf.d/05.conf",
        ].enumerated() {
            try home.write(rule("place\(index).corp"), to: file)
            try expect("place\(index).corp")
        }
        try home.write(rule("wrong.corp"), to: "etc/registries.conf.d/99.conf.off")
        try home.write(
            "[[registry]]\nprefix = \"quay.io\"\nlocation = \"q.corp\"\n",
            to: ".config/containers/registries.conf")
        #expect(try places(home, "quay.io/a:1") == ["q.corp/a:1"])
        try expect("place3.corp")
        try FileManager.default.removeItem(atPath: home.path + "/.config/containers/registries.conf.d")
        try expect("docker.io")
        try home.write(
            #"{"registries":{"docker.io":{"location":"user.corp"}}}"#, to: ".config/pare/pare.json")
        try expect("user.corp")
        try home.write(#"{"registries":{"docker.io":{"location":"work.corp"}}}"#, to: "folder/.pare.json")
        try expect("work.corp")
    }

    @Test func theVariableNamesTheFile() throws {
        let home = try Home([
            "my.conf": "[[registry]]\nlocation = \"a.corp\"\ninsecure = true\n",
            ".config/containers/registries.conf": "[[registry]]\nlocation = \"b.corp\"\ninsecure = true\n",
        ])
        func table(_ file: String) throws -> MirrorTable {
            try MirrorTable(
                environment: home.environment(["CONTAINERS_REGISTRIES_CONF": home.path + file]),
                folder: home.path, system: home.path + "/etc")
        }
        let named = try table("/my.conf")
        #expect(try named.places(for: ImageReference("a.corp/x")).map(\.isInsecure) == [true])
        #expect(try named.places(for: ImageReference("b.corp/x")).map(\.isInsecure) == [false])
        #expect(throws: MirrorError.self) { try table("/none.conf") }
    }

    @Test func paresFileSaysMirrorsInShort() throws {
        let text = """
            {"registries": {
              "docker.io": {"mirrors": ["mirror.corp/hub", {"location": "10.0.0.1:5000", "insecure": true}]},
              "quay.io/team": {"location": "quay.corp/team", "insecure": true},
              "ghcr.io": {"blocked": true}
            }}
            """
        let home = try Home([".config/pare/pare.json": text])
        #expect(
            try places(home, "node:20") == [
                "mirror.corp/hub/library/node:20", "10.0.0.1:5000/library/node:20!",
                "docker.io/library/node:20",
            ])
        #expect(try places(home, "quay.io/team/app:1") == ["quay.corp/team/app:1!"])
        #expect(throws: MirrorError.self) { try places(home, "ghcr.io/a/b") }
    }

    @Test func theOldFormOfTheFileIsRead() throws {
        let home = try Home([
            "etc/registries.conf": """
            [registries.search]
            registries = ['quay.io']
            [registries.insecure]
            registries = ['a.corp', "b.corp:5000"]
            [registries.block]
            registries = ['c.corp']
            """
        ])
        #expect(try places(home, "a.corp/x:1") == ["a.corp/x:1!"])
        #expect(try places(home, "b.corp:5000/x:1") == ["b.corp:5000/x:1!"])
        #expect(try places(home, "node:20") == ["docker.io/library/node:20"])
        #expect(throws: MirrorError.self) { try places(home, "c.corp/x") }
    }

    static let brokenConfs: [(String, String)] = [
        ("[[registry]]\nprefix = 'a.corp", "line 2: a quote is not closed"),
        ("[[registry]]\ninsecure = true", "neither 'prefix' nor 'location'"),
        ("[[registry]]\nlocation = 'https://a.corp'", "leave its scheme out"),
        ("[[registry]]\nlocation = 'mirror'", "does not begin with a host"),
        ("[[registry]]\nlocation = 1", "'location' is not a text"),
        ("[[registry]]\nlocation = 'a.corp'\ninsecure = 'yes'", "'insecure' is not true or false"),
        ("[[registry]]\nprefix = 'a.*.corp'\nlocation = 'a.corp'", "'*'"),
        ("[[registry]]\nprefix = '*.corp/x'\nlocation = 'a.corp'", "'*'"),
        ("registry = 'a.corp'", "'registry' is not a list of tables"),
        ("[[registry]]\nlocation = 'a.corp'\n[[registry.mirror]]\ninsecure = true", "has no 'location'"),
        (
            "[[registry]]\nlocation = 'a.corp'\n[[registry.mirror]]\nlocation='b.corp'\npull-from-mirror='some'",
            "'some' is no value of 'pull-from-mirror'"
        ),
        (
            "[[registry]]\nlocation = 'a.corp'\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation='b.corp'\npull-from-mirror='all'",
            "has both"
        ),
        (
            "[registries.block]\nregistries = ['a.corp']\n[[registry]]\nlocation = 'b.corp'",
            "it has both '[registries…]' and '[[registry]]'"
        ),
    ]

    @Test(arguments: brokenConfs)
    func brokenConfsAreNamed(_ text: String, _ reason: String) throws {
        let home = try Home(["etc/registries.conf.d/1.conf": text])
        let error = #expect(throws: MirrorError.self) { try places(home, "node:20") }
        #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
        #expect(error?.problem.contains("/etc/registries.conf.d/1.conf") == true)
    }

    static let brokenFiles: [(String, String)] = [
        (#"{"registries":"#, "not JSON at byte 14"),
        ("[]", "it is not an object"),
        (#"{"registry":{}}"#, "it has 'registry', which is none of 'registries'"),
        (#"{"registries":{"docker.io":[]}}"#, "'docker.io' is not a table"),
        (#"{"registries":{"docker.io":{"mirror":["a.corp"]}}}"#, "'docker.io' has 'mirror'"),
        (#"{"registries":{"docker.io":{"mirrors":"a.corp"}}}"#, "are not a list"),
        (#"{"registries":{"docker.io":{"mirrors":[1]}}}"#, "a mirror of 'docker.io' is not an object"),
        (#"{"registries":{"docker.io":{"mirrors":[{}]}}}"#, "has no 'location'"),
        (#"{"registries":{"docker.io":{},"docker.io":{}}}"#, "'docker.io' is there twice"),
        (#"{"registries":{"docker.io":{"mirrors":["hub"]}}}"#, "'hub' does not begin with a host"),
    ]

    @Test(arguments: brokenFiles)
    func brokenFilesOfParesAreNamed(_ text: String, _ reason: String) throws {
        let home = try Home(["folder/.pare.json": text])
        let error = #expect(throws: MirrorError.self) { try places(home, "node:20") }
        #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
        #expect(error?.problem.contains("/folder/.pare.json") == true)
    }

    @Test func whatIsNoNameIsToldWhereItIsMade() throws {
        let home = try Home([
            "folder/.pare.json": #"{"registries":{"docker.io":{"location":"a.corp/UPPER"}}}"#
        ])
        let error = #expect(throws: MirrorError.self) { try places(home, "node:20") }
        #expect(error?.problem.contains("makes 'a.corp/UPPER/library/node:20' of") == true)
    }

    @Test func startsOfFilesNeverTrap() throws {
        let home = try Home()
        let environment = home.environment()
        let image = try ImageReference("x.a.corp/y")
        let pare = #"{"registries":{"*.a.corp":{"mirrors":["b.corp",{"location":"c:1"}],"blocked":true}}}"#
        for (file, whole) in [("etc/registries.conf", Self.conf), ("folder/.pare.json", pare)] {
            for count in 0..<whole.utf8.count {
                try home.write(String(decoding: whole.utf8.prefix(count), as: UTF8.self), to: file)
                do {
                    _ = try MirrorTable(
                        environment: environment, folder: home.path + "/folder", system: home.path + "/etc"
                    ).places(for: image)
                } catch { #expect(error is MirrorError) }
            }
            try home.write("", to: "etc/registries.conf")
        }
    }
}
