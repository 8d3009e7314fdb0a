// SPDX-License-Identifier: Apache-2.0

/// The packages that a lock file of yarn (both formats) or pnpm (since 6) holds, by name and version.
///
/// - SeeAlso: yarn's `yarn.lock`, "Classic" and "Berry"; pnpm's `pnpm-lock.yaml`, keys of `packages` and `snapshots`.
package struct YarnLock: Sendable {
    package private(set) var packages: [(name: String, version: String)] = []

    /// Reads a `yarn.lock`.
    package init(yarn text: String) {
        var name: String?
        for line in text.split(whereSeparator: \.isNewline) {
            if line.first != " ", line.first != "#", line.last == ":" {
                let first = line.dropLast().split(separator: ",").first ?? ""
                let selector = first.filter { $0 != "\"" }
                let at = selector.dropFirst().firstIndex(of: "@")
                name = at.map { String(selector[..<$0]) }
            } else if let found = name {
                let words = line.split { $0 == " " || $0 == "\"" || $0 == ":" }
                guard words.count == 2, words[0] == "version" else { continue }
                packages.append((found, String(words[1])))
                name = nil
            }
        }
    }

    /// Reads a `pnpm-lock.yaml`: `/name/1.0.0:`, `/name@1.0.0(peer@2):` or `'@s/name@1.0.0':`.
    package init(pnpm text: String) {
        var isInPackages = false
        for line in text.split(whereSeparator: \.isNewline) {
            if line.first != " " {
                isInPackages = line.hasPrefix("packages:") || line.hasPrefix("snapshots:")
                continue
            }
            guard isInPackages, line.hasPrefix("  "), line.dropFirst(2).first != " ",
                let colon = line.lastIndex(of: ":")
            else { continue }
            var key = line[..<colon].dropFirst(2).filter { $0 != "'" && $0 != "\"" }[...]
            if key.first == "/" { key = key.dropFirst() }
            key = key.prefix { $0 != "(" }
            guard let mark = key.dropFirst().lastIndex(of: "@") ?? key.lastIndex(of: "/") else { continue }
            let version = key[key.index(after: mark)...].prefix { $0 != "_" }
            packages.append((String(key[..<mark]), String(version)))
        }
    }
}
