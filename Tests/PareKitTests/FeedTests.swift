// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareArchive
import PareBytes
import PareModel
import Synchronization
import Testing

@testable import PareKit

/// `pare db update` from registries on loopback.
@Suite struct FeedTests {
    /// 2026-01-02T12:00:00Z.
    static let now = 1_767_355_200

    static func setup(_ cache: Folder, now: Int = now, _ notes: Notes = Notes()) -> Setup {
        var network = NetworkSettings()
        network.isInsecure = true
        var setup = Setup(
            environment: ["XDG_CACHE_HOME": cache.path, "HOME": cache.path], progress: notes.sink,
            network: network)
        setup.clock = { now }
        return setup
    }

    static func wishes(_ repositories: String...) -> UpdateDatabase.Wishes {
        var wishes = UpdateDatabase.Wishes()
        wishes.repositories = repositories
        return wishes
    }

    static func update(
        _ wishes: UpdateDatabase.Wishes, _ cache: Folder, now: Int = now, _ notes: Notes = Notes()
    ) async throws -> String {
        try await UpdateDatabase(wishes).run(in: setup(cache, now: now, notes))
    }

    static let whole = [
        "pare", "pare/db", "pare/db.lock", "pare/db/metadata.json", "pare/db/source.json", "pare/db/trivy.db",
    ]

    @Test func fetchesFromARegistry() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        let sample = FeedSample()
        let digest = try await sample.push(to: registry.place)
        let words = try await Self.update(Self.wishes("\(registry.place)/trivy-db"), cache)
        #expect(words == "advisories of 2026-01-02, from \(registry.place)/trivy-db:2")
        #expect(try cache.paths == Self.whole)
        #expect(try readFile(cache.path + "/pare/db/trivy.db") == sample.contents())
        let metadata = try JSONValue(Array(cache.text("pare/db/metadata.json").utf8))
        #expect(metadata["DownloadedAt"]?.text == "2026-01-02T12:00:00Z")
        #expect(metadata["NextUpdate"]?.text == sample.next && metadata["UpdatedAt"]?.text == sample.updated)
        let status = try DatabaseStatus(database: nil).run(in: Self.setup(cache)).text
        #expect(status.contains("from \(registry.place)/trivy-db:2@\(digest), fetched 2026-01-02T12:00:00Z"))
        #expect(status.contains("made today; newer ones are due 2026-01-03T03:04:05Z"))
    }

    @Test(arguments: [
        // Before the next update; in the hour after a download; neither; neither, and told to.
        (now, 3600, false, false), (now + 86400, 1800, false, false), (now + 86400, 3601, false, true),
        (now, 60, true, true),
    ])
    func isNotFetchedAgainWhileFresh(_ now: Int, _ later: Int, _ force: Bool, _ isFetched: Bool) async throws
    {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        var wishes = Self.wishes("\(registry.place)/trivy-db")
        _ = try await Self.update(wishes, cache, now: now)
        try await FeedSample(updated: "2026-01-05T00:00:00Z").push(to: registry.place)
        wishes.force = force
        let words = try await Self.update(wishes, cache, now: now + later)
        #expect(words.contains("are fresh") == !isFetched, "\(words)")
        let isDue = now + later > Self.now + 86400
        #expect(words.contains("less than an hour ago; '--force'") == (!isFetched && isDue), "\(words)")
        #expect(words.contains("newer ones are due at 2026-01-03") == (!isFetched && !isDue), "\(words)")
        let metadata = try cache.text("pare/db/metadata.json")
        #expect(metadata.contains(isFetched ? "2026-01-05" : "2026-01-02"))
    }

    @Test(arguments: [(1, nil), (3, "has schema 3")] as [(version: Int, error: String?)], [false, true])
    func otherSchemasAreReplacedOrToldOf(_ sample: (version: Int, error: String?), _ force: Bool) async throws
    {
        let (version, error) = sample
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        try cache.write("old", to: "pare/db/trivy.db")
        try cache.write(
            #"{"Version":\#(version),"NextUpdate":"2030-01-01T00:00:00Z"}"#, to: "pare/db/metadata.json")
        let outcome = await Self.problem {
            var wishes = Self.wishes("\(registry.place)/trivy-db")
            wishes.force = force
            _ = try await Self.update(wishes, cache)
        }
        #expect(error.map { outcome?.contains($0) ?? false } ?? (outcome == nil), "\(outcome ?? "")")
        #expect(try cache.text("pare/db/metadata.json").contains("2030") == (error != nil))
    }

    /// The problem of what is thrown.
    static func problem(_ work: () async throws -> Void) async -> String? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? any Explained)?.problem ?? "\(error)"
        }
    }

    // MARK: what is refused

    static let bad: [(FeedSample, String)] = [
        (FeedSample(artifactType: "application/vnd.other"), "its type is 'application/vnd.other'"),
        (FeedSample(artifactType: "", configType: "application/vnd.x"), "its type is 'application/vnd.x'"),
        (
            FeedSample(layerType: "application/vnd.oci.image.layer.v1.tar+gzip"),
            "its layer is 'application/vnd.oci"
        ),
        (FeedSample(layerCount: 2), "it has 2 layers"), (FeedSample(version: 3), "has schema 3"),
        (FeedSample(version: 1), "has schema 1"), (FeedSample(file: "../trivy.db"), "'../trivy.db'"),
        (FeedSample(file: "db/trivy.db"), "'db/trivy.db'"),
        (FeedSample(more: [("link", .symbolicLink)]), "'link'"), (FeedSample(more: [("a", .file)]), "'a'"),
        (FeedSample(more: [("trivy.db", .file)]), "'trivy.db'"),
        (FeedSample(dataBase: Array("words".utf8)), "not a bbolt file"),
        (FeedSample(dataBase: [UInt8](repeating: 0, count: 80 << 20)), "bomb"),
    ]

    @Test func refusesOtherThings() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        _ = try await Self.update(Self.wishes("\(registry.place)/trivy-db"), cache)
        let before = try cache.text("pare/db/source.json")
        for (number, (sample, reason)) in Self.bad.enumerated() {
            try await sample.push(to: registry.place, "bad\(number)")
            let problem = await Self.problem {
                var wishes = Self.wishes("\(registry.place)/bad\(number)", "\(registry.place)/trivy-db")
                wishes.force = true
                _ = try await Self.update(wishes, cache)
            }
            #expect(
                problem?.contains(reason) == true && problem?.contains("/bad\(number)") == true
                    && problem?.contains(cache.path) == false, "\(problem ?? "")")
            #expect(try cache.paths == Self.whole && cache.text("pare/db/source.json") == before)
        }
    }

    @Test func takesWhatOlderToolsPush() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        let types = [
            "application/vnd.aquasec.trivy.config.v1+json", "application/vnd.oci.image.config.v1+json",
        ]
        for (number, type) in types.enumerated() {
            try await FeedSample(artifactType: "", configType: type).push(
                to: registry.place, tag: "\(number)")
            var wishes = Self.wishes("\(registry.place)/trivy-db:\(number)")
            wishes.force = true
            #expect(try await Self.update(wishes, cache).hasSuffix("/trivy-db:\(number)"))
        }
    }

    // MARK: pins

    @Test func aPinHoldsOneArtifact() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        let old = try await FeedSample(updated: "2025-05-05T00:00:00Z").push(to: registry.place)
        let new = try await FeedSample().push(to: registry.place)
        var wishes = Self.wishes("\(registry.place)/trivy-db")
        _ = try await Self.update(wishes, cache)
        let setup = Self.setup(cache)
        #expect(throws: Never.self) { _ = try setup.store(for: FindingSelection(pinnedData: new)) }
        #expect(throws: (any Error).self) { _ = try setup.store(for: FindingSelection(pinnedData: old)) }
        wishes.pinned = old
        _ = try await Self.update(wishes, cache)
        #expect(try cache.text("pare/db/metadata.json").contains("2025-05-05"))
        #expect(throws: Never.self) { _ = try setup.store(for: FindingSelection(pinnedData: old)) }
        #expect(try await Self.update(wishes, cache).contains("already"))
        wishes.pinned = Digest(sha256: [UInt8](repeating: 1, count: 32))
        let problem = await Self.problem { _ = try await Self.update(wishes, cache) }
        #expect(problem?.contains("no repository gave") == true)
    }

    // MARK: at once

    @Test func theSecondUpdaterFindsFreshData() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample(noise: 4 << 20).push(to: registry.place)
        let wishes = Self.wishes("\(registry.place)/trivy-db")
        let words = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { try await Self.update(wishes, cache) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(words.filter { $0.contains("are fresh") }.count == 3, "\(words)")
        #expect(
            registry.log.split(separator: "\n").filter { $0.contains("GET /v2/trivy-db/blobs/") }.count == 1)
        #expect(try cache.paths == Self.whole)
    }

    @Test func aCancelledUpdateLeavesTheOldState() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample(updated: "2025-05-05T00:00:00Z").push(to: registry.place)
        _ = try await Self.update(Self.wishes("\(registry.place)/trivy-db"), cache)
        let (blobs, manifest) = try FeedSample(noise: 1 << 20).artifact()
        let slow = try await LoopbackServer { request in
            if request.path.hasSuffix("/manifests/2") {
                return [.answer(200, ["Content-Type": manifest.mediaType], manifest.bytes)]
            }
            guard request.path.contains("/blobs/") else { return [.answer(200)] }
            let head = WireStep.head(200, ["Content-Length": "\(blobs[1].bytes.count)"], length: nil)
            return [.send(head + blobs[1].bytes.prefix(500_000)), .hold]
        }
        let updating = Task {
            var wishes = Self.wishes("\(slow.place)/trivy-db")
            wishes.force = true
            return try await Self.update(wishes, cache)
        }
        #expect(await eventually { slow.requests.contains { $0.path.contains("/blobs/") } })
        updating.cancel()
        await #expect(throws: (any Error).self) { try await updating.value }
        #expect(try cache.paths == Self.whole)
        #expect(try cache.text("pare/db/metadata.json").contains("2025-05-05"))
        await slow.stop()
    }

    // MARK: the Java index

    @Test func theJavaIndexComesWhenItIsWanted() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        let index = FeedSample(
            updated: "2026-01-01T00:00:00Z", version: 1,
            layerType: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip", file: "trivy-java.db",
            dataBase: try javaIndexSample())
        try await index.push(to: registry.place, "trivy-java-db", tag: "1")
        var wishes = Self.wishes("\(registry.place)/trivy-db")
        wishes.javaRepositories = ["\(registry.place)/trivy-java-db"]
        #expect(try await !Self.update(wishes, cache).contains("Java"))
        wishes.takesJava = true
        #expect(try await Self.update(wishes, cache).contains("Java index of 2026-01-01"))
        #expect(try readFile(cache.path + "/pare/java-db/trivy-java.db") == javaIndexSample())
        // Later it is kept up to date without being asked for.
        (wishes.takesJava, wishes.force) = (false, true)
        #expect(try await Self.update(wishes, cache).contains("Java index of 2026-01-01"))
    }
}

/// What was told on the way.
final class Notes: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    var sink: ProgressSink {
        ProgressSink { event in if case .note(let text) = event { self.texts.withLock { $0.append(text) } } }
    }
}
