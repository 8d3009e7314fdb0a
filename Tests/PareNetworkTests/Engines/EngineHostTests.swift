// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Testing

@testable import PareNetwork

@Suite struct EngineHostTests {
    @Test(arguments: [
        ("unix:///run/docker.sock", EngineHost.Place.socket("/run/docker.sock")),
        ("tcp://build.example", .network("build.example:2375", nil)),
        ("tcp://build.example:2000/", .network("build.example:2000", nil)),
        ("http://[::1]:9", .network("[::1]:9", nil)),
        ("tcp://[::1]", .network("[::1]:2375", nil)),
        ("https://build.example", .network("build.example:2376", EngineTLS())),
        ("ssh://build.example", .ssh(["--", "build.example"], socket: nil)),
        (
            "ssh://me@build.example:22/run/d.sock",
            .ssh(["-l", "me", "-p", "22", "--", "build.example"], socket: "/run/d.sock")
        ),
        ("ssh://[fe80::1]:22", .ssh(["-p", "22", "--", "fe80::1"], socket: nil)),
    ])
    func isRead(_ text: String, as place: EngineHost.Place) throws {
        let host = try EngineHost(text, from: "DOCKER_HOST", tls: nil)
        #expect(host.place == place)
        #expect(host.text == text)
    }

    @Test func aPasswordIsNotShown() throws {
        let error = #expect(throws: EngineSourceError.self) {
            try EngineHost("ssh://me:s3cret@build.example", from: "DOCKER_HOST", tls: nil)
        }
        #expect(error?.problem.contains("s3cret") == false, "\(error?.problem ?? "")")
    }

    @Test(arguments: [
        "", "docker.sock", "/run/docker.sock", "unix://docker.sock", "unix://", "tcp://", "tcp://:2375",
        "tcp://a/b", "tcp://me@a", "npipe:////./pipe/docker", "fd://", "ssh://", "ssh://-oProxyCommand=x",
        "ssh://-l@a", "ssh://a:b", "ssh://a:0", "ssh://a b", "unix:///a\nb", "ssh://@a", "ssh://-x@a",
    ])
    func isRefused(_ text: String) {
        let error = #expect(throws: EngineSourceError.self, "\(text)") {
            try EngineHost(text, from: "DOCKER_HOST", tls: nil)
        }
        #expect(error?.problem.contains("DOCKER_HOST") == true)
        #expect(error?.hint != nil)
    }

    @Test(arguments: ["1.24", "1.41", "1.100"])
    func versionsAreOrdered(_ text: String) throws {
        #expect(try #require(EngineVersion(text)) >= EngineVersion(1, 24))
        #expect(EngineVersion("1.23").map { $0 < EngineVersion(1, 24) } == true)
        for bad in ["", "1", "1.", "a.b", "1.2.3", "-1.2", "1.99999999999"] {
            #expect(EngineVersion(bad) == nil, "\(bad)")
        }
    }
}

@Suite struct EnginePlacesTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder(name: "pare-tests") }

    private func texts(_ environment: [String: String], named: String? = nil) throws -> [String] {
        try DockerContexts(environment: environment.merging(["HOME": scratch.path]) { $1 })
            .hosts(named: named).map(\.text)
    }

    private func write(_ text: String, to path: String) throws {
        let path = "\(scratch.path)/.docker/\(path)"
        makeFolders(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try writeFile(Array(text.utf8), to: path, replacing: true)
    }

    @Test func theNearestWordCounts() throws {
        #expect(try texts([:]) == ["unix:///var/run/docker.sock"])
        #expect(
            try texts(["XDG_RUNTIME_DIR": "/run/user/7"]) == [
                "unix:///var/run/docker.sock", "unix:///run/user/7/docker.sock",
            ])
        let work = SHA256.digest(of: Array("work".utf8)).hex
        try write(
            #"{"Name": "work", "Endpoints": {"docker": {"Host": "tcp://work.example:2376"}}}"#,
            to: "contexts/meta/\(work)/meta.json")
        #expect(try texts(["DOCKER_CONTEXT": "work"]) == ["tcp://work.example:2376"])
        try write(#"{"currentContext": "work"}"#, to: "config.json")
        #expect(try texts([:]) == ["tcp://work.example:2376"])
        #expect(try texts(["DOCKER_CONTEXT": "default"]) == ["unix:///var/run/docker.sock"])
        #expect(
            try texts(["DOCKER_CONTEXT": "work", "DOCKER_HOST": "unix:///a.sock"]) == ["unix:///a.sock"])
        #expect(try texts(["DOCKER_HOST": "unix:///a.sock"], named: "unix:///b.sock") == ["unix:///b.sock"])
    }

    @Test func aContextHasItsOwnCertificates() throws {
        let work = SHA256.digest(of: Array("work".utf8)).hex
        let meta = "contexts/meta/\(work)/meta.json"
        let docker = DockerContexts(environment: ["HOME": scratch.path, "DOCKER_CONTEXT": "work"])
        let endpoint = #"{"Endpoints": {"docker": {"Host": "tcp://work.example", "SkipTLSVerify": "#
        try write(endpoint + "false}}}", to: meta)
        #expect(try docker.hosts().map(\.place) == [.network("work.example:2375", nil)])
        try write("x", to: "contexts/tls/\(work)/docker/ca.pem")
        var tls = EngineTLS()
        tls.authority = "\(scratch.path)/.docker/contexts/tls/\(work)/docker/ca.pem"
        #expect(try docker.hosts().map(\.place) == [.network("work.example:2376", tls)])
        try write(endpoint + "true}}}", to: meta)
        tls.isVerified = false
        #expect(try docker.hosts().map(\.place) == [.network("work.example:2376", tls)])
    }

    @Test func certificatesAreFoundAsDockerDoes() throws {
        for name in ["ca.pem", "cert.pem", "key.pem"] { try write("x", to: name) }
        var tls = EngineTLS()
        (tls.authority, tls.certificate, tls.key) = (
            "\(scratch.path)/.docker/ca.pem", "\(scratch.path)/.docker/cert.pem",
            "\(scratch.path)/.docker/key.pem"
        )
        func place(_ more: [String: String]) throws -> EngineHost.Place? {
            let environment = ["HOME": scratch.path, "DOCKER_HOST": "tcp://a"].merging(more) { $1 }
            return try DockerContexts(environment: environment).hosts().first?.place
        }
        #expect(try place([:]) == .network("a:2375", nil))
        #expect(try place(["DOCKER_TLS_VERIFY": "1"]) == .network("a:2376", tls))
        tls.isVerified = false
        #expect(try place(["DOCKER_TLS": "1"]) == .network("a:2376", tls))
        #expect(
            try place(["DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/nowhere"])
                == .network("a:2376", EngineTLS()))
    }

    @Test func saysWhatIsWrongWithAContext() throws {
        let work = SHA256.digest(of: Array("work".utf8)).hex
        for (text, reason) in [
            (nil, "there is none of that name"), ("{", "names no endpoint"), ("{}", "names no endpoint"),
            (#"{"Endpoints": {"docker": {"Host": "npipe://x"}}}"#, "'npipe' is not supported"),
        ] {
            if let text { try write(text, to: "contexts/meta/\(work)/meta.json") }
            let error = #expect(throws: EngineSourceError.self) { try texts(["DOCKER_CONTEXT": "work"]) }
            #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
        }
    }

    @Test func podmanHasItsOwnPlaces() throws {
        func texts(_ environment: [String: String], _ named: String? = nil) throws -> [String] {
            try PodmanPlaces(environment: environment).hosts(named: named).map(\.text)
        }
        #expect(try texts([:]) == ["unix:///run/podman/podman.sock"])
        #expect(
            try texts(["XDG_RUNTIME_DIR": "/run/user/7"]) == [
                "unix:///run/user/7/podman/podman.sock", "unix:///run/podman/podman.sock",
            ])
        #expect(try texts(["CONTAINER_HOST": "ssh://a/run/p.sock"]) == ["ssh://a/run/p.sock"])
        #expect(try texts(["CONTAINER_HOST": "ssh://a"], "/p.sock") == ["unix:///p.sock"])
    }
}
