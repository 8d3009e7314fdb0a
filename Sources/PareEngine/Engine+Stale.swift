// SPDX-License-Identifier: Apache-2.0

import Glibc

extension Engine {
    /// Removes what runs of this program that were killed have left: containers of trials, commands and builds, with
    /// their processes and mounts.
    ///
    /// - Returns: The names of what was removed.
    @discardableResult
    package func removeStale() async -> [String] {
        var removed: [String] = []
        for name in await trialContainers()
        where ContainerName.isStale(name, .trial) || ContainerName.isStale(name, .run) {
            await removeTrial(name)
            removed.append(name)
        }
        return removed + (await removeBuildLeftovers { ContainerName.isStale($0, .build) })
    }

    /// Names of the containers of trials and single commands that the engine knows.
    func trialContainers() async -> [String] {
        let arguments =
            switch kind {
            case .buildah: ["containers", "--all", "--noheading", "--format", "{{.ContainerName}}"]
            case .podman, .docker: ["ps", "--all", "--format", "{{.Names}}"]
            }
        let result = try? await command(arguments).result(within: .seconds(60))
        return (result?.output.lines ?? []).filter { name in
            name.hasPrefix("pare-trial-") || name.hasPrefix("pare-run-")
        }
    }

    /// Removes the containers that builds with such markers were working in; docker's daemon does that
    /// itself.
    ///
    /// - Returns: The markers.
    @discardableResult
    func removeBuildLeftovers(where isOurs: @Sendable (String) -> Bool) async -> [String] {
        guard kind != .docker else { return [] }
        let key = kind == .podman ? "{{.Store.GraphRoot}}" : "{{index .store \"GraphRoot\"}}"
        guard let root = try? await command(["info", "--format", key]).result(within: .seconds(60)).line
        else { return [] }
        var removed: [String] = []
        for folder in Folder.names(root) where folder.hasSuffix("-containers") {
            for container in Folder.names("\(root)/\(folder)") {
                let record = Folder.text("\(root)/\(folder)/\(container)/userdata/buildah.json") ?? ""
                guard let marker = Self.buildMarker(in: record), isOurs(marker) else { continue }
                let force = kind == .podman ? ["--force"] : []
                _ = try? await command(["rm"] + force + [container]).result(within: .seconds(60))
                removed.append(marker)
            }
        }
        return removed
    }

    /// The marker in the record that buildah keeps of a working container.
    static func buildMarker(in record: String) -> String? {
        guard let range = record.firstRange(of: "\"/pare-build-") else { return nil }
        let start = record.index(range.lowerBound, offsetBy: 2)
        return String(record[start...].prefix { $0 != "\"" })
    }
}
