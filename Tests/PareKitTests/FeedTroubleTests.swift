// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import Testing

@testable import PareKit

/// `pare db update` from registries that are gone, broken or liars.
@Suite struct FeedTroubleTests {
    @Test func fallsOverToTheNext() async throws {
        let (registry, cache, notes) = (try await DockerRegistry(), try Folder(), Notes())
        try await FeedSample().push(to: registry.place)
        let crowded = try await LoopbackServer { _ in [.answer(429, ["Retry-After": "3600"])] }
        let broken = try await LoopbackServer { _ in [.answer(500, ["Retry-After": "3600"])] }
        let gone = try await LoopbackServer { _ in [.close] }
        await gone.stop()
        let names = [gone.place, crowded.place, broken.place, registry.place].map { $0 + "/trivy-db" }
        var wishes = UpdateDatabase.Wishes()
        wishes.repositories = names
        let words = try await FeedTests.update(wishes, cache, notes)
        #expect(words.hasSuffix("from \(registry.place)/trivy-db:2"))
        for (name, reason) in zip(names, ["refused", "too many requests", "status 500"]) {
            #expect(notes.all.contains { $0.hasPrefix(name) && $0.contains(reason) }, "\(name) \(notes.all)")
        }
        await crowded.stop()
        await broken.stop()
    }

    @Test func saysWhyNoneGave() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample(updated: "2025-01-01T00:00:00Z").push(to: registry.place)
        _ = try await FeedTests.update(FeedTests.wishes("\(registry.place)/trivy-db"), cache)
        let gone = try await LoopbackServer { _ in [.close] }
        await gone.stop()
        let problem = await FeedTests.problem {
            var wishes = FeedTests.wishes("\(gone.place)/trivy-db", "\(registry.place)/other:2")
            wishes.force = true
            _ = try await FeedTests.update(wishes, cache)
        }
        #expect(problem?.contains("'\(gone.place)/trivy-db:2': nothing listens") == true, "\(problem ?? "")")
        #expect(problem?.contains("'\(registry.place)/other:2': there is no") == true, "\(problem ?? "")")
        #expect(try cache.paths == FeedTests.whole)
        #expect(try cache.text("pare/db/metadata.json").contains("2025-01-01"))
    }

    /// A layer that is not what its digest says is told, and no other repository is asked.
    @Test(arguments: [false, true])
    func aLieIsTold(_ isPacked: Bool) async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        let (blobs, manifest) = try FeedSample(updated: "2026-02-01T00:00:00Z").artifact()
        var lie = try FeedSample(updated: "2026-02-02T00:00:00Z").layer()
        if !isPacked { lie = [UInt8](repeating: 7, count: blobs[1].bytes.count) }
        lie = Array((lie + [UInt8](repeating: 0, count: 100)).prefix(blobs[1].bytes.count))
        let bytes = lie
        let liar = try await LoopbackServer { request in
            if request.path.hasSuffix("/manifests/2") {
                return [.answer(200, ["Content-Type": manifest.mediaType], manifest.bytes)]
            }
            return request.path == "/v2/" ? [.answer(200)] : [.answer(200, [:], bytes)]
        }
        let problem = await FeedTests.problem {
            _ = try await FeedTests.update(
                FeedTests.wishes("\(liar.place)/trivy-db", "\(registry.place)/trivy-db"), cache)
        }
        #expect(problem?.contains("should be \(blobs[1].digest)") == true, "\(problem ?? "")")
        #expect(try cache.paths == ["pare", "pare/db.lock"])
        await liar.stop()
    }

    /// The connection is cut again and again; each time it goes on where it was.
    @Test func goesOnAfterCuts() async throws {
        let cache = try Folder()
        let (blobs, manifest) = try FeedSample(noise: 3 << 20).artifact()
        let layer = blobs[1].bytes
        let server = try await LoopbackServer { request in
            if request.path.hasSuffix("/manifests/2") {
                return [.answer(200, ["Content-Type": manifest.mediaType], manifest.bytes)]
            }
            guard request.path.contains("/blobs/") else { return [.answer(200)] }
            let range = request.headers.first(name: "Range")
            let from = range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
            let status = range == nil ? 200 : 206
            var headers: HTTPHeaders = ["Content-Length": "\(layer.count - from)"]
            if range != nil {
                headers.add(name: "Content-Range", value: "bytes \(from)-\(layer.count - 1)/\(layer.count)")
            }
            let piece = Array(layer[from..<min(layer.count, from + 900_000)])
            return [.send(WireStep.head(status, headers, length: nil) + piece), .close]
        }
        _ = try await FeedTests.update(FeedTests.wishes("\(server.place)/trivy-db"), cache)
        #expect(server.requests.filter { $0.headers.contains(name: "Range") }.count >= 3)
        #expect(try cache.paths == FeedTests.whole)
        await server.stop()
    }
}
