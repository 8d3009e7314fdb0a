// SPDX-License-Identifier: Apache-2.0
import PareModel

/// What an entry of a configuration file is for: a registry, or a part of one.
struct RegistryKey: Hashable {
    /// Host, and port where one is named; `docker.io` for Docker Hub, whatever it is called.
    let registry: String
    /// A repository, or the start of some: `team/app`; empty for the whole registry.
    let path: String

    /// Docker Hub's key in Docker's own file.
    static let dockerHub = "https://index.docker.io/v1/"

    init(registry: String, path: String) {
        self.registry = registry
        self.path = path
    }

    /// Reads a key as it was written at any time: `quay.io`, `quay.io/team/app`, `https://quay.io/v1/`.
    ///
    /// - SeeAlso: docker/cli, `cli/config/credentials/file_store.go`; containers-auth.json(5).
    init(_ key: String) {
        var rest = key[...]
        var isAddress = false
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            isAddress = true
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.dropFirst().first ?? ""
        // Whoever wrote a password into a key wrote it for no registry.
        let host = parts.first?.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        registry = Self.canonical(String(host))
        // Addresses of a registry's interface end in its version.
        self.path = isAddress || path == "v1/" || path == "v2/" ? "" : String(path)
    }

    /// As messages name it.
    var name: String { path.isEmpty ? registry : "\(registry)/\(path)" }

    /// The name of a registry in images' names.
    static func canonical(_ host: String) -> String {
        ["index.docker.io", "registry-1.docker.io"].contains(host) ? ImageReference.dockerHub : host
    }

    /// How a key of a whole registry is written now.
    static func written(_ registry: String, inDockersFile isDockers: Bool) -> String {
        isDockers && registry == ImageReference.dockerHub ? dockerHub : registry
    }
}
