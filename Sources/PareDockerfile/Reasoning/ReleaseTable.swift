// SPDX-License-Identifier: Apache-2.0

internal import CPareData
package import PareModel

/// The release lines that are known, and when that was.
package struct ReleaseTable: Sendable, Equatable {
    /// The day on which its facts were true.
    package let date: Day
    /// In the order of the table; each product's oldest first.
    package let lines: [ReleaseLine]

    /// The table that the program carries.
    package static let onBoard: ReleaseTable = {
        let bytes = UnsafeRawBufferPointer(start: pare_release_lines(), count: pare_release_lines_size())
        // That it can be read is a test's to see; without it no base is moved.
        return (try? ReleaseTable(Array(bytes), name: "on board"))
            ?? ReleaseTable(date: Day(1970, 1, 1), lines: [])
    }()

    /// A product's lines, oldest first.
    package func lines(of product: String) -> [ReleaseLine] { lines.filter { $0.product == product } }

    /// The line that a release or a codename belongs to: `20` for `20.11.0`, `12` for `bookworm`.
    package func line(of product: String, for release: String) -> ReleaseLine? {
        let name = release.lowercased()
        let parts = release.split(separator: ".", omittingEmptySubsequences: false)
        return lines(of: product).first { line in
            let own = line.line.split(separator: ".")
            return line.codename == name || parts.count >= own.count && parts.prefix(own.count) == own[...]
        }
    }

    /// The line to move to from one that is no longer cared for: the oldest that has a year left, which is the
    /// smallest step that lasts; where none has, the newest that is cared for.
    ///
    /// Of a product that has lines with long-term support only those count, once it has begun.
    ///
    /// - Parameters:
    ///   - release: a line, or a release of one: `20`, `20.11.0`.
    ///   - product: `node`.
    ///   - day: on which support is judged.
    /// - Returns: `nil` where the line is still cared for, is not known, or nothing newer is.
    package func successor(of release: String, of product: String, on day: Day) -> ReleaseLine? {
        let all = lines(of: product)
        let numbers = release.split(separator: ".").compactMap { Int($0) }
        guard let first = all.first, !numbers.isEmpty else { return nil }
        let known = line(of: product, for: release)
        let isOld = known.map { $0.hasEnded(on: day) } ?? numbers.lexicographicallyPrecedes(first.numbers)
        guard isOld else { return nil }
        let hasLongTermSupport = all.contains { $0.longTermSupport != nil }
        let newer = all.filter { line in
            (known?.numbers ?? numbers).lexicographicallyPrecedes(line.numbers) && !line.hasEnded(on: day)
                && (hasLongTermSupport
                    ? line.longTermSupport.map { $0 <= day } ?? false : line.isReleased(on: day))
        }
        let inAYear = Day(day.year + 1, day.month, day.day)
        return newer.first { !$0.hasEnded(on: inAYear) } ?? newer.last
    }

    /// The newest line of a product that is out and cared for.
    package func newest(of product: String, on day: Day) -> ReleaseLine? {
        lines(of: product).last { $0.isReleased(on: day) && !$0.hasEnded(on: day) }
    }
}
