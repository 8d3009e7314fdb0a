// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// What an engine says of an image it has.
struct InspectedImage {
    let id: Digest?
    let tags: [String]
    let digests: [String]
    /// `nil` where it is not said.
    let platform: Platform?

    /// - Parameter json: As `docker image inspect` and podman's say it, without the list around it.
    init(_ json: JSONValue) {
        let id = json["Id"]?.text ?? ""
        self.id = Digest(id) ?? Digest("sha256:" + id)
        tags = (json["RepoTags"]?.texts ?? []).filter { !$0.hasPrefix("<none>") }
        digests = (json["RepoDigests"]?.texts ?? []).filter { !$0.hasPrefix("<none>") }
        platform = Self.platform(
            os: json["Os"], architecture: json["Architecture"], variant: json["Variant"])
    }

    /// - Parameters:
    ///   - id: Digest of the configuration.
    ///   - config: The configuration.
    ///   - digests: What registries know it by.
    init(id: Digest, config: JSONValue, digests: [String] = []) {
        self.id = id
        tags = []
        self.digests = digests
        platform = Self.platform(
            os: config["os"], architecture: config["architecture"], variant: config["variant"])
    }

    private static func platform(os: JSONValue?, architecture: JSONValue?, variant: JSONValue?) -> Platform? {
        guard let architecture = architecture?.text, !architecture.isEmpty else { return nil }
        let os = os?.text ?? ""
        return Platform(
            os: os.isEmpty ? "linux" : os, architecture: architecture, variant: variant?.text ?? "")
    }

    /// Whether the id is that of what registries have, a manifest or an index, as in Docker's store of containerd: the platform
    /// is that of one image of several then.
    private var isOneOfSeveral: Bool { id.map { id in digests.contains { $0.hasSuffix("@\(id)") } } ?? false }

    /// - Throws: ``EngineSourceError/otherPlatform(image:there:wanted:)`` where nothing but that can be.
    func check(_ wanted: Platform?, name: String) throws(EngineSourceError) {
        guard let wanted, let platform, !isOneOfSeveral else { return }
        guard platform.fits(wanted) else {
            throw .otherPlatform(image: name, there: platform, wanted: wanted)
        }
    }
}

extension Platform {
    /// Whether it is what was asked for; a variant counts only where both say one.
    func fits(_ wanted: Platform) -> Bool {
        os == wanted.os && architecture == wanted.architecture
            && (wanted.variant.isEmpty || variant.isEmpty || variant == wanted.variant)
    }
}
