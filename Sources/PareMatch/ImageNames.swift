// SPDX-License-Identifier: Apache-2.0

import PareModel

/// What an image goes by: its digests, its names with and without tags, its address, its distribution.
struct ImageNames: Sendable {
    private let digests: Set<String>
    private let tags: Set<String>
    private let repositories: Set<String>
    private let target: String
    private let distro: Distro?

    init(target: String, image: ImageFacts?, distro: Distro?) {
        self.target = target
        self.distro = distro
        digests = Set([image?.id, image?.manifestDigest].compactMap { $0?.description })
        tags = Set((image?.tags ?? []).map { Self.short($0) })
        repositories = Set((image?.tags ?? []).map { Self.repository($0) })
    }

    /// Whether a name has the digest of another image, however that is called; `nil` where it has none.
    func isOther(_ name: String) -> Bool? {
        let digest: String
        if let address = PackageURL(name) {
            guard address.type == "oci" || address.type == "docker" else { return nil }
            digest = address.version
        } else if let at = name.lastIndex(of: "@") {
            digest = String(name[name.index(after: at)...])
        } else {
            // A bare one may be that of a package's file.
            return digests.contains(name) ? false : nil
        }
        guard digest.hasPrefix("sha256:") || digest.hasPrefix("sha512:") else { return nil }
        return !digests.contains(digest)
    }

    /// Whether a name, which may be an address, is one of them: `sha256:…`, `pkg:oci/demo-api@sha256:…`, `demo-api:fat`; or a
    /// CPE of the distribution, where the package is one of its own.
    func contain(_ name: String, _ address: PackageURL?, with package: Package) -> Bool {
        if let address { return contain(address) }
        if name.hasPrefix("cpe:") { return package.kind.isOperatingSystem && isDistribution(name) }
        if digests.contains(name) || name == target { return true }
        if let at = name.firstIndex(of: "@") {
            return digests.contains(String(name[name.index(after: at)...]))
        }
        return tags.contains(Self.short(name)) || repositories.contains(Self.short(name, withTag: false))
    }

    private func contain(_ address: PackageURL) -> Bool {
        guard address.type == "oci" || address.type == "docker" else { return false }
        if address.version.hasPrefix("sha256:") || address.version.hasPrefix("sha512:") {
            return digests.contains(address.version)
        }
        let path = address.namespace.isEmpty ? address.name : address.namespace + "/" + address.name
        let place = address.qualifiers["repository_url"].map { Self.repository($0) }
        let tag = address.version.isEmpty ? address.qualifiers["tag"] : address.version
        return repositories.contains { repository in
            let isIt =
                place.map { repository == $0 || repository == "\($0)/\(path)" }
                ?? (repository == Self.short(path, withTag: false) || repository.hasSuffix("/" + path))
            return isIt && (tag.map { tags.contains("\(repository):\($0)") } ?? true)
        }
    }

    /// `cpe:/o:debian:debian_linux:12`, `cpe:2.3:o:canonical:ubuntu_linux:22.04:…`: the system that packages are parts of.
    private func isDistribution(_ cpe: String) -> Bool {
        let parts = cpe.split(separator: ":", omittingEmptySubsequences: false)
        let isSystem = parts.starts(with: ["cpe", "2.3", "o"]) || parts.starts(with: ["cpe", "/o"])
        let fields = parts.dropFirst(parts.starts(with: ["cpe", "2.3"]) ? 3 : 2).map(String.init)
        guard let distro, isSystem, fields.count >= 2, fields[1].hasPrefix(distro.family) else {
            return false
        }
        guard fields.count > 2, !["", "*", "-"].contains(fields[2]) else { return true }
        return distro.version == fields[2] || distro.version.hasPrefix(fields[2] + ".")
    }

    /// A reference as people write it, always with a tag: `node:20` for `docker.io/library/node:20`.
    private static func short(_ reference: String, withTag: Bool = true) -> String {
        let prefixes = ["index.docker.io/library/", "docker.io/library/", "index.docker.io/", "docker.io/"]
        let name = reference.prefix { $0 != "@" }
        let short = prefixes.first { name.hasPrefix($0) }.map { name.dropFirst($0.count) } ?? name
        let isTagged = short[(short.lastIndex(of: "/") ?? short.startIndex)...].contains(":")
        return withTag && !isTagged ? short + ":latest" : String(short)
    }

    /// `node` of `docker.io/library/node:20`.
    private static func repository(_ reference: String) -> String {
        let short = short(reference)
        return short.lastIndex(of: ":").map { String(short[..<$0]) } ?? short
    }
}
