// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What Linux tells of processes in `/proc`.
///
/// - SeeAlso: proc(5).
enum ProcessTable {
    /// All process numbers.
    static var all: [Int32] { Folder.names("/proc").compactMap { Int32($0) } }

    /// When a process started, in clock ticks since boot; with the number it names a process for good.
    static func startTime(of process: Int32) -> UInt64? { statistics(of: process)?.startTime }

    /// Kills what is left of a session.  A session's number is not given away while it has members.
    static func kill(session: Int32) {
        guard session > 1 else { return }
        for process in all where statistics(of: process)?.session == session { Glibc.kill(process, SIGKILL) }
    }

    /// The processes with a control group whose last folder is named so: a runtime names it after the
    /// container.
    static func members(ofGroup name: String) -> [Int32] {
        all.filter { groups(of: $0).contains { $0.split(separator: "/").last.map(String.init) == name } }
    }

    /// The paths of a process's control groups.
    static func groups(of process: Int32) -> [String] {
        guard let text = Folder.text("/proc/\(process)/cgroup") else { return [] }
        return text.split(separator: "\n").compactMap { line in
            line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).dropFirst(2).first.map(
                String.init)
        }
    }

    /// Whether a process has a handler of its own for a signal.
    ///
    /// The first process of a namespace that has none does not die of the signal.
    static func handles(_ signal: Int32, process: Int32) -> Bool? {
        guard let text = Folder.text("/proc/\(process)/status"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") }),
            let mask = UInt64(line.dropFirst(7).filter(\.isHexDigit), radix: 16), (1...64).contains(signal)
        else { return nil }
        return mask & (1 << UInt64(signal - 1)) != 0
    }

    private static func statistics(of process: Int32) -> (session: Int32, startTime: UInt64)? {
        // The command's name stands in parentheses and may hold anything, so what follows the last one
        // counts.
        guard let text = Folder.text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 20, let session = Int32(fields[4]), let start = UInt64(fields[20]) else {
            return nil
        }
        return (session, start)
    }
}
