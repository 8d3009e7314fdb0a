// SPDX-License-Identifier: Apache-2.0

internal import PareModel

/// The tag of an official image: release and variant.
struct ReleaseTag {
    /// `node`.
    let product: String
    /// As written: `20.18.0`, `iron`, `lts`; empty where the tag has only a variant.
    let release: String
    /// `20240513` where the tag is of one day: `bookworm-20240513`.
    let snapshot: String?
    /// What follows: `["bookworm", "slim"]`.
    let variant: [String]
    /// Of the release; `nil` for tags that move, as `lts`, and for lines that the table does not have.
    let line: ReleaseLine?

    private let releases: ReleaseTable

    /// Tags that follow the releases.
    private static let moving: Set<String> = [
        "lts", "current", "latest", "stable", "oldstable", "testing", "mainline", "rolling", "edge",
    ]

    init(_ tag: String, of product: String, in releases: ReleaseTable) {
        var parts = tag.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        let first = parts.first ?? ""
        let known = releases.line(of: product, for: first)
        let isRelease =
            known != nil || first.isEmpty || first.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
            || Self.moving.contains(first)
        if isRelease, !parts.isEmpty { parts.removeFirst() }
        release = isRelease ? first : ""
        snapshot = parts.first.flatMap { Self.isDay($0) ? $0 : nil }
        if snapshot != nil { parts.removeFirst() }
        variant = parts
        line = known
        self.product = product
        self.releases = releases
    }

    /// `20240513`, and `20240513.1` for the second of a day.
    private static func isDay(_ text: String) -> Bool {
        let digits = text.utf8.prefix { $0 != UInt8(ascii: ".") }
        return digits.count == 8 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// The tag.
    var text: String {
        let parts = ([release, snapshot ?? ""] + variant).filter { !$0.isEmpty }
        return parts.isEmpty ? "latest" : parts.joined(separator: "-")
    }

    /// The number that the release begins with, or that its line has: 20 of `20.18.0` and of `iron`.
    var major: Int? {
        line?.numbers.first ?? release.split(separator: ".").first.flatMap { Int($0) }
    }

    /// Whether it stays at one patch of its line, or at one day.
    var isPinned: Bool {
        snapshot != nil || line.map { numbers(release).count > $0.numbers.count } ?? false
    }

    var isAlpine: Bool { product == "alpine" || variant.contains { $0.hasPrefix("alpine") } }

    /// The Debian release that the variant names.
    var debian: ReleaseLine? {
        variant.lazy.compactMap { releases.line(of: "debian", for: $0) }.first { $0.codename != nil }
    }

    private func numbers(_ text: String) -> [Int] { text.split(separator: ".").compactMap { Int($0) } }
}

extension ReleaseTag {
    /// The same variant of another line's newest patch; Debian and Alpine releases that it is not made for are
    /// brought forward.
    func moved(to line: ReleaseLine, on day: Day) -> ReleaseTag {
        let isDistribution = product == "debian" || product == "ubuntu"
        let isNamed = isDistribution && release == self.line?.codename
        let name = (isNamed ? line.codename : nil) ?? line.line
        return ReleaseTag(([name] + current(on: day)).joined(separator: "-"), of: product, in: releases)
    }

    /// The same at the newest patch that is known; `nil` where the tag is not pinned, or there is none newer.
    func newestPatch(on day: Day) -> ReleaseTag? {
        guard let line, isPinned else { return nil }
        let own = numbers(release)
        var next = release
        if own.count > line.numbers.count {
            let newest = line.newest.map { $0.split(separator: ".").prefix(own.count) }
            next = newest.map { $0.joined(separator: ".") } ?? line.line
            if newest != nil, snapshot == nil, !own.lexicographicallyPrecedes(numbers(next)) { return nil }
        }
        return ReleaseTag(([next] + current(on: day)).joined(separator: "-"), of: product, in: releases)
    }

    /// The same, where the Debian release in the variant has ended, on the one to move to.
    func onSupportedDebian(on day: Day) -> ReleaseTag? {
        guard let debian, let next = releases.successor(of: debian.line, of: "debian", on: day) else {
            return nil
        }
        return onDebian(next)
    }

    /// The same on a Debian release; `nil` where it is on that already, or is not Debian.
    func onDebian(_ debian: ReleaseLine) -> ReleaseTag? {
        guard let codename = debian.codename, !isAlpine, product != "ubuntu", self.debian != debian else {
            return nil
        }
        if product == "debian" {
            guard line != debian, line != nil else { return nil }
            let name = release == line?.codename ? codename : debian.line
            return ReleaseTag(([name] + variant).joined(separator: "-"), of: product, in: releases)
        }
        var parts = variant
        if let old = self.debian?.codename {
            parts = parts.map { $0 == old ? codename : $0 }
        } else {
            // `20-bookworm-slim`, but `3.11-slim-bookworm`.
            parts.insert(codename, at: product == "node" ? 0 : parts.count)
        }
        let head = release == "latest" ? [] : [release].filter { !$0.isEmpty }
        return ReleaseTag((head + parts).joined(separator: "-"), of: product, in: releases)
    }

    /// The variant without Debian releases that have ended, and without a certain Alpine.
    private func current(on day: Day) -> [String] {
        variant.map { part in
            if part.hasPrefix("alpine") { return "alpine" }
            guard let old = releases.line(of: "debian", for: part), old.codename == part else { return part }
            return releases.successor(of: old.line, of: "debian", on: day)?.codename ?? part
        }
    }
}
