// SPDX-License-Identifier: Apache-2.0

/// The name of an image that a stage starts from: `registry.corp:5000/team/node:20-slim@sha256:…`.
struct BaseReference: Equatable {
    /// Everything before the tag: `registry.corp:5000/team/node`.
    let name: String
    let tag: String?
    let digest: String?

    init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, !head.isEmpty else { return nil }
        digest = parts.count > 1 ? String(parts[1]) : nil
        let slash = head.utf8.lastIndex(of: UInt8(ascii: "/"))
        let colon = head.utf8.lastIndex(of: UInt8(ascii: ":"))
        if let colon, slash.map({ colon > $0 }) ?? true {
            name = String(head[..<colon])
            tag = String(head[head.utf8.index(after: colon)...])
        } else {
            name = String(head)
            tag = nil
        }
        guard !name.isEmpty else { return nil }
    }

    /// The last part of the name: `node`.
    var repository: String { name.split(separator: "/").last.map(String.init) ?? name }

    /// Whether it is the official image of a name or a mirror of it.  Vendors who lay theirs out otherwise are
    /// left out.
    func isOfficial(_ wanted: String) -> Bool {
        guard repository == wanted else { return false }
        let vendors: Set<String> = ["chainguard", "bitnami", "bitnamilegacy", "circleci", "cimg", "dhi.io"]
        return !name.split(separator: "/").contains { vendors.contains(String($0)) }
    }

    var isNode: Bool { isOfficial("node") }

    /// Whether it is Debian or Ubuntu with nothing on top but tools.
    var isPlainDebian: Bool { ["debian", "ubuntu", "buildpack-deps"].contains(where: isOfficial) }

    /// Where programs are looked for in images that do not say.
    static let plainPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// `PATH` in the image.
    var path: String {
        if isOfficial("golang") { return "/go/bin:/usr/local/go/bin:" + Self.plainPath }
        if isOfficial("rust") { return "/usr/local/cargo/bin:" + Self.plainPath }
        return Self.plainPath
    }

    /// `WORKDIR` of the image.
    var workingDirectory: String { isOfficial("golang") ? "/go" : "/" }

    var isAlpine: Bool { tag?.split(separator: "-").contains { $0.hasPrefix("alpine") } ?? false }
}

/// The tag of an official Node.js image: release and variant.
struct NodeTag: Equatable {
    /// `20` of `20.18.0-bookworm-slim`; `nil` for tags that move, as `lts`.
    let major: Int?
    /// `bookworm-slim`; empty where there is none.
    let variant: String

    init(_ tag: String) {
        let parts = tag.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let release = parts.first.map(String.init) ?? ""
        let number = release.split(separator: ".").first.flatMap { Int($0) }
        major = number ?? NodeRelease.all.first { $0.codename == release.lowercased() }?.major
        let isVariantOnly = major == nil && !["lts", "current", "latest", ""].contains(release)
        variant = isVariantOnly ? tag : parts.count > 1 ? String(parts[1]) : ""
    }

    /// The same variant of another release; Debian and Alpine releases that it is not made for are brought
    /// forward.
    func moved(to major: Int) -> String {
        let gone: Set<String> = ["jessie", "stretch", "buster", "wheezy"]
        let parts = variant.split(separator: "-").map { part in
            gone.contains(String(part)) ? "bookworm" : part.hasPrefix("alpine") ? "alpine" : String(part)
        }
        return ([String(major)] + parts).joined(separator: "-")
    }
}
