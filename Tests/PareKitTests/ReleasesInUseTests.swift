// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareDockerfile
import PareModel
import Testing

@testable import PareKit

/// Which table of release lines is used, and how it is replaced.
@Suite struct ReleasesInUseTests {
    static func table(of date: String, line: String = "99") -> String {
        """
        {"schema": 1, "date": "\(date)", "lines": [{"product": "node", "line": "\(line)", "sources": ["https://a.b/"]}]}
        """
    }

    private static func setup(_ cache: Folder) -> Setup {
        Setup(environment: ["XDG_CACHE_HOME": cache.path], progress: .silent)
    }

    @Test func theOneOnBoardIsUsedWhereThereIsNoOther() throws {
        let cache = try Folder()
        for setup in [Self.setup(cache), Setup(environment: [:], progress: .silent)] {
            #expect(setup.releases.table == .onBoard && setup.releases.file == nil)
            #expect(setup.releases.diagnostics.isEmpty)
        }
    }

    @Test func theNewerOfTwoIsUsed() throws {
        let cache = try Folder()
        try cache.write(Self.table(of: "2099-01-01"), to: "pare/release-lines.json")
        #expect(Self.setup(cache).releases.table.lines.map(\.line) == ["99"])
        #expect(Self.setup(cache).releases.file == cache.path + "/pare/release-lines.json")
        try cache.write(Self.table(of: "2020-01-01"), to: "pare/release-lines.json")
        #expect(
            Self.setup(cache).releases.table == .onBoard && Self.setup(cache).releases.diagnostics.isEmpty)
    }

    @Test(arguments: ["", "{}", "{\"schema\": 1", "\u{0}"])
    func aDamagedOneIsSaid(_ text: String) throws {
        let cache = try Folder()
        try cache.write(text, to: "pare/release-lines.json")
        let releases = Self.setup(cache).releases
        #expect(releases.table == .onBoard)
        #expect(releases.diagnostics.count == 1)
        #expect(releases.diagnostics.first?.message.contains("release-lines.json") == true)
    }

    @Test func updatesOnlyToWhatIsNewer() async throws {
        let cache = try Folder()
        func update(_ text: String, takesOlder: Bool = false) async throws -> String {
            try cache.write(text, to: "new.json")
            return try await ReleaseLinesUpdate(place: cache.path + "/new.json", takesOlder: takesOlder)
                .run(in: Self.setup(cache))
        }
        #expect(try await update(Self.table(of: "2099-01-02")).contains("in place of those on board"))
        #expect(try await update(Self.table(of: "2099-01-02")).contains("as before"))
        await #expect(throws: UpdateError.older(Day(2099, 1, 1), thanThere: Day(2099, 1, 2))) {
            try await update(Self.table(of: "2099-01-01"))
        }
        #expect(Self.setup(cache).releases.table.date == Day(2099, 1, 2))
        #expect(
            try await update(Self.table(of: "2099-01-01"), takesOlder: true).contains(
                "in the cache of 2099-01-02"))
        await #expect(throws: UpdateError.self) {
            try await update(Self.table(of: "2020-01-01"), takesOlder: true)
        }
        await #expect(throws: ReleaseTableError.self) { try await update("{") }
        #expect(Self.setup(cache).releases.table.date == Day(2099, 1, 1))
        // A damaged table is no reason to keep it.
        try cache.write("{", to: "pare/release-lines.json")
        #expect(try await update(Self.table(of: "2099-01-01")).contains("in place of those on board"))
        #expect(try cache.names == ["new.json", "pare"])
    }

    /// Whoever looks while tables are replaced sees a whole one, and in the end the newest is there.
    @Test func manyAtOnceLeaveTheNewest() async throws {
        let cache = try Folder()
        let days = (10...28).shuffled()
        for day in days {
            try cache.write(Self.table(of: "2099-01-\(day)", line: "\(day)"), to: "\(day).json")
        }
        try cache.write(Self.table(of: "2099-01-01"), to: "pare/release-lines.json")
        await withTaskGroup(of: Void.self) { group in
            for day in days {
                group.addTask {
                    let update = ReleaseLinesUpdate(place: cache.path + "/\(day).json", takesOlder: false)
                    _ = try? await update.run(in: Self.setup(cache))
                    #expect(Self.setup(cache).releases.diagnostics.isEmpty)
                    #expect(Self.setup(cache).releases.file != nil)
                }
            }
        }
        #expect(Self.setup(cache).releases.table.date == Day(2099, 1, 28))
        let left = try FileManager.default.contentsOfDirectory(atPath: cache.path + "/pare").sorted()
        #expect(left == ["release-lines.json", "release-lines.lock"])
    }

    @Test(arguments: ["/dev/null", "/proc/none"])
    func aCacheThatCannotBeWrittenIsSaid(_ place: String) async throws {
        let folder = try Folder()
        try folder.write(Self.table(of: "2099-01-02"), to: "new.json")
        let setup = Setup(environment: ["XDG_CACHE_HOME": place], progress: .silent)
        let update = ReleaseLinesUpdate(place: folder.path + "/new.json", takesOlder: false)
        let error = await #expect(throws: (any Error).self) { try await update.run(in: setup) }
        #expect((error as? any Explained)?.problem.contains("'\(place)") == true)
    }

    // MARK: support

    @Test(arguments: [
        ("debian", "10.13", Day(2026, 11, 26), Day(2024, 6, 30), true),
        ("debian", "12.5", Day(2026, 11, 26), Day(2028, 6, 30), false),
        ("debian", "11.11", Day(2026, 8, 31), Day(2026, 8, 31), false),
        ("debian", "trixie/sid", Day(2026, 11, 26), nil, false),
        ("alpine", "3.19.1", Day(2026, 11, 26), Day(2025, 11, 1), true),
        ("ubuntu", "20.04", Day(2026, 11, 26), Day(2025, 5, 29), true),
        ("wolfi", "20230201", Day(2026, 11, 26), nil, false), ("debian", "", Day(2026, 11, 26), nil, false),
    ])
    func knowsTheEndOfDistributions(
        _ family: String, _ version: String, _ day: Day, _ end: Day?, _ isOver: Bool
    ) throws {
        let distro = Distro(family: family, version: version)
        let support = ReleaseTable.onBoard.support(of: distro, on: day)
        #expect(support.distro == Distro(family: family, version: version, endOfSupport: end))
        #expect(support.diagnostics.map(\.severity) == (isOver ? [.warning] : []))
        #expect(ReleaseTable.onBoard.support(of: nil, on: day).distro == nil)
    }
}
