// SPDX-License-Identifier: Apache-2.0

/// The difference of two texts as `diff -u` prints it, three lines around each change; empty where there is
/// none.
///
/// Shortest for texts of this kind, by Myers's greedy method; texts that differ in more than ``Edits/limit``
/// lines are shown as wholly replaced.
package func unifiedDiff(_ before: String, _ after: String, labels: (before: String, after: String)) -> String
{
    guard before != after else { return "" }
    let old = lines(before)
    let new = lines(after)
    let script = Edits.script(old, new)
    var result = "--- \(labels.before)\n+++ \(labels.after)\n"
    for hunk in Edits.hunks(script) {
        let slice = script[hunk]
        let oldCount = slice.count { $0.kind != .added }
        let newCount = slice.count { $0.kind != .removed }
        let oldStart = script[..<hunk.lowerBound].count { $0.kind != .added } + (oldCount > 0 ? 1 : 0)
        let newStart = script[..<hunk.lowerBound].count { $0.kind != .removed } + (newCount > 0 ? 1 : 0)
        result += "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@\n"
        for edit in slice { result += edit.kind.rawValue + edit.text }
    }
    return result
}

private func span(_ start: Int, _ count: Int) -> String { count == 1 ? "\(start)" : "\(start),\(count)" }

/// The lines of a text with their ends; a last line without one gets what `diff` prints then.
private func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var start = text.utf8.startIndex
    while start < text.utf8.endIndex {
        let newline = text.utf8[start...].firstIndex(of: 0x0A)
        let end = newline.map { text.utf8.index(after: $0) } ?? text.utf8.endIndex
        lines.append(String(decoding: text.utf8[start..<end], as: UTF8.self))
        start = end
    }
    if let last = lines.last, last.utf8.last != 0x0A {
        lines[lines.count - 1] = last + "\n\\ No newline at end of file\n"
    }
    return lines
}

private enum Edits {
    struct Edit {
        let kind: Kind
        let text: String
    }

    enum Kind: String { case kept = " ", removed = "-", added = "+" }

    /// More lines removed and added than a Dockerfile has.
    static let limit = 2000

    static func script(_ old: [String], _ new: [String]) -> [Edit] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old[head...].reversed(), new[head...].reversed()).prefix { $0 == $1 }.count
        let middle = between(Array(old[head..<(old.count - tail)]), Array(new[head..<(new.count - tail)]))
        return old[..<head].map { Edit(kind: .kept, text: $0) } + middle
            + old[(old.count - tail)...].map { Edit(kind: .kept, text: $0) }
    }

    private static func between(_ old: [String], _ new: [String]) -> [Edit] {
        var furthest = [1: 0]
        var trace: [[Int: Int]] = []
        for steps in 0...min(limit, old.count + new.count) {
            trace.append(furthest)
            for diagonal in stride(from: -steps, through: steps, by: 2) {
                let origin = previous(diagonal, steps, furthest)
                var x = (furthest[origin] ?? 0) + (origin < diagonal ? 1 : 0)
                var y = x - diagonal
                while x < old.count, y < new.count, old[x] == new[y] {
                    x += 1
                    y += 1
                }
                furthest[diagonal] = x
                if x >= old.count, y >= new.count { return path(trace, old, new) }
            }
        }
        return old.map { Edit(kind: .removed, text: $0) } + new.map { Edit(kind: .added, text: $0) }
    }

    /// The diagonal that the furthest way to another comes from.
    private static func previous(_ diagonal: Int, _ steps: Int, _ furthest: [Int: Int]) -> Int {
        let above = furthest[diagonal + 1] ?? -1
        let left = furthest[diagonal - 1] ?? -1
        return diagonal == -steps || diagonal != steps && left < above ? diagonal + 1 : diagonal - 1
    }

    private static func path(_ trace: [[Int: Int]], _ old: [String], _ new: [String]) -> [Edit] {
        var edits: [Edit] = []
        var x = old.count
        var y = new.count
        for (steps, furthest) in trace.enumerated().reversed() {
            let origin = previous(x - y, steps, furthest)
            let startX = steps == 0 ? 0 : furthest[origin] ?? 0
            let startY = steps == 0 ? 0 : startX - origin
            while x > startX, y > startY {
                x -= 1
                y -= 1
                edits.append(Edit(kind: .kept, text: old[x]))
            }
            guard steps > 0 else { break }
            if x == startX {
                y -= 1
                edits.append(Edit(kind: .added, text: new[y]))
            } else {
                x -= 1
                edits.append(Edit(kind: .removed, text: old[x]))
            }
        }
        return edits.reversed()
    }

    /// Ranges of a script with changes and three lines around them.
    static func hunks(_ script: [Edit]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, edit) in script.enumerated() where edit.kind != .kept {
            let range = max(0, index - 3)..<min(script.count, index + 4)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }
}
