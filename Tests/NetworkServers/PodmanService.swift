// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// Podman with a storage of its own, and its service.
package final class PodmanService: Sendable {
    /// Where the service listens.
    package let socket: String
    /// Variables for podman, buildah and skopeo, which lead to this storage.
    package let environment: [String: String]
    private let folder: ScratchFolder
    private let server: ServerProcess

    /// Starts the service with an empty storage.
    package init(path: String) async throws {
        // A socket's path must be short.
        folder = try ScratchFolder(in: "/var/tmp", name: "pare-podman")
        let configuration = folder.path + "/storage.conf"
        try writeFile(
            Array(
                """
                [storage]
                driver = "vfs"
                graphroot = "\(folder.path)/images"
                runroot = "\(folder.path)/run"

                """.utf8), to: configuration)
        environment = [
            "PATH": path, "HOME": folder.path, "CONTAINERS_STORAGE_CONF": configuration,
            "TMPDIR": folder.path,
        ]
        socket = folder.path + "/podman.sock"
        server = try ServerProcess(
            Self.words(environment) + [
                "podman", "--cgroup-manager=cgroupfs", "--log-level=info", "system", "service", "--time=0",
                "unix://" + socket,
            ], log: folder.path + "/log")
        _ = try await server.line(with: "API service listening")
    }

    deinit {
        server.stop()
        folder.remove()
    }

    private static func words(_ environment: [String: String]) -> [String] {
        ["env", "-i"] + environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// Puts the image of an archive or layout into the storage: `oci:/folder`, under a name.
    package func add(_ place: String, as name: String) async throws {
        try await runTool(
            Self.words(environment) + [
                "skopeo", "copy", "--quiet", "--insecure-policy", place, "containers-storage:" + name,
            ])
    }

    /// Writes what it has as a docker-archive.
    package func save(_ name: String, to path: String) async throws {
        try await runTool(Self.words(environment) + ["podman", "image", "save", "--output", path, name])
    }
}
