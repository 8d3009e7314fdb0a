// SPDX-License-Identifier: Apache-2.0

/// Which files of a build context a build does not see, by the lines of `.dockerignore`.
///
/// - SeeAlso: Docker, "Build context", ".dockerignore files"; Go, `path/filepath`, `Match`.
package struct IgnorePatterns: Sendable {
    private struct Pattern: Sendable {
        let isException: Bool
        /// Between slashes, as bytes.
        let parts: [[UInt8]]
    }

    private let patterns: [Pattern]

    /// Whether a line says that something is to be seen after all, so that ignored folders have to be looked through.
    package var hasExceptions: Bool { patterns.contains(where: \.isException) }

    /// - Parameter lines: Of the file, without line ends.
    package init(_ lines: [String]) {
        patterns = lines.compactMap { line in
            guard !line.hasPrefix("#") else { return nil }
            var text = line.trimmed
            let isException = text.hasPrefix("!")
            if isException { text = String(text.dropFirst()).trimmed }
            let parts = Self.cleaned(text)
            return parts.isEmpty ? nil : Pattern(isException: isException, parts: parts)
        }
    }

    /// Whether a build does not see a file; the path is from the context's root, without `./`.
    ///
    /// What is said of a folder holds for all in it; the last line that says something of a path decides.
    package func ignores(_ path: String) -> Bool {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        return patterns.reduce(false) { ignored, pattern in
            guard pattern.isException == ignored else { return ignored }
            let matches = (1...max(1, parts.count)).contains { length in
                Self.matches(pattern.parts[...], parts.prefix(length)[...])
            }
            return matches ? !ignored : ignored
        }
    }

    /// The parts of a pattern, with `.` and `..` worked out.
    private static func cleaned(_ text: String) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        for part in text.utf8.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
            if part.elementsEqual("..".utf8) {
                _ = parts.popLast()
            } else {
                parts.append(Array(part))
            }
        }
        return parts
    }

    /// Whether all of a path matches all of a pattern, worked out from the back, in as many steps as there are pairs of parts.
    private static func matches(_ pattern: ArraySlice<[UInt8]>, _ path: ArraySlice<[UInt8]>) -> Bool {
        let (pattern, path) = (Array(pattern), Array(path))
        // Whether the rest of the path from a part on matches the rest of the pattern.
        var rest = [Bool](repeating: false, count: path.count) + [true]
        for index in pattern.indices.reversed() {
            let part = pattern[index]
            let isDeep = part.elementsEqual("**".utf8)
            let isLast = index == pattern.count - 1
            var row = [Bool](repeating: false, count: path.count + 1)
            row[path.count] = isDeep && !isLast && rest[path.count]
            for start in path.indices.reversed() {
                row[start] =
                    isDeep
                    ? isLast || rest[start] || row[start + 1] : rest[start + 1] && glob(part, path[start])
            }
            rest = row
        }
        return rest[0]
    }

    /// Whether a name matches a pattern with `*`, `?`, `[a-z]` and `\`.
    private static func glob(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var (p, n) = (0, 0)
        // Where to go on when what follows the last star does not fit: that star, and one byte more for it.
        var retry: (p: Int, n: Int)?
        while n < name.count || p < pattern.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                retry = (p, n + 1)
                p += 1
            } else if n < name.count, let length = matchLength(pattern[p...], name[n]) {
                p += length
                n += 1
            } else if let (star, next) = retry, next <= name.count {
                (p, n) = (star, next)
            } else {
                return false
            }
        }
        return true
    }

    /// How much of a pattern a byte takes; `nil` where it does not match.
    private static func matchLength(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> Int? {
        guard let first = pattern.first else { return nil }
        let rest = pattern.dropFirst()
        switch first {
        case UInt8(ascii: "?"): return 1
        case UInt8(ascii: "\\"): return rest.first == byte ? 2 : nil
        case UInt8(ascii: "["): return setLength(rest, byte)
        default: return first == byte ? 1 : nil
        }
    }

    /// The same for a set, without its bracket; one that does not end matches nothing.
    private static func setLength(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Int? {
        let isNegative = set.first == UInt8(ascii: "^")
        var rest = isNegative ? set.dropFirst() : set
        var isIn = false
        while let low = rest.first, low != UInt8(ascii: "]") {
            rest = rest.dropFirst()
            var high = low
            if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
                high = end
                rest = rest.dropFirst(2)
            }
            if low <= byte, byte <= high { isIn = true }
        }
        guard rest.first != nil, isIn != isNegative else { return nil }
        return 1 + set.count - rest.count + 1
    }
}
