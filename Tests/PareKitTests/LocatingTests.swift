// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Synchronization
import Testing

@testable import PareKit

@Suite struct LocatingTests {
    private let scratch: ScratchFolder
    private var search = ImageSearch()

    init() throws {
        scratch = try ScratchFolder(name: "pare-tests")
        search.dockerHost = "unix://\(scratch.path)/docker.sock"
        search.podmanHost = scratch.path + "/podman.sock"
    }

    private func locate(
        _ target: String, _ search: ImageSearch? = nil, offline: Bool = true,
        _ more: [String: String] = [:], ahead: LayersAhead? = nil
    ) async throws -> Image {
        let environment = [
            "PATH": scratch.path, "HOME": scratch.path,
            "CONTAINERD_ADDRESS": scratch.path + "/containerd.sock",
        ].merging(more) { $1 }
        var network = NetworkSettings()
        network.isOffline = offline
        let setup = Setup(environment: environment, progress: .silent, network: network)
        return try await locateImage(
            target, platform: nil, by: search ?? self.search, ahead: ahead, in: setup)
    }

    private func failure(
        _ target: String, _ search: ImageSearch? = nil, _ more: [String: String] = [:]
    ) async -> any Explained {
        do {
            let image = try await locate(target, search, more)
            return VerbError.budgetOver("found \(image.name)")
        } catch let error as any Explained {
            return error
        } catch {
            return VerbError.budgetOver("\(error)")
        }
    }

    @Test func tellsWhatWasTriedAndWhyEachFailed() async {
        let error = await failure("team/app:1")
        #expect(
            error.problem == """
                'team/app:1' is no file here, and nothing that was asked has an image of that name
                  docker: no socket at '\(scratch.path)/docker.sock'
                  containerd: no socket at '\(scratch.path)/containerd.sock'
                  podman: no socket at '\(scratch.path)/podman.sock'
                  remote: the network is switched off, so 'https://registry-1.docker.io/v2/team/app/manifests/1' was not asked
                """)
        #expect(error.hint?.contains("--offline") == true)
    }

    @Test func onlyTheNamedSourcesAreAskedInTheirOrder() async {
        var some = search
        some.sources = [.podman, .docker]
        let error = await failure("app", some)
        let lines = error.problem.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(lines.dropFirst().elementsEqual(["  podman", "  docker"]))
    }

    @Test func whatLooksLikeAFileIsNotAskedForInARegistry() async {
        for name in ["app.tar", "image.tar.gz", "a.tgz"] {
            let error = await failure(name)
            #expect(error.problem.hasSuffix("remote: it was not asked, as the name is that of a file"))
            #expect(error.hint == "look at the path and the current folder")
        }
    }

    @Test func aPathIsNoName() async {
        for path in ["./app", "../nowhere/app", "\(scratch.path)/app.tar"] {
            #expect(await failure(path).problem == "no file or folder '\(path)'")
        }
        let odd = await failure("My App")
        #expect(odd.problem.hasPrefix("'My App' is no file here, and no image has such a name: "))
        #expect(odd.hint != nil)
    }

    @Test func aFileGoesBeforeAName() async throws {
        try writeFile([1, 2, 3], to: scratch.path + "/file")
        await #expect(throws: ImageError.self) { try await locate(scratch.path + "/file") }
    }

    @Test func thePlacesOfTheEnvironmentAreTold() async {
        var usual = ImageSearch()
        usual.sources = [.docker, .podman]
        let named = await failure(
            "app", usual,
            ["DOCKER_HOST": "unix:///nowhere/d.sock", "CONTAINER_HOST": "unix:///nowhere/p.sock"])
        #expect(named.problem.contains("docker: no socket at '/nowhere/d.sock'"))
        #expect(named.problem.contains("podman: no socket at '/nowhere/p.sock'"))
        let wrong = await failure("app", usual, ["DOCKER_HOST": "nowhere", "CONTAINER_HOST": "ssh://a"])
        #expect(wrong.problem.contains("docker: 'nowhere' in DOCKER_HOST is no engine's address"))
        #expect(wrong.problem.contains("podman: the network is switched off, so 'ssh://a' was not asked"))
    }

    /// What was begun for a source that then has no image is given up before the next is asked.
    @Test func nothingIsPulledBesideTheNextSource() async throws {
        let sample = SampleImage(noise: [1000], platform: .host)
        let layer = sample.layers[0]
        let isAsked = Mutex(false)
        // Only the layer's connection stays open.
        let registry = try await LoopbackServer { request in
            if request.path.hasSuffix("\(layer.digest)") {
                isAsked.withLock { $0 = true }
                return [.send(WireStep.head(200, [:], length: layer.bytes.count)), .hold]
            }
            if request.path.hasSuffix("\(sample.config.digest)") {
                _ = await eventually { isAsked.withLock { $0 } }
                return [.answer(404), .close]
            }
            let type: HTTPHeaders = ["Content-Type": sample.manifest.mediaType]
            return [.answer(200, type, sample.manifest.bytes), .close]
        }
        let isGivenUp = Mutex<Bool?>(nil)
        let podman = try await LoopbackServer { _ in
            let isQuiet = await eventually { registry.openConnections == 0 }
            isGivenUp.withLock { $0 = $0 ?? isQuiet }
            return [.answer(404)]
        }
        var some = search
        some.sources = [.remote, .podman]
        some.podmanHost = "tcp://\(podman.place)"
        let ahead = LayersAhead(taking: [], cache: nil)
        await #expect(throws: ImageNotFound.self) {
            try await locate("\(registry.place)/app:1", some, offline: false, ahead: ahead)
        }
        #expect(isAsked.withLock { $0 } && isGivenUp.withLock { $0 } == true)
    }
}
