// SPDX-License-Identifier: Apache-2.0

/// Reads a page strictly: every element closed in its order, every attribute quoted, no stray `<`.
struct HTMLChecker {
    private(set) var problems: [String] = []
    /// Opening tags with their attributes.
    private(set) var tags: [(name: String, attributes: String)] = []

    private static let void: Set<String> = ["meta", "br", "input", "rect"]

    init(_ page: String) {
        var open: [String] = []
        var rest = page[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard let end = Self.end(of: rest) else {
                problems.append("tag without an end: \(rest.prefix(40))")
                return
            }
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            guard !tag.hasPrefix("!DOCTYPE") else { continue }
            if tag.hasPrefix("/") {
                let name = String(tag.dropFirst())
                if open.popLast() != name { problems.append("</\(name)> closes another element") }
                continue
            }
            let name = String(tag.prefix { $0.isLetter || $0.isNumber })
            if name.isEmpty { problems.append("a stray <: \(tag.prefix(40))") }
            tags.append((name, String(tag.dropFirst(name.count))))
            if !Self.void.contains(name) { open.append(name) }
            if name == "script" || name == "style" { Self.skip(to: "</\(name)>", in: &rest) }
        }
        if !open.isEmpty { problems.append("never closed: \(open)") }
    }

    /// The `>` outside of quotes.
    private static func end(of text: Substring) -> Substring.Index? {
        var isQuoted = false
        return text.indices.first { index in
            if text[index] == "\"" { isQuoted.toggle() }
            return text[index] == ">" && !isQuoted
        }
    }

    private static func skip(to mark: String, in rest: inout Substring) {
        while !rest.isEmpty, !rest.hasPrefix(mark) { rest.removeFirst() }
    }
}
