// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareDockerfile
import PareModel

/// How many vulnerabilities the same packages have without a fix in a Debian release, by the advisories alone.
///
/// The versions of a release are known only after a build; what its archive has no fix for is known before.
struct DebianOutlook: Equatable {
    let release: ReleaseLine
    /// Pairs of a package and a vulnerability that the release has no fix for.
    let unfixed: Int
}

/// What packages of a Debian image would have to expect, of its own release and of each newer one that is cared for.
///
/// - Parameters:
///   - packages: Those of the image that is to become better: of the closure, not of the whole base.
///   - distro: The image's.
///   - store: Where the findings of the image are from.
///   - releases: The release lines.
///   - day: On which they are judged.
/// - Returns: Oldest first, the image's own release before all; empty where it is no Debian, or not in the table.
/// - Throws: ``AdvisoryError``.
func debianOutlooks(
    of packages: [Package], distro: Distro?, in store: AdvisoryStore, releases: ReleaseTable, on day: Day
) throws -> [DebianOutlook] {
    guard let distro, distro.family == "debian",
        let own = releases.line(of: "debian", for: distro.version)
    else { return [] }
    let newer = releases.lines(of: "debian").drop { $0 != own }.dropFirst()
        .filter { $0.released.map { $0 <= day } ?? true && !$0.hasEnded(on: day) }
    return try ([own] + newer).map { release in
        let renamed = packages.filter { $0.kind == .dpkg }.map { $0.built(from: release, instead: own) }
        let candidates = try store.candidates(
            for: renamed, distro: Distro(family: "debian", version: release.line))
        let unfixed = candidates.map { candidate in
            Set(
                candidate.advisories.filter { $0.fixedVersion.isEmpty && $0.status != .notAffected }.map(\.id)
            )
            .count
        }
        return DebianOutlook(release: release, unfixed: unfixed.reduce(0, +))
    }
}

/// The newest release where it leaves less without a fix than the image's own; `nil` where none does.
func betterDebian(_ outlooks: [DebianOutlook]) -> ReleaseLine? {
    guard let own = outlooks.first, let newest = outlooks.last, newest.unfixed < own.unfixed else {
        return nil
    }
    return newest.release
}

extension Package {
    /// The same package as another release builds it: some sources have their own version in their name.
    fileprivate func built(from release: ReleaseLine, instead own: ReleaseLine) -> Package {
        let name = source?.name ?? self.name
        let sources = [
            ["10": "gcc-8", "11": "gcc-10", "12": "gcc-12", "13": "gcc-14"],
            ["10": "python3.7", "11": "python3.9", "12": "python3.11", "13": "python3.13"],
        ]
        guard let names = sources.first(where: { $0[own.line] == name }), let other = names[release.line]
        else {
            return self
        }
        return Package(
            kind, name: self.name, version: version, architecture: architecture,
            source: Source(name: other, version: source?.version ?? version), evidence: evidence)
    }
}
