// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// An image's configuration with the members that Trivy prints, in its order; `nil` where it is not JSON.
///
/// Trivy reads it into a Go structure and writes that, so members are in the structure's order, unknown and empty
/// ones are gone, and those that the structure always writes are there.
/// - SeeAlso: go-containerregistry, `pkg/v1/config.go`.
func imageConfigJSON(_ text: String) -> JSONValue? {
    guard let value = try? JSONValue(text.utf8), value.members != nil else { return nil }
    let history = value["history"]?.elements?.map { entry in
        JSONValue.record(
            kept(["author", "created"], of: entry, always: ["created": zeroTime])
                + kept(["created_by", "comment", "empty_layer"], of: entry))
    }
    let rootfs = value["rootfs"] ?? .object([])
    let roots =
        kept(["type"], of: rootfs, always: ["type": .string("")])
        + [("diff_ids", rootfs["diff_ids"] ?? .null)]
    let always: [String: JSONValue] = [
        "architecture": .string(""), "os": .string(""), "created": zeroTime,
    ]
    return .record(
        kept(
            ["architecture", "author", "container", "created", "docker_version"], of: value, always: always)
            + [("history", history.flatMap { $0.isEmpty ? nil : .array($0) })]
            + kept(["os"], of: value, always: always)
            + [
                ("rootfs", .record(roots)), ("config", containerConfig(value["config"] ?? .object([]))),
            ] + kept(["os.version", "variant", "os.features"], of: value))
}

/// Go's time before all times.
private let zeroTime = JSONValue.string("0001-01-01T00:00:00Z")

private func containerConfig(_ config: JSONValue) -> JSONValue {
    let names = [
        "AttachStderr", "AttachStdin", "AttachStdout", "Cmd", "Healthcheck", "Domainname", "Entrypoint",
        "Env",
        "Hostname", "Image", "Labels", "OnBuild", "OpenStdin", "StdinOnce", "Tty", "User", "Volumes",
        "WorkingDir", "ExposedPorts", "ArgsEscaped", "NetworkDisabled", "MacAddress", "StopSignal", "Shell",
    ]
    return .record(
        kept(names, of: config).map { name, value in
            switch name {
            case "Labels", "Volumes", "ExposedPorts": (name, value?.sortedByName)
            case "Healthcheck":
                (
                    name,
                    value.map {
                        .record(kept(["Test", "Interval", "Timeout", "StartPeriod", "Retries"], of: $0))
                    }
                )
            default: (name, value)
            }
        })
}

/// Members of a Go structure: empty ones only where it always writes them.
private func kept(
    _ names: [String], of value: JSONValue, always: [String: JSONValue] = [:]
) -> [(String, JSONValue?)] {
    names.map { name in
        let member = value[name]
        return (name, member?.isEmptyInGo == false ? member : always[name] ?? nil)
    }
}

extension JSONValue {
    /// Whether Go's `omitempty` leaves it out.
    fileprivate var isEmptyInGo: Bool {
        switch self {
        case .null, .bool(false), .string(""), .array([]), .object([]), .number("0"): true
        default: false
        }
    }

    /// A map's members as Go writes them: by name, the last of a name.
    fileprivate var sortedByName: JSONValue {
        let members = Dictionary((members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        return .record(
            members.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }.map {
                ($0.key, $0.value)
            })
    }
}
