// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Where the advisories of a package stand in the store.
struct LookupPlace: Hashable {
    let buckets: Buckets
    let name: String

    enum Buckets: Hashable {
        /// `debian 12`.
        case exactly(String)
        /// All that begin so: `npm::`.
        case prefixed(String)

        static let runtime = Buckets.prefixed("node-core::")
    }

    /// `nil` where no bucket speaks of such packages.
    ///
    /// - SeeAlso: Trivy, `pkg/detector/ospkg/*`, `pkg/detector/library/driver.go`; trivy-db, `NormalizePkgName` in
    ///   `pkg/vulnsrc/vulnerability/vulnerability.go`.
    init?(_ package: Package, release: Release?) {
        switch package.kind {
        case .dpkg, .apk:
            guard let release, release.kind == package.kind else { return nil }
            let source = package.source?.name ?? ""
            self.init(.exactly(release.bucket), source.isEmpty ? package.name : source)
        case .npm: self.init(.prefixed("npm::"), package.name.lowercased())
        // Dots stay, though PEP 503 makes them dashes: the feed's names keep them too.
        case .python:
            self.init(.prefixed("pip::"), String(package.name.lowercased().map { $0 == "_" ? "-" : $0 }))
        case .gem: self.init(.prefixed("rubygems::"), package.name.lowercased())
        case .go: self.init(.prefixed("go::"), package.name)
        case .cargo: self.init(.prefixed("cargo::"), package.name.lowercased())
        case .jar: self.init(.prefixed("maven::"), package.name.lowercased())
        case .node: self.init(.runtime, "node")
        // No feed of the store has advisories of CPython itself.
        case .cpython: return nil
        }
    }

    /// Whether the data on board speak of it, and no feed.
    var isOfRuntime: Bool { buckets == .runtime }

    private init(_ buckets: Buckets, _ name: String) {
        self.buckets = buckets
        self.name = name
    }
}

/// A distribution's release that advisories are kept for.
struct Release: Hashable {
    /// Of the packages it consists of.
    let kind: Package.Kind
    /// `debian 12`, `alpine 3.19`, `wolfi`.
    let bucket: String

    /// `nil` for a distribution that is not known.  A release that is not known, such as `trixie/sid`, has a bucket that is
    /// not there.
    init?(distro: Distro?, repositoryRelease: String?) {
        guard let distro else { return nil }
        switch distro.family {
        case "debian":
            kind = .dpkg
            bucket = "debian \(distro.version.parts(1))"
        case "ubuntu":
            kind = .dpkg
            bucket = "ubuntu \(distro.version.parts(2))"
        case "alpine":
            kind = .apk
            bucket = "alpine \((repositoryRelease ?? distro.version).parts(2))"
        case "wolfi", "chainguard":
            kind = .apk
            bucket = distro.family
        default: return nil
        }
    }
}

extension String {
    /// The first parts between dots: `3.19` of `3.19.1`.
    fileprivate func parts(_ count: Int) -> String {
        split(separator: ".", omittingEmptySubsequences: false).prefix(count).joined(separator: ".")
    }
}
