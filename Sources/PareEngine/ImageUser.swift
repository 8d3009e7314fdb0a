// SPDX-License-Identifier: Apache-2.0

/// Who an image's process runs as.
struct ImageUser: Hashable, Sendable {
    let user: UInt32
    let group: UInt32
    let moreGroups: [UInt32]
    /// From /etc/passwd; `/` where it has no line for the user.
    let home: String

    /// Resolves `user`, `user:group`, `1000`, `1000:1000` or nothing, which is root, as docker and runc do.
    ///
    /// The other texts are the contents of the image's /etc/passwd and /etc/group, empty where it has none.
    /// There is no user for a name that they do not have, or a number out of range.
    init?(_ text: String, passwd: String, group: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let wanted = parts.first.flatMap { $0.isEmpty ? nil : $0 } ?? "0"
        let users = Self.rows(passwd)
        // A name of digits only is looked up as a name first, as runc does.
        let row =
            users.first { $0[0] == wanted }
            ?? Self.number(wanted).flatMap { wanted in users.first { Self.number($0, 2) == wanted } }
        guard let user = row.flatMap({ Self.number($0, 2) }) ?? Self.number(wanted) else { return nil }
        self.user = user
        home = row.flatMap { $0.count > 5 && $0[5].hasPrefix("/") ? $0[5] : nil } ?? "/"
        let groups = Self.rows(group)
        if parts.count == 2, !parts[1].isEmpty {
            let named = groups.first { $0[0] == parts[1] }
            guard let group = named.flatMap({ Self.number($0, 2) }) ?? Self.number(parts[1]) else {
                return nil
            }
            self.group = group
            moreGroups = []
            return
        }
        self.group = row.flatMap { Self.number($0, 3) } ?? 0
        let name = row?[0] ?? ""
        moreGroups = groups.filter { $0.count > 3 && $0[3].split(separator: ",").contains { $0 == name } }
            .compactMap { Self.number($0, 2) }
    }

    private static func rows(_ text: String) -> [[String]] {
        text.split { $0 == "\n" || $0 == "\r\n" }.map { line in
            line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }.filter { $0.count > 2 && !$0[0].hasPrefix("#") }
    }

    private static func number(_ row: [String], _ index: Int) -> UInt32? {
        index < row.count ? number(row[index]) : nil
    }

    /// The numbers that a process can have: (uid_t) -1 means none.
    private static func number(_ text: String) -> UInt32? {
        UInt32(text).flatMap { $0 <= UInt32(Int32.max) ? $0 : nil }
    }
}
