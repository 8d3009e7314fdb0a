// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareDockerfile
import PareModel
import Testing

@testable import PareKit

/// What packages have to expect of newer releases, by the data on board.
@Suite struct DebianOutlookTests {
    private static func package(_ name: String, of source: String) -> Package {
        Package(
            .dpkg, name: name, version: "1", source: .init(name: source, version: "1"),
            evidence: .init(path: "var/lib/dpkg/status", layer: 0))
    }

    private static func outlooks(
        _ packages: [Package], _ distro: Distro?, on day: Day = Day(2026, 11, 26)
    ) throws -> [DebianOutlook] {
        try debianOutlooks(
            of: packages, distro: distro, in: .onBoard(), releases: .onBoard, on: day)
    }

    private static let bookworm = Distro(family: "debian", version: "12.15")

    /// What a distilled Node.js image keeps: Debian 13 builds its compiler's libraries from another source.
    @Test func theNewerReleaseLeavesFewer() throws {
        let packages = [
            Self.package("libc6", of: "glibc"), Self.package("libgcc-s1", of: "gcc-12"),
            Self.package("libstdc++6", of: "gcc-12"), Self.package("gcc-12-base", of: "gcc-12"),
        ]
        let outlooks = try Self.outlooks(packages, Self.bookworm)
        #expect(outlooks.map(\.release.line) == ["12", "13"])
        #expect(outlooks.map(\.unfixed) == [16, 13])
        #expect(betterDebian(outlooks)?.codename == "trixie")
    }

    @Test func anEqualReleaseIsNoReason() throws {
        let outlooks = try Self.outlooks([Self.package("libc6", of: "glibc")], Self.bookworm)
        #expect(outlooks.count == 2 && outlooks[0].unfixed == outlooks[1].unfixed && outlooks[0].unfixed > 0)
        #expect(betterDebian(outlooks) == nil)
        #expect(try betterDebian(Self.outlooks([], Self.bookworm)) == nil)
    }

    @Test func onlyReleasesThatAreCaredForCount() throws {
        let packages = [Self.package("libc6", of: "glibc")]
        let buster = Distro(family: "debian", version: "10.13")
        #expect(try Self.outlooks(packages, buster).map(\.release.line) == ["10", "12", "13"])
        // Before Debian 13 was out.
        #expect(try Self.outlooks(packages, Self.bookworm, on: Day(2025, 8, 8)).map(\.release.line) == ["12"])
        let trixie = Distro(family: "debian", version: "13.8")
        #expect(try betterDebian(Self.outlooks(packages, trixie)) == nil)
    }

    @Test(arguments: [
        nil, Distro(family: "alpine", version: "3.19.1"), Distro(family: "debian", version: "trixie/sid"),
        Distro(family: "debian", version: "99"),
    ])
    func othersHaveNone(_ distro: Distro?) throws {
        #expect(try Self.outlooks([Self.package("libc6", of: "glibc")], distro).isEmpty)
    }
}
