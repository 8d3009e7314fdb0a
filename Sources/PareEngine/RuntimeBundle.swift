// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// The configuration of a container for an OCI runtime: as docker would run the image by default, without a
/// network and with fewer privileges.
///
/// - SeeAlso: OCI runtime specification, config.md and config-linux.md.
struct RuntimeBundle {
    let words: [String]
    let environment: [String]
    let workingDirectory: String
    let user: ImageUser
    /// Path of the image's unpacked file system on the host.
    let root: String
    /// Path of the file that the container has as /etc/hosts.
    let hosts: String
    /// As in ``TrialRequest``.
    var isReadOnlyRoot = false
    var hasOwnTmp = false
    var dropsCapabilities = false

    /// The same for every trial, since applications print it.
    static let hostname = "pare-trial"

    /// docker's default set without CAP_AUDIT_WRITE, CAP_MKNOD and CAP_NET_RAW.
    static let capabilities = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE",
        "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ]

    /// At most so many processes and threads.
    static let processLimit = 4096

    /// The text of config.json.
    var text: String {
        JSONValue.record([
            ("ociVersion", .string("1.0.2")),
            ("process", process),
            ("root", .record([("path", .string(root)), ("readonly", .bool(isReadOnlyRoot))])),
            ("hostname", .string(Self.hostname)),
            ("mounts", .array(mounts)),
            ("linux", linux),
        ]).indented
    }

    private var process: JSONValue {
        let all = JSONValue.texts(dropsCapabilities ? [] : Self.capabilities)
        // A user other than root has none in effect, and gets none by running a set-user-ID program either.
        let active = user.user == 0 ? all : .array([])
        return .record([
            ("terminal", .bool(false)),
            (
                "user",
                .record([
                    ("uid", .number("\(user.user)")), ("gid", .number("\(user.group)")),
                    ("additionalGids", .array(user.moreGroups.map { .number("\($0)") })),
                ])
            ),
            ("args", .texts(words)),
            ("env", .texts(environment)),
            ("cwd", .string(workingDirectory)),
            (
                "capabilities",
                .record([("bounding", all), ("effective", active), ("permitted", active)])
            ),
            ("noNewPrivileges", .bool(true)),
        ])
    }

    private var mounts: [JSONValue] {
        [
            mount("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
            mount("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            mount(
                "/dev/pts", "devpts", "devpts",
                ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            mount("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
            mount("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
            mount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
            // Without it "localhost" is a name for the name server, which is not there.
            mount("/etc/hosts", "bind", hosts, ["bind", "ro", "nosuid", "noexec", "nodev"]),
        ] + (hasOwnTmp ? [mount("/tmp", "tmpfs", "tmpfs", Self.tmpOptions)] : [])
    }

    /// Those that docker gives `--tmpfs /tmp`.
    static let tmpOptions = ["rw", "nosuid", "noexec", "nodev", "mode=1777"]

    private func mount(_ place: String, _ type: String, _ source: String, _ options: [String]) -> JSONValue {
        .record([
            ("destination", .string(place)), ("type", .string(type)), ("source", .string(source)),
            ("options", .texts(options)),
        ])
    }

    private var linux: JSONValue {
        .record([
            (
                "namespaces",
                .array(["pid", "ipc", "uts", "mount", "network"].map { .record([("type", .string($0))]) })
            ),
            (
                "resources",
                .record([
                    ("devices", .array([.record([("allow", .bool(false)), ("access", .string("rwm"))])])),
                    ("pids", .record([("limit", .number("\(Self.processLimit)"))])),
                ])
            ),
            // Docker since 20.10: a user other than root may listen on port 80.
            ("sysctl", .record([("net.ipv4.ip_unprivileged_port_start", .string("0"))])),
            ("maskedPaths", .texts(Self.maskedPaths)),
            (
                "readonlyPaths",
                .texts(["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"])
            ),
            ("seccomp", Self.seccomp),
        ])
    }

    private static let maskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
        "/sys/firmware",
    ]
}
