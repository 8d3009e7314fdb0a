// SPDX-License-Identifier: Apache-2.0
import NetworkServers
import PareBytes
import PareModel
import Testing

@testable import PareKit

/// Which data are not fetched again.
@Suite struct FreshnessTests {
    /// Results tell the time that is set; whether data are fresh does not go by it.
    @Test func theTimeThatIsSetKeepsNoDataFresh() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        let wishes = FeedTests.wishes("\(registry.place)/trivy-db")
        func update(at now: Int) async throws -> String {
            var network = NetworkSettings()
            network.isInsecure = true
            var setup = Setup(
                environment: ["XDG_CACHE_HOME": cache.path, "SOURCE_DATE_EPOCH": "1000000000"],
                progress: .silent, network: network)
            setup.clock = { now }
            return try await UpdateDatabase(wishes).run(in: setup)
        }
        _ = try await update(at: FeedTests.now)
        #expect(try cache.text("pare/db/metadata.json").contains("2026-01-02T12:00:00Z"), "the download")
        #expect(try await update(at: FeedTests.now + 3 * 86400).hasPrefix("advisories of"))
    }

    @Test func damagedDataAreNotFresh() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        let sample = FeedSample()
        try await sample.push(to: registry.place)
        let index = FeedSample(
            updated: "2026-01-01T00:00:00Z", version: 1,
            layerType: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip", file: "trivy-java.db",
            dataBase: try javaIndexSample())
        try await index.push(to: registry.place, "trivy-java-db", tag: "1")
        var wishes = FeedTests.wishes("\(registry.place)/trivy-db")
        (wishes.javaRepositories, wishes.takesJava) = (["\(registry.place)/trivy-java-db"], true)
        _ = try await FeedTests.update(wishes, cache)
        let fresh = try await FeedTests.update(wishes, cache)
        #expect(fresh.contains("advisories of 2026-01-02T03:04:05Z are fresh"), "\(fresh)")
        #expect(fresh.contains("Java index of 2026-01-01T00:00:00Z is fresh"), "\(fresh)")
        for (name, length) in [("db/trivy.db", 100), ("java-db/trivy-java.db", 7)] {
            let path = cache.path + "/pare/" + name
            let whole = try readFile(path)
            try writeFile(Array(whole.prefix(length)), to: path, replacing: true)
            _ = try await FeedTests.update(wishes, cache)
            #expect(try readFile(path) == whole, "\(name)")
        }
    }
}
