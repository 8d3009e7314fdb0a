// SPDX-License-Identifier: Apache-2.0
import PareBytes

extension RuntimeBundle {
    /// System calls that no application needs and that exploits of the kernel like.
    ///
    /// docker lists what is allowed and denies the rest; this list is the other way round and short, because
    /// the capabilities that most of the rest asks for are not there anyway.
    private static let deniedCalls = [
        "acct", "add_key", "bpf", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick",
        "init_module", "kexec_file_load", "kexec_load", "keyctl", "mount", "mount_setattr", "move_mount",
        "name_to_handle_at", "open_by_handle_at", "open_tree", "perf_event_open", "pivot_root", "quotactl",
        "reboot",
        "request_key", "setns", "swapoff", "swapon", "umount", "umount2", "unshare", "userfaultfd",
    ]

    /// System calls that are answered as by a kernel that lacks them, so that the C library takes the older
    /// ones.
    ///
    /// The flags of clone3 lie in memory, where a filter cannot look.
    private static let missingCalls = ["clone3", "io_uring_enter", "io_uring_register", "io_uring_setup"]

    /// CLONE_NEWUSER: a user namespace would give all capabilities within it.
    private static let newUserNamespace = 0x1000_0000

    static var seccomp: JSONValue {
        let notPermitted = 1
        let noSuchCall = 38
        let flags = JSONValue.record([
            ("index", .number("0")), ("value", .number("\(newUserNamespace)")),
            ("valueTwo", .number("\(newUserNamespace)")),
            ("op", .string("SCMP_CMP_MASKED_EQ")),
        ])
        return .record([
            ("defaultAction", .string("SCMP_ACT_ALLOW")),
            (
                "syscalls",
                .array([
                    denial(of: deniedCalls, error: notPermitted),
                    denial(of: missingCalls, error: noSuchCall),
                    denial(of: ["clone"], error: notPermitted, where: [flags]),
                ])
            ),
        ])
    }

    private static func denial(of names: [String], error: Int, where conditions: [JSONValue] = [])
        -> JSONValue
    {
        .record([
            ("names", .texts(names)), ("action", .string("SCMP_ACT_ERRNO")),
            ("errnoRet", .number("\(error)")),
            ("args", .array(conditions)),
        ])
    }
}
