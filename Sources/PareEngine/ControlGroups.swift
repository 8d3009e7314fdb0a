// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The control groups that a runtime makes for a container: in every hierarchy a folder with the container's
/// name.
enum ControlGroups {
    private static let top = "/sys/fs/cgroup"

    /// Kills the processes in the groups of a name, and removes the groups.
    ///
    /// A runtime does so itself; one that was killed does not.
    static func remove(_ name: String) async {
        let members = ProcessTable.members(ofGroup: name)
        let paths = Set(members.flatMap(folders(of:)) + parents.map { "\($0)/\(name)" })
        for process in members { kill(process, SIGKILL) }
        // Processes that are being killed keep their group for a moment.
        for _ in 0..<50 {
            var isLeft = false
            for path in paths where access(path, F_OK) == 0 {
                if rmdir(path) != 0 { isLeft = true }
            }
            if !isLeft { return }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
        }
    }

    /// Where a runtime that this process starts makes its groups: at the top of a hierarchy, or where this
    /// process is.
    private static var parents: [String] {
        [top] + Folder.names(top).map { "\(top)/\($0)" } + folders(of: getpid())
    }

    /// The folders of a process's groups.
    private static func folders(of process: Int32) -> [String] {
        guard let text = Folder.text("/proc/\(process)/cgroup") else { return [] }
        return text.split(separator: "\n").flatMap { line -> [String] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].count > 1 else { return [] }
            // Version 2 has no controllers' names here, and is mounted at the top or, beside version 1, below
            // it.
            guard !parts[1].isEmpty else { return ["\(top)\(parts[2])", "\(top)/unified\(parts[2])"] }
            let hierarchy = parts[1].hasPrefix("name=") ? parts[1].dropFirst(5) : parts[1]
            return ["\(top)/\(hierarchy)\(parts[2])"]
        }
    }
}
