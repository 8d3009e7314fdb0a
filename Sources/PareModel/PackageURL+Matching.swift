// SPDX-License-Identifier: Apache-2.0

extension PackageURL {
    /// Whether an installed package is what the address speaks of: whether all that it says agrees.
    ///
    /// What the address leaves out does not matter: without a version every version is meant, without qualifiers every
    /// build.  A package of a distribution is also meant by the address of its source package, one without `arch` or
    /// with `source` as that.  Of qualifiers `arch`, `distro`, `epoch`, `os_name`, `os_version` and `os_distro` have to agree,
    /// releases by what the distribution's feeds tell apart (`debian-12` is `debian-12.5`); others say nothing that is known
    /// of an installed package.
    public func names(_ package: Package, distro: Distro?) -> Bool {
        guard package.purlType == type, let own = package.purlNames(distro: distro),
            namespace.lowercased() == own.namespace.lowercased()
                || (namespace.isEmpty && package.kind.isOperatingSystem),
            qualifiersAgree(with: package, distro)
        else { return false }
        if qualifiers["arch"] != "source", comparable(name) == comparable(own.name), says(package.version) {
            return true
        }
        // An architecture is one of a binary package: `openssl?arch=amd64` is not its sibling libssl3.
        guard package.kind.isOperatingSystem, ["source", nil].contains(qualifiers["arch"]) else {
            return false
        }
        let source = package.source ?? Package.Source(name: package.name, version: package.version)
        return comparable(name) == comparable(source.name)
            && (says(source.version) || (source.version.isEmpty && says(package.version)))
    }

    private func comparable(_ name: String) -> String {
        guard type == "pypi" else { return name.lowercased() }
        return String(name.lowercased().map { $0 == "_" || $0 == "." ? "-" : $0 })
    }

    /// Whether a version is the one that the address says, if it says one.
    private func says(_ installed: String) -> Bool {
        guard !version.isEmpty else { return true }
        guard type == "deb" else {
            return version == installed || (type == "golang" && version.withoutV == installed.withoutV)
        }
        let (said, its) = (EpochVersion(version), EpochVersion(installed))
        // An epoch may stand before the version, as a qualifier, or be left out.
        let epoch = said.epoch ?? qualifiers["epoch"]
        return said.rest == its.rest && (epoch == nil || epoch == its.epoch ?? "0")
    }

    private func qualifiersAgree(with package: Package, _ distro: Distro?) -> Bool {
        qualifiers.allSatisfy { name, value in
            switch name {
            case "arch":
                value == "source"
                    || package.architecture.map { $0.goArchitecture == value.goArchitecture } ?? true
            case "distro", "os_version", "os_distro": distro.map { $0.isMeant(by: value) } ?? true
            case "os_name": distro.map { $0.family == value.lowercased() } ?? true
            default: true
            }
        }
    }
}

extension Package {
    /// The namespace and the name of its package URL; `nil` for a package without a name.
    fileprivate func purlNames(distro: Distro?) -> (namespace: String, name: String)? {
        guard !kind.isOperatingSystem else {
            return name.isEmpty ? nil : (distro?.family ?? purlType, name)
        }
        let parts = purlPath.split(separator: "/")
        return parts.last.map { (parts.dropLast().joined(separator: "/"), String($0)) }
    }
}

/// `1` and `2.3-4` of `1:2.3-4`.
private struct EpochVersion {
    let epoch: String?
    let rest: Substring

    init(_ version: String) {
        let colon = version.firstIndex(of: ":")
        epoch = colon.map { String(version[..<$0]) }
        rest = colon.map { version[version.index(after: $0)...] } ?? version[...]
    }
}

extension String {
    fileprivate var withoutV: Substring { hasPrefix("v") ? dropFirst() : self[...] }

    /// `amd64` for `x86_64`, `arm64` for `aarch64`.
    fileprivate var goArchitecture: String {
        switch self {
        case "x86_64": "amd64"
        case "aarch64": "arm64"
        default: self
        }
    }
}

extension Distro {
    /// Whether a qualifier means this distribution's release: `debian-12`, `debian-12.5`, `12`, `bookworm`, `alpine-3.19.1`.
    fileprivate func isMeant(by text: String) -> Bool {
        var said = text.lowercased()
        if said == family { return true }
        if said.hasPrefix(family + "-") { said.removeFirst(family.count + 1) }
        return release(Self.releases[said] ?? said) == release(version)
    }

    /// As many parts of a version as the feeds tell apart.
    private func release(_ version: String) -> [Substring] {
        let parts = version.split(separator: ".")
        switch family {
        case "debian": return Array(parts.prefix(1))
        case "ubuntu", "alpine": return Array(parts.prefix(2))
        default: return parts
        }
    }

    /// - SeeAlso: debian.org/releases, wiki.ubuntu.com/Releases.
    private static let releases = [
        "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14",
        "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04",
    ]
}
