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

    /// Whether it is Node.js's official image or a mirror of it.
    var isNode: Bool { product == "node" }

    /// Whether it comes from one who lays images out otherwise.
    private var isOfVendor: Bool {
        let vendors: Set<String> = ["chainguard", "bitnami", "bitnamilegacy", "circleci", "cimg", "dhi.io"]
        return name.split(separator: "/").contains { vendors.contains(String($0)) }
    }

    /// The product whose official image it is, or a mirror of it, by the name in the table of releases.
    var product: String? {
        let known: Set<String> = [
            "node", "python", "debian", "alpine", "ubuntu", "nginx", "golang", "ruby", "php",
        ]
        return known.contains(repository) && !isOfVendor ? repository : nil
    }

    /// Whether it is the official image of a name, or a mirror of it.
    func isOfficial(_ wanted: String) -> Bool { repository == wanted && !isOfVendor }

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
