// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// An image's configuration as Trivy repeats it: the members that Go's structures have, in their order.
///
/// Members that Trivy's structures do not have are left out.
///
/// - SeeAlso: go-containerregistry, `pkg/v1/config.go`.
func trivyImageConfig(_ config: JSONValue) -> JSONValue {
    guard config.members != nil else { return .record([]) }
    let history = (config["history"]?.elements ?? []).map { $0.picked(historyMembers) }
    return .record([
        ("architecture", config["architecture"] ?? .string("")),
        ("author", config.filled("author")),
        ("container", config.filled("container")),
        ("created", config["created"] ?? .string("0001-01-01T00:00:00Z")),
        ("docker_version", config.filled("docker_version")),
        ("history", .nonEmpty(history)),
        ("os", config["os"] ?? .string("")),
        (
            "rootfs",
            .record([
                ("type", config["rootfs"]?["type"] ?? .string("")),
                ("diff_ids", config["rootfs"]?["diff_ids"] ?? .null),
            ])
        ),
        ("config", (config["config"] ?? .record([])).picked(runMembers)),
        ("os.version", config.filled("os.version")),
        ("variant", config.filled("variant")),
        ("os.features", config.filled("os.features")),
    ])
}

private let historyMembers = ["author", "created", "created_by", "comment", "empty_layer"]

private let runMembers = [
    "AttachStderr", "AttachStdin", "AttachStdout", "Cmd", "Healthcheck", "Domainname", "Entrypoint", "Env",
    "Hostname", "Image", "Labels", "OnBuild", "OpenStdin", "StdinOnce", "Tty", "User", "Volumes",
    "WorkingDir",
    "ExposedPorts", "ArgsEscaped", "NetworkDisabled", "MacAddress", "StopSignal", "Shell",
]

/// Members that are maps in Go, which writes them by name.
private let mapMembers: Set = ["Labels", "Volumes", "ExposedPorts"]

extension JSONValue {
    /// The members of these names that say something, in this order.
    fileprivate func picked(_ names: [String]) -> JSONValue {
        .record(names.map { ($0, mapMembers.contains($0) ? filled($0)?.sorted : filled($0)) })
    }

    /// A member unless Go's `omitempty` leaves it out.
    fileprivate func filled(_ name: String) -> JSONValue? {
        switch self[name] {
        case .null, .bool(false), .string(""), .array([]), .object([]), .number("0"): nil
        case let value: value
        }
    }

    private var sorted: JSONValue {
        guard let members else { return self }
        let byName = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return .record(byName.map { ($0.name, $0.value) })
    }
}
