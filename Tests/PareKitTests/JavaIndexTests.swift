// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import PareBytes
import PareModel
import Testing

@testable import PareKit

/// Where the Java index is taken from, what is told without one, and when it is fetched.
@Suite struct JavaIndexTests {
    private static func setup(_ home: Folder, _ more: [String: String] = [:]) -> Setup {
        let environment = ["HOME": home.path, "SOURCE_DATE_EPOCH": "\(FeedTests.now)"]
        return Setup(environment: environment.merging(more) { $1 }, progress: .silent)
    }

    private static func scan(
        _ target: String, _ setup: Setup, database: String? = nil, cachesLayers: Bool = true
    ) async throws -> ScanReport {
        try await Scan(
            target: target, platform: nil, selection: FindingSelection(database: database),
            cachesLayers: cachesLayers
        ).run(in: setup)
    }

    private static func names(_ report: ScanReport) -> [String] {
        report.packages.filter { $0.kind == .jar }.map { "\($0.name) \($0.version)" }
    }

    private static let mark = ".cache/pare/java-db.missed"

    // MARK: where it is

    @Test(
        arguments: [
            // The neighbour of the advisories that are named, or of those in use; pare's own; a Trivy cache's.
            ("named", "named", [:]), (nil, ".cache/pare", [:]), (nil, ".cache/trivy", [:]),
            (nil, "trivys", ["TRIVY_CACHE_DIR": "trivys"]), (nil, "xdg/pare", ["XDG_CACHE_HOME": "xdg"]),
        ] as [(String?, String, [String: String])])
    func usesTheOneAtHand(_ named: String?, _ place: String, _ more: [String: String]) async throws {
        let (image, home) = (try JarImage(), try Folder())
        try FileManager.default.createDirectory(
            atPath: parentFolder(of: "\(home.path)/\(place)"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: image.cache, toPath: "\(home.path)/\(place)")
        let setup = Self.setup(home, more.mapValues { "\(home.path)/\($0)" })
        let database = named.map { "\(home.path)/\($0)" }
        let report = try await Self.scan(image.archive, setup, database: database, cachesLayers: false)
        #expect(Self.names(report).contains("org.d:by-digest 1.1"))
        #expect(report.findings.contains { $0.id == "CVE-2026-1" })
        let status = try DatabaseStatus(database: database).run(in: setup).text
        #expect(status.contains("Java index: \(home.path)/\(place)/java-db, of 2026-01-01\n"), "\(status)")
    }

    @Test func theNeighbourOfTheAdvisoriesComesFirst() async throws {
        let (image, home) = (try JarImage(), try Folder())
        try FileManager.default.copyItem(atPath: image.cache, toPath: home.path + "/named")
        try home.write("no index", to: ".cache/pare/java-db/trivy-java.db")
        let report = try await Self.scan(image.archive, Self.setup(home), database: home.path + "/named/db")
        #expect(Self.names(report).contains("org.d:by-digest 1.1"))
        await #expect(throws: (any Error).self) { try await Self.scan(image.archive, Self.setup(home)) }
    }

    // MARK: without one

    @Test func withoutOneJarsAreNotedAndAMarkIsLeft() async throws {
        let (image, home) = (try JarImage(), try Folder())
        let report = try await Self.scan(image.archive, Self.setup(home))
        #expect(
            Self.names(report).contains("org.one:one 1")
                && !Self.names(report).contains("org.d:by-digest 1.1"))
        let notes = report.diagnostics.filter { $0.message == "no pom.properties: not identified" }
        #expect(notes.count > 20 && notes.contains { $0.location == "app/app.war/WEB-INF/lib/by-digest.jar" })
        #expect(report.diagnostics.count { $0.message.contains("pare db update --java") } == 1)
        #expect(try home.text(Self.mark).isEmpty)
        // Whatever the mark is, or where none can be, a scan goes on.
        _ = try await Self.scan(image.archive, Self.setup(home))
        _ = try await Self.scan(image.archive, Self.setup(home, ["HOME": "/proc/nowhere"]))
        _ = try await Self.scan(image.archive, Self.setup(home, ["HOME": "relative"]))
    }

    @Test func leavesNoMarkWithoutCacheOrJars() async throws {
        let (image, home, other) = (try JarImage(), try Folder(), try Folder())
        _ = try await Self.scan(image.archive, Self.setup(home), cachesLayers: false)
        try other.write(#"{"name":"a","version":"1"}"#, to: "node_modules/a/package.json")
        _ = try await Self.scan(other.path, Self.setup(home))
        #expect(!home.has(Self.mark))
    }

    @Test func withOneNoMarkIsLeftAndTheRestIsNoted() async throws {
        let (image, home) = (try JarImage(), try Folder())
        let report = try await Self.scan(image.archive, Self.setup(home), database: image.cache)
        #expect(!home.has(Self.mark))
        let notes = report.diagnostics.filter { $0.message.contains("not in the Java index") }.map(\.location)
        #expect(notes.contains("app/guess-9.9.jar") && notes.contains("app/lost.jar"))
        #expect(!notes.contains("app/by-digest.jar") && !notes.contains("app/app.war"))
        #expect(!report.diagnostics.contains { $0.message.contains("pare db update --java") })
    }

    @Test func onlyUnnamedJarsIsNoZero() async throws {
        let (image, home, folder) = (try JarImage(), try Folder(), try Folder())
        _ = try JarImage.python([
            "-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('a.class', 'a')",
            folder.path + "/guess-1.2.jar",
        ])
        let problem = await FeedTests.problem { _ = try await Self.scan(folder.path, Self.setup(home)) }
        #expect(problem?.contains("none of its jars says which artifact it is") == true, "\(problem ?? "")")
        #expect(home.has(Self.mark))
        let report = try await Self.scan(folder.path, Self.setup(home), database: image.cache)
        #expect(Self.names(report) == ["org.many:guess 1.2"])
    }

    /// SQLite takes no values of a megabyte, which is the jar's fault and not the index's.
    @Test func aJarWithLongClaimsIsAskedForByItsName() async throws {
        let (image, home, folder) = (try JarImage(), try Folder(), try Folder())
        let script = """
            import sys, zipfile
            lines = ["Implementation-Vendor-Id: org.m", "Implementation-Title: " + "x" * (2 << 20), "Implementation-Version: 1"]
            with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as jar:
                jar.writestr("META-INF/MANIFEST.MF", "\\n".join(lines) + "\\n")
            """
        try JarImage.python(["-c", script, folder.path + "/guess-1.2.jar"])
        let report = try await Self.scan(folder.path, Self.setup(home), database: image.cache)
        #expect(Self.names(report) == ["org.many:guess 1.2"])
    }

    @Test(arguments: ["", "SQLite format 3\0", "no index at all"])
    func aBrokenOneIsAnError(_ content: String) async throws {
        let (image, home) = (try JarImage(), try Folder())
        try FileManager.default.removeItem(atPath: image.cache + "/java-db")
        try image.folder.write(content, to: "cache/java-db/trivy-java.db")
        let problem = await FeedTests.problem {
            _ = try await Self.scan(image.archive, Self.setup(home), database: image.cache)
        }
        #expect(problem?.contains("java-db/trivy-java.db' cannot be used") == true, "\(problem ?? "")")
        let status = try DatabaseStatus(database: image.cache).run(in: Self.setup(home)).text
        #expect(status.contains("Java index: the Java index in '"), "\(status)")
    }

    // MARK: when it is fetched

    private static func index() throws -> FeedSample {
        FeedSample(
            updated: "2026-01-01T00:00:00Z", version: 1,
            layerType: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip", file: "trivy-java.db",
            dataBase: try javaIndexSample())
    }

    @Test func anUpdateFetchesOneThatAScanMissed() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        var wishes = FeedTests.wishes("\(registry.place)/trivy-db")
        wishes.force = true
        FeedTests.setup(cache).markJavaIndexAsMissed()
        // Nobody but those that were named is spoken with.
        #expect(try await FeedTests.update(wishes, cache).contains("name its repository too"))
        wishes.javaRepositories = ["\(registry.place)/trivy-java-db"]
        let without = try await FeedTests.update(wishes, cache)
        #expect(
            without.contains("advisories of 2026-01-02") && without.contains("was not fetched"), "\(without)")
        #expect(cache.has("pare/java-db.missed"))
        try await Self.index().push(to: registry.place, "trivy-java-db", tag: "1")
        #expect(try await FeedTests.update(wishes, cache).contains("Java index of 2026-01-01"))
        #expect(!cache.has("pare/java-db.missed"))
        let status = try DatabaseStatus(database: nil).run(in: FeedTests.setup(cache)).text
        #expect(status.contains("/pare/java-db, of 2026-01-01\n  2: files of 1 artifacts"), "\(status)")
    }

    @Test func oneThatIsNoIndexTakesNoPlace() async throws {
        let (registry, cache) = (try await DockerRegistry(), try Folder())
        try await FeedSample().push(to: registry.place)
        var index = try Self.index()
        index.dataBase = Array("SQLite format 3\0 and more".utf8)
        try await index.push(to: registry.place, "trivy-java-db", tag: "1")
        var wishes = FeedTests.wishes("\(registry.place)/trivy-db")
        (wishes.takesJava, wishes.javaRepositories) = (true, ["\(registry.place)/trivy-java-db"])
        let problem = await FeedTests.problem { _ = try await FeedTests.update(wishes, cache) }
        #expect(problem?.contains("cannot be used") == true, "\(problem ?? "")")
        #expect(!cache.has("pare/java-db"))
    }
}

extension Folder {
    fileprivate func has(_ name: String) -> Bool { fileExists("\(path)/\(name)") }
}
