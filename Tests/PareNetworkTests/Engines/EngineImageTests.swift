// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import PareArchive
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareNetwork

/// Real podman: its service, which speaks Docker's language, and its storage through each of the programs that know it.
@Suite(.serialized) struct EngineImageTests {
    private static let path = "/usr/bin:/bin:/usr/sbin:/sbin"
    private static let interests = [
        Interest("status", .path("var/lib/dpkg/status"), take: .content(limit: 1 << 20)),
        Interest("packages", .name("package.json"), take: .content(limit: 1 << 20)),
    ]

    private let podman: PodmanService
    private let scratch: ScratchFolder
    private let name = "registry.example/team/app:1"

    init() async throws {
        scratch = try ScratchFolder(name: "pare-tests")
        podman = try await PodmanService(path: Self.path)
        let sample = SampleImage(noise: [10_000, 20_000, 300_000], packing: .gzip)
        try await podman.add("oci:" + (try sample.writeLayout(in: scratch.path + "/layout")), as: name)
    }

    private func options(_ more: [String: String] = [:]) -> NetworkOptions {
        NetworkOptions(environment: podman.environment.merging(more) { $1 })
    }

    private func expectSame(_ one: ImageReading, _ other: ImageReading, _ what: Comment) {
        #expect(one.view.files == other.view.files, what)
        #expect(one.view.isVisible == other.view.isVisible, what)
        #expect(one.facts.id == other.facts.id, what)
        #expect(one.facts.layers == other.facts.layers, what)
        #expect(one.facts.config == other.facts.config, what)
        #expect(one.facts.rawConfig == other.facts.rawConfig, what)
        #expect(one.diagnostics == other.diagnostics, what)
    }

    /// A folder whose only program is this one.
    private func path(with program: String) throws -> String {
        let folder = "\(scratch.path)/only-\(program)"
        makeFolders(folder)
        symlink("/usr/bin/\(program)", "\(folder)/\(program)")
        return folder
    }

    @Test func isTheSameByFileServiceAndStorage() async throws {
        try await podman.save(name, to: scratch.path + "/app.tar")
        let file = try await openImage(at: scratch.path + "/app.tar").read(taking: Self.interests)
        #expect(file.view.files.count == 3)
        let service = try await engineImage(
            name, at: [EngineHost(socket: podman.socket)], program: "podman", platform: nil,
            options: options())
        expectSame(try await service.read(taking: Self.interests), file, "service")
        #expect(service.tags == [name])
        for program in ["podman", "buildah", "skopeo"] {
            let image = try await storageImage(
                name, reference: try ImageReference(name), platform: nil,
                options: options(["PATH": try path(with: program)]))
            #expect(image.id == file.facts.id, "\(program)")
            let reading = try await image.read(taking: Self.interests)
            expectSame(reading, file, "\(program)")
            #expect(reading.tree.lookup("opt/noise/2")?.size == 300_000)
            // Contents come with one more export.
            let content = try await onOwnThread { _ in
                try reading.tree.content(of: "etc/debian_version", limit: 100)
            }
            #expect(content == Array("12.9\n".utf8))
        }
    }

    @Test func isFoundByIDAndShortName() async throws {
        let hosts = [EngineHost(socket: podman.socket)]
        let image = try await engineImage(
            name, at: hosts, program: "podman", platform: nil, options: options())
        let id = try #require(image.id)
        for other in [String(id.hex.prefix(12)), id.description] {
            let found = try await engineImage(
                other, at: hosts, program: "podman", platform: nil, options: options())
            #expect(found.id == id)
        }
    }

    @Test func nothingIsExportedOfWhatIsKnown() async throws {
        let cache = LayerCache(folder: scratch.path + "/cache", version: "1")
        let image = try await engineImage(
            name, at: [EngineHost(socket: podman.socket)], program: "podman", platform: nil,
            options: options())
        let first = try await image.read(taking: Self.interests, cache: cache)
        // The same image from elsewhere, whose export would fail.
        struct Broken: BlobStream {
            var size: Int64? { nil }
            func open() throws -> any ByteSource { throw CancellationError() }
        }
        let known = Image(exported: ImageExport(image: name, id: image.id, stream: Broken()))
        expectSame(try await known.read(taking: Self.interests, cache: cache), first, "cached")
    }

    @Test func saysWhatIsNotThere() async throws {
        let here = EngineHost(socket: podman.socket)
        func problem(_ name: String, _ hosts: [EngineHost], _ platform: String? = nil) async throws -> String
        {
            do {
                _ = try await engineImage(
                    name, at: hosts, program: "podman", platform: platform.flatMap { Platform($0) },
                    options: options())
                return "nothing"
            } catch let error as any Explained {
                #expect(error.hint != nil)
                return error.problem
            }
        }
        #expect(try await problem("none:1", [here]) == "it has no image 'none:1'")
        #expect(
            try await problem(name, [here], "linux/s390x")
                == "its '\(name)' is for linux/amd64, not for linux/s390x")
        #expect(try await problem(name, [here], "linux/amd64") == "nothing")
        let nowhere = EngineHost(socket: scratch.path + "/none.sock")
        #expect(try await problem(name, [nowhere]) == "no socket at '\(scratch.path)/none.sock'")
        #expect(try await problem(name, [nowhere, here]) == "nothing", "the next place is asked")
        try writeFile([], to: scratch.path + "/file.sock")
        let file = try await problem(name, [EngineHost(socket: scratch.path + "/file.sock")])
        #expect(file == "nothing listens at the socket '\(scratch.path)/file.sock'")
        let image = try await engineImage(
            name, at: [here], program: "podman", platform: nil, options: options())
        for program in ["podman", "buildah", "skopeo"] {
            let error = await #expect(throws: EngineSourceError.self) {
                try await storageImage(
                    "none:1", reference: try ImageReference("none:1"), platform: nil,
                    options: options(["PATH": try path(with: program)]))
            }
            #expect(error?.problem.contains("none:1'") == true, "\(program): \(error?.problem ?? "")")
            guard case .noImage = error else {
                Issue.record("\(program): \(String(describing: error))")
                continue
            }
        }
        #expect(image.id != nil)
        let error = await #expect(throws: EngineSourceError.self) {
            try await storageImage(
                name, reference: nil, platform: nil, options: options(["PATH": scratch.path]))
        }
        #expect(error == .noProgram(["podman", "buildah", "skopeo"]))
    }

    @Test func isReachedThroughAProgramInPlaceOfSSH() async throws {
        // Does what ssh does, on this machine: what follows the host is run.
        let folder = scratch.path + "/bin"
        makeFolders(folder)
        let script = """
            #!/bin/sh
            echo "$@" >> \(scratch.path)/calls
            while [ "$1" != -- ]; do shift; done
            [ "$2" = build.example ] || { echo "ssh: no host '$2'" >&2; exit 255; }
            shift 2
            exec "$@"

            """
        try writeFile(Array(script.utf8), to: folder + "/ssh")
        chmod(folder + "/ssh", 0o755)
        let options = options(["PATH": folder + ":" + Self.path])
        let address = "ssh://me@build.example:2222\(podman.socket)"
        let image = try await engineImage(
            name, at: [try EngineHost(address, from: "a test", tls: nil)], program: "podman", platform: nil,
            options: options)
        let reading = try await image.read(taking: Self.interests)
        #expect(reading.view.files.count == 3)
        let calls = String(decoding: try readFile(scratch.path + "/calls"), as: UTF8.self)
        #expect(
            calls.hasPrefix(
                "-T -o ConnectTimeout=30 -o BatchMode=yes -l me -p 2222 -- build.example podman "
                    + "--url unix://\(podman.socket) system dial-stdio\n"), "\(calls)")
        let error = await #expect(throws: EngineSourceError.self) {
            let host = try EngineHost("ssh://other.example", from: "a test", tls: nil)
            _ = try await engineImage(
                name, at: [host], program: "podman", platform: nil, options: options)
        }
        #expect(error == .ssh(host: "ssh://other.example", reason: "ssh: no host 'other.example'"))
    }

    @Test func theSocketOfABridgeGoesWithIt() throws {
        var bridge: DialBridge? = try DialBridge("/bin/cat", [], environment: [:])
        let path = try #require(bridge?.path)
        let folder = String(path[..<(try #require(path.lastIndex(of: "/")))])
        #expect(access(path, F_OK) == 0)
        var facts = stat()
        #expect(stat(folder, &facts) == 0 && facts.st_mode & 0o077 == 0, "nobody else may use it")
        func isOpen() throws -> Bool {
            try String(contentsOfFile: "/proc/net/unix", encoding: .utf8).contains(path)
        }
        #expect(try isOpen())
        bridge = nil
        #expect(access(folder, F_OK) != 0)
        // By the thread, in its own time.
        for _ in 0..<500 where try isOpen() { usleep(10_000) }
        #expect(try !isOpen())
    }

    /// What listens to nothing is given two seconds, not two for each.
    @Test func deafProgramsOfABridgeEndTogether() async throws {
        let script = "trap '' TERM; touch \(scratch.path)/$$; while :; do sleep 1; done"
        var bridge: DialBridge? = try DialBridge(
            "/bin/sh", ["-c", script], environment: options().environment)
        let path = try #require(bridge?.path)
        let connections = try (0..<3).map { _ in try unixSocket(at: path) { connect($0, $1, $2) == 0 } }
        defer { connections.forEach { close($0) } }
        func deaf() -> [pid_t] { (try? namesInFolder(scratch.path).compactMap { pid_t($0) }) ?? [] }
        #expect(await eventually { deaf().count == 3 })
        let began = ContinuousClock.now
        bridge = nil
        #expect(ContinuousClock.now - began < .seconds(3.5))
        #expect(deaf().allSatisfy { kill($0, 0) != 0 })
    }

    @Test func withoutTheNetworkOnlySocketsAreAsked() async throws {
        var options = options()
        options.isOffline = true
        let hosts = [
            try EngineHost("tcp://build.example", from: "a test", tls: nil),
            EngineHost(socket: podman.socket),
        ]
        let image = try await engineImage(
            name, at: hosts, program: "podman", platform: nil, options: options)
        #expect(image.tags == [name])
        for text in ["tcp://build.example", "ssh://build.example"] {
            let error = await #expect(throws: EngineSourceError.self) {
                let host = try EngineHost(text, from: "a test", tls: nil)
                _ = try await engineImage(
                    name, at: [host], program: "podman", platform: nil, options: options)
            }
            #expect(error == .offline(host: text))
        }
    }
}
