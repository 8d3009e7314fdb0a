// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Names by which a later run knows what a killed one left: `pare-trial-PROCESS-START-NUMBER`.
///
/// The process is named by its number and the time it started, since numbers are given away again.
enum ContainerName {
    enum Purpose: String { case trial, run, build }

    private static let count = Atomic(0)

    static func next(_ purpose: Purpose) -> String {
        let number = count.add(1, ordering: .relaxed).newValue
        let process = getpid()
        return "pare-\(purpose.rawValue)-\(process)-\(ProcessTable.startTime(of: process) ?? 0)-\(number)"
    }

    /// Whether this is a name of ours whose process is gone.
    static func isStale(_ name: String, _ purpose: Purpose) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "pare", parts[1] == purpose.rawValue,
            let process = Int32(parts[2]),
            let start = UInt64(parts[3]), UInt64(parts[4]) != nil
        else { return false }
        return ProcessTable.startTime(of: process) != start
    }
}
