// SPDX-License-Identifier: Apache-2.0

import PareModel
import Testing

@testable import PareEngine

@Suite("Command lines") struct ArgumentTests {
    static let plain = Host(
        isRoot: true, controlGroups: .unified, hardLimits: nil, runc: "/r/runc", crun: "/r/crun")
    static let hybrid = Host(
        isRoot: true, controlGroups: .hybrid, hardLimits: .init(openFiles: 20_000, processes: 90_000),
        runc: "/r/runc",
        crun: nil)
    static let rootless = Host(
        isRoot: false, controlGroups: .hybrid, hardLimits: .init(openFiles: 20_000, processes: 90_000),
        runc: "/r/runc",
        crun: nil)

    static func engine(_ kind: Engine.Kind, _ host: Host = plain, _ environment: [String: String] = [:])
        -> Engine
    {
        Engine(kind: kind, path: "/bin/\(kind.rawValue)", version: "1", environment: environment, host: host)
    }

    @Test func nothingOfTheEnvironmentIsTold() {
        let engine = Self.engine(.buildah, Self.plain, ["GITHUB_TOKEN": "s3cret"])
        #expect("\(engine)" == "buildah 1")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let kind: Engine.Kind
        let host: Host
        let words: String
        var testDescription: String { "\(kind) → \(words)" }
    }

    @Test(arguments: [
        Row(kind: .docker, host: plain, words: "build --force-rm --file D --tag T --more -- C"),
        Row(
            kind: .buildah, host: plain,
            words:
                "build --isolation chroot --network host --pull=missing --layers --force-rm --cgroup-parent /M "
                + "--file D --tag T --more -- C"),
        Row(
            kind: .podman, host: plain,
            words:
                "build --isolation chroot --network host --pull=missing --layers --force-rm --cgroup-parent /M "
                + "--file D --tag T --more -- C"),
        Row(
            kind: .podman, host: hybrid,
            words: "--runtime /r/runc --cgroup-manager=cgroupfs build --isolation chroot --network host "
                + "--pull=missing --layers --force-rm --cgroup-parent /M --file D --tag T --more -- C"),
    ])
    func building(row: Row) {
        var request = BuildRequest(context: "C", dockerfile: "D", tag: "T", log: "L")
        request.options = ["--more"]
        let engine = Self.engine(row.kind, row.host)
        let command = engine.command(engine.buildArguments(request, marker: "M"))
        #expect(command.arguments.joined(separator: " ") == row.words)
        #expect(command.executable == "/bin/\(row.kind.rawValue)")
    }

    @Test(arguments: [Engine.Kind.buildah, .podman])
    func pullsNothingWithoutNetwork(_ kind: Engine.Kind) {
        var engine = Self.engine(kind)
        engine.isOffline = true
        let request = BuildRequest(context: "C", dockerfile: "D", tag: "T", log: "L")
        let words = engine.buildArguments(request, marker: "M")
        #expect(words.contains("--pull=never") && !words.contains("--pull=missing"))
    }

    @Test func dockerBuildsOnTheHostsNetworkWhenAsked() {
        var request = BuildRequest(context: "C", dockerfile: "D", tag: "T", log: "L")
        request.hostNetwork = true
        let words = Self.engine(.docker).buildArguments(request, marker: "M")
        #expect(words == ["build", "--force-rm", "--network=host", "--file", "D", "--tag", "T", "--", "C"])
    }

    private static let start =
        "run --name N --hostname pare-trial --pull=never --sig-proxy=false "
        + "--security-opt no-new-privileges --cap-drop AUDIT_WRITE --cap-drop MKNOD --cap-drop NET_RAW --pids-limit 4096 "

    @Test(arguments: [
        (Engine.Kind.docker, plain, nil as Int?, start + "--network none --env A=1 I -x"),
        (.docker, rootless, 5200, start + "--publish 127.0.0.1::5200 --env A=1 I -x"),
        (.podman, plain, nil, start + "--network none --env A=1 I -x"),
        (
            .podman, hybrid, nil,
            start + "--ulimit nofile=20000:20000 --ulimit nproc=32768:32768 --network none --env A=1 I -x"
        ),
        (.podman, rootless, 80, start + "--publish 127.0.0.1::80 --env A=1 I -x"),
    ])
    func running(kind: Engine.Kind, host: Host, port: Int?, words: String) {
        var request = TrialRequest(image: "I", config: ImageConfig(), questions: [], scratch: "S")
        request.environment = ["A=1"]
        request.command = ["-x"]
        let arguments = Self.engine(kind, host).runArguments("N", for: request, publishing: port)
        #expect(arguments.joined(separator: " ") == words)
    }

    @Test(arguments: [
        (Engine.Kind.docker, "--read-only "), (.podman, "--read-only --read-only-tmpfs=false "),
    ])
    func runningWithLess(kind: Engine.Kind, readOnly: String) {
        var request = TrialRequest(image: "I", config: ImageConfig(), questions: [], scratch: "S")
        request.isReadOnlyRoot = true
        request.hasOwnTmp = true
        request.dropsCapabilities = true
        let arguments = Self.engine(kind).runArguments("N", for: request, publishing: nil)
        #expect(
            arguments.joined(separator: " ")
                == "run --name N --hostname pare-trial --pull=never --sig-proxy=false --security-opt no-new-privileges "
                + "--cap-drop ALL --pids-limit 4096 \(readOnly)--tmpfs /tmp:rw,nosuid,noexec,nodev,mode=1777 "
                + "--network none I")
    }

    @Test(arguments: [
        (Engine.Kind.buildah, "a/b", "push --quiet --disable-compression -- a/b docker-archive:P:a/b:latest"),
        (.buildah, "h:5/b:1", "push --quiet --disable-compression -- h:5/b:1 docker-archive:P:h:5/b:1"),
        (.buildah, "sha256:ab", "push --quiet --disable-compression -- sha256:ab docker-archive:P"),
        (.podman, "a/b", "save --quiet --format docker-archive --output P -- a/b"),
        (.docker, "a/b", "save --output P -- a/b"),
    ])
    func exporting(kind: Engine.Kind, image: String, words: String) {
        #expect(Self.engine(kind).exportArguments(image, to: "P").joined(separator: " ") == words)
    }

    @Test(arguments: ["", "-v", "--privileged", "a b", "a\nb", "bild:größe", "a\u{0}"])
    func namesThatAreNotOnesAreRefused(name: String) async {
        for kind in Engine.Kind.allCases {
            #expect(throws: EngineError.self) { try Self.engine(kind).checkName(name) }
        }
    }

    @Test(arguments: [
        ("node:20", "docker.io/library/node:20"), ("a/b", "docker.io/a/b:latest"),
        ("cgr.dev/a/b", "cgr.dev/a/b:latest"),
        ("localhost/a", "localhost/a:latest"), ("localhost:5000/a", "localhost:5000/a:latest"), ("-x", "-x"),
    ])
    func namesAreCompletedAsDockerDoes(name: String, full: String) { #expect(name.qualified == full) }

    @Test(arguments: [
        ("node:20", [:] as [String: String], "registry-1.docker.io", 443),
        ("cgr.dev/a/b", [:], "cgr.dev", 443),
        ("127.0.0.1:5000/a", ["HTTPS_PROXY": "http://proxy:8080"], "127.0.0.1", 5000),
        ("[::1]:5000/a", [:], "::1", 5000),
        ("node", ["https_proxy": "http://user:word@proxy.example:8080/"], "proxy.example", 8080),
        ("node", ["https_proxy": "proxy"], "proxy", 3128),
    ])
    func theRegistryOrItsProxyIsKnockedAt(
        image: String, environment: [String: String], host: String, port: Int
    ) {
        let address = Self.engine(.docker, Self.plain, environment).registryAddress(of: image)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        (plain, [Engine.Kind.docker, .buildah, .podman]), (hybrid, [.docker, .buildah, .podman]),
        (rootless, [.docker, .podman, .buildah]),
        (Host(isRoot: true, controlGroups: .hybrid, runc: nil, crun: "/crun"), [.docker, .podman, .buildah]),
    ])
    func enginesAreTriedInOrder(host: Host, order: [Engine.Kind]) { #expect(Engine.order(on: host) == order) }

    @Test(arguments: [
        ("buildah version 1.28.2 (image-spec 1.1.0-rc2, runtime-spec 1.0.2-dev)", "1.28.2"),
        ("podman version 4.3.1", "4.3.1"), ("26.1.5", "26.1.5"), ("", ""),
    ])
    func versionsAreRead(line: String, version: String) { #expect(Engine.versionNumber(in: line) == version) }

    @Test func noEngineIsAnErrorWithAHint() async {
        let error = await #expect(throws: EngineError.self) {
            try await Engine.locate(named: nil, environment: ["PATH": "/nowhere"])
        }
        #expect(
            error?.problem
                == "no container engine works here: looked for docker, podman and buildah on the PATH")
        #expect(error?.hint == "install one with 'apt-get install buildah runc'")
        await #expect(throws: EngineError.missing(["podman"])) {
            try await Engine.locate(named: "podman", environment: ["PATH": ""])
        }
        await #expect(throws: EngineError.unknownEngine("lxc")) {
            try await Engine.locate(named: "lxc", environment: [:])
        }
    }
}
