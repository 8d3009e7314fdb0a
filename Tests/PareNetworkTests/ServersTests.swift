// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import NIOHTTP1
import NetworkServers
import PareBytes
import PareModel
import Testing

/// The servers that other tests rest on do what they say.
@Suite struct ServersTests {
    private static func curl(_ words: String...) async throws -> String {
        let output = try await runTool(
            ["curl", "--silent", "--show-error", "--include", "--max-time", "20"] + words)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func registryKeepsWhatIsPushed() async throws {
        let registry = try await DockerRegistry()
        let image = SampleImage(noise: [10_000, 20_000])
        try await Pushing(to: registry.place).push(image, "team/app", tag: "1")
        let answer = try await Self.curl(
            "http://\(registry.place)/v2/team/app/manifests/1", "-H", "Accept: \(image.manifest.mediaType)")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains(image.manifest.digest.description))
        #expect(registry.log.contains("/v2/team/app/manifests/1"))
        let storage = registry.storage
        #expect(access(storage, F_OK) == 0)
        registry.stop()
        #expect(access(storage, F_OK) != 0)
        await #expect(throws: ServerFailure.self) { try await Self.curl("http://\(registry.place)/v2/") }
    }

    @Test(arguments: [(SampleImage.Form.docker, SampleImage.Packing.gzip), (.oci, .zstd), (.oci, .none)])
    func skopeoReadsTheSamples(_ form: SampleImage.Form, _ packing: SampleImage.Packing) async throws {
        let registry = try await DockerRegistry()
        let images = ["amd64", "arm64"].map {
            SampleImage(noise: [1000], form: form, packing: packing, platform: .init(architecture: $0))
        }
        try await Pushing(to: registry.place).push(images, "both", tag: "1", form: form)
        let folder = try ScratchFolder(name: "pare-tests")
        try await runTool([
            "skopeo", "copy", "--quiet", "--all", "--insecure-policy", "--src-tls-verify=false",
            "docker://\(registry.place)/both:1", "dir:\(folder.path)/copy",
        ])
        for blob in images.flatMap(\.layers) {
            #expect(try readFile("\(folder.path)/copy/\(blob.digest.hex)") == blob.bytes)
        }
    }

    @Test func passwordsAreAskedFor() async throws {
        let registry = try await DockerRegistry(.passwords(["me": "s3cret:and more"]))
        let url = "http://\(registry.place)/v2/"
        #expect(try await Self.curl(url).hasPrefix("HTTP/1.1 401"))
        #expect(try await Self.curl(url, "--user", "me:wrong").hasPrefix("HTTP/1.1 401"))
        #expect(try await Self.curl(url, "--user", "me:s3cret:and more").hasPrefix("HTTP/1.1 200"))
    }

    @Test func certificatesAreGoodForWhatTheyAre() async throws {
        let authority = try await TestAuthority()
        let trusting = ["--cacert", authority.files.certificate]
        for (purpose, word) in [
            (TestAuthority.Purpose.server, ""), (.expiredServer, "expired"), (.otherServer, "subject"),
        ] {
            let registry = try await DockerRegistry(tls: .init(try await authority.issue(purpose)))
            let url = "https://\(registry.place)/v2/"
            await #expect(throws: ServerFailure.self) { try await runTool(["curl", "--silent", url]) }
            let words = ["curl", "--silent", "--show-error", "--include"] + trusting + [url]
            if purpose == .server {
                #expect(String(decoding: try await runTool(words), as: UTF8.self).contains(" 200"))
            } else {
                let error = await #expect(throws: ServerFailure.self) { try await runTool(words) }
                #expect(error?.description.contains(word) == true, "\(String(describing: error))")
            }
        }
    }

    @Test func aClientHasToShowItsCertificate() async throws {
        let authority = try await TestAuthority()
        let registry = try await DockerRegistry(
            tls: .init(try await authority.issue(.server), clientAuthority: authority.files.certificate))
        let client = try await authority.issue(.client)
        let words = [
            "curl", "--silent", "--show-error", "--include", "--cacert", authority.files.certificate,
        ]
        let url = "https://\(registry.place)/v2/"
        await #expect(throws: ServerFailure.self) { try await runTool(words + [url]) }
        let shown = words + ["--cert", client.certificate, "--key", client.key, url]
        #expect(String(decoding: try await runTool(shown), as: UTF8.self).contains(" 200"))
        try await Pushing(
            to: registry.place, authority: authority.files.certificate, clientCertificate: client
        ).push(SampleImage(noise: [100]), "secret", tag: "1")
    }

    @Test func tokensOpenTheRegistry() async throws {
        let service = try await TokenService(
            users: [
                "me": .init(password: "s3cret", grants: ["mine": ["pull", "push"]]),
                "other": .init(password: "0ther", grants: [:]),
            ], anonymous: ["open": ["pull"]])
        let registry = try await DockerRegistry(.tokens(service))
        let challenge = try await Self.curl("http://\(registry.place)/v2/mine/tags/list")
        #expect(
            challenge.contains(
                #"realm="\#(service.realm)",service="\#(service.name)",scope="repository:mine:pull""#))
        try await Pushing(
            to: registry.place, authorization: try await service.authorization(of: "me", repository: "mine")
        ).push(SampleImage(noise: [100]), "mine", tag: "1")
        func copy(_ credentials: String) async throws {
            try await runTool([
                "skopeo", "inspect", "--tls-verify=false", "--creds", credentials,
                "docker://\(registry.place)/mine:1",
            ])
        }
        try await copy("me:s3cret")
        await #expect(throws: ServerFailure.self) { try await copy("me:wrong") }
        await #expect(throws: ServerFailure.self) { try await copy("other:0ther") }
        #expect(Set(service.requests.map(\.status)) == [200, 401])
        let form = try await Self.curl(
            service.realm, "-d", "grant_type=password&username=me&password=s3cret&service=registry.test",
            "-d", "scope=repository:mine:pull&access_type=offline")
        #expect(form.contains("access_token") && form.contains(TokenService.refreshToken(of: "me")))
        let refreshed = try await Self.curl(
            service.realm, "-d",
            "grant_type=refresh_token&refresh_token=\(TokenService.refreshToken(of: "me"))")
        #expect(refreshed.hasPrefix("HTTP/1.1 200"))
    }

    @Test func theProxySpoilsWhatItIsTold() async throws {
        let registry = try await DockerRegistry()
        let image = SampleImage(noise: [50_000])
        try await Pushing(to: registry.place).push(image, "app", tag: "1")
        let faults: [Fault] = [
            .none, .cut(after: 10), .reset(after: 1000), .status(429, retryAfter: .date(in: 2)),
            .wrongByte(at: 7),
            .shortened(by: 5, .length), .shortened(by: 5, .chunks), .shortened(by: 5, .openChunks),
            .longer(by: 9),
            .redirect(), .gzipped, .lyingRange(by: 3), .drip(bytes: 9000, every: .milliseconds(1)),
            .thenRefuses,
        ]
        let proxy = try await FaultProxy(to: registry.place) { faults[$0.turn] }
        let blob = image.layers[0]
        let folder = try ScratchFolder(name: "pare-tests")
        let url = "http://\(proxy.place)/v2/app/blobs/\(blob.digest)"
        var seen: [String] = []
        for _ in faults {
            let path = folder.path + "/body"
            try? FileManager.default.removeItem(atPath: path)
            let words = ["curl", "--silent", "--show-error", "--location", "-H", "Authorization: Bearer x"]
            do {
                let said = try await runTool(words + ["--output", path, "--write-out", "%{http_code}", url])
                let body = try readFile(path)
                seen.append(
                    "\(String(decoding: said, as: UTF8.self)) \(body == blob.bytes ? "same" : "\(body.count - blob.bytes.count)")"
                )
            } catch let failure as ServerFailure {
                seen.append("gave \(failure.description.split(separator: "gave ").last?.prefix(2) ?? "")")
            }
        }
        #expect(
            seen == [
                "200 same", "gave 52", "gave 56", "429 -\(blob.bytes.count - 64)", "200 0", "gave 18",
                "200 -5", "gave 18",
                "200 9", "200 same", "200 \(seen[10].dropFirst(4))", "206 same", "200 same", "200 same",
            ])
        await #expect(throws: ServerFailure.self) { try await runTool(["curl", "--silent", url]) }
        let led = proxy.elsewhere.requests
        #expect(led.count == 1 && led.first?.headers["Authorization"].isEmpty == true)
        await proxy.stop()
        #expect(proxy.openConnections == 0)
    }

    @Test func aServerEndsWhenItIsStopped() async throws {
        let folder = try ScratchFolder(name: "pare-tests")
        let log = folder.path + "/log"
        let process = try ServerProcess(["sh", "-c", "echo ready $$; exec sleep 600"], log: log)
        let line = try await process.line(with: "ready")
        let pid = try #require(pid_t(line.dropFirst(6)))
        #expect(kill(pid, 0) == 0)
        process.stop()
        #expect(kill(pid, 0) != 0)
        #expect(process.log.contains("ready"))
    }

    @Test func aServerThatFailsSaysWhy() async throws {
        let folder = try ScratchFolder(name: "pare-tests")
        let process = try ServerProcess(
            ["sh", "-c", "echo no such thing; exit 3"], log: folder.path + "/log")
        let error = await #expect(throws: ServerFailure.self) { try await process.line(with: "listening") }
        #expect(error?.description.contains("no such thing") == true)
    }
}
