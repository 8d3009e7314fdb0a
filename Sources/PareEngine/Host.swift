// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What an engine has to know of the machine it runs on.
struct Host: Sendable, Hashable {
    var isRoot: Bool
    var controlGroups: ControlGroups
    /// Hard limits of open files and processes where this process may not raise them, so that an engine's
    /// higher defaults would fail; `nil` where it may.
    var hardLimits: HardLimits?
    /// Paths of the OCI runtimes, where there are.
    var runc: String?
    var crun: String?

    /// How control groups are mounted.
    enum ControlGroups: Sendable { case unified, hybrid, legacy }

    struct HardLimits: Sendable, Hashable {
        var openFiles: UInt64
        var processes: UInt64
    }

    /// This machine, with the programs that the environment's `PATH` leads to.
    static func current(_ environment: [String: String]) -> Host {
        Host(
            isRoot: geteuid() == 0, controlGroups: controlGroups,
            hardLimits: mayRaiseLimits ? nil : hardLimits,
            runc: executable("runc", environment), crun: executable("crun", environment))
    }

    /// The first executable file of a name on the PATH or, since users' PATHs lack them, in the folders of
    /// the administrator's programs.
    static func executable(_ name: String, _ environment: [String: String]) -> String? {
        let folders =
            (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return folders.lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { path in
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
    }

    private static var controlGroups: ControlGroups {
        if access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0 { return .unified }
        return access("/sys/fs/cgroup/unified", F_OK) == 0 ? .hybrid : .legacy
    }

    /// CAP_SYS_RESOURCE, bit 24.  capabilities(7).
    private static var mayRaiseLimits: Bool {
        guard let text = Folder.text("/proc/self/status"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
            let mask = UInt64(line.dropFirst(7).filter(\.isHexDigit), radix: 16)
        else { return false }
        return mask & (1 << 24) != 0
    }

    private static var hardLimits: HardLimits {
        HardLimits(openFiles: hardLimit(RLIMIT_NOFILE), processes: hardLimit(__RLIMIT_NPROC))
    }

    private static func hardLimit(_ resource: __rlimit_resource) -> UInt64 {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 ? UInt64(limit.rlim_max) : 1024
    }
}
