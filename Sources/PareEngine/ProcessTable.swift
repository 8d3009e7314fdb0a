// SPDX-License-Identifier: Apache-2.0

import Glibc
import PareModel

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
        guard let line = line("SigCgt:", of: process),
            let mask = UInt64(line.filter(\.isHexDigit), radix: 16), (1...64).contains(signal)
        else { return nil }
        return mask & (1 << UInt64(signal - 1)) != 0
    }

    /// The processes that see each other as the given one does, which a container's do; none where that is gone or in
    /// our own namespace.
    private static func neighbours(of process: Int32) -> [Int32] {
        guard let space = processSpace("\(process)"), space != processSpace("self") else { return [] }
        return all.filter { processSpace("\($0)") == space }
    }

    /// The number of a process's namespace of processes.
    private static func processSpace(_ process: String) -> UInt64? {
        var status = stat()
        return stat("/proc/\(process)/ns/pid", &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// The most memory that each process of a container has had so far, summed, in bytes; `nil` where none is seen.
    ///
    /// Pages that processes share count for each of them.
    static func peakMemory(ofContainer process: Int32) -> Int64? {
        let peaks = neighbours(of: process).compactMap { process -> Int64? in
            line("VmHWM:", of: process)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int64($0) }
        }
        guard !peaks.isEmpty else { return nil }
        let kibibytes = peaks.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue }
        return kibibytes.multipliedReportingOverflow(by: 1024).partialValue
    }

    /// Who a process is, by the numbers that its image knows; `nil` where they are other ones on this host.
    static func user(of process: Int32) -> UserNumbers? {
        let identity: [Substring] = ["0", "0"]
        for map in ["uid_map", "gid_map"] {
            let fields = Folder.text("/proc/\(process)/\(map)")?.split(whereSeparator: \.isWhitespace) ?? []
            guard Array(fields.prefix(2)) == identity else { return nil }
        }
        // Real, effective, saved, file system.
        let numbers = ["Uid:", "Gid:"].compactMap { name in
            line(name, of: process)?.split(whereSeparator: \.isWhitespace).first.flatMap { UInt32($0) }
        }
        return numbers.count == 2 ? UserNumbers(user: numbers[0], group: numbers[1]) : nil
    }

    /// What follows a name in a process's status.
    private static func line(_ name: String, of process: Int32) -> Substring? {
        Folder.text("/proc/\(process)/status")?.split(separator: "\n").first { $0.hasPrefix(name) }?
            .dropFirst(name.utf8.count)
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
