// SPDX-License-Identifier: Apache-2.0

/// Maven's own ranges: `[1.0,2.0)`, `(,1.5]`, `[1.2]`, and several of them with commas between.
enum MavenInterval {
    /// The bounds of each interval; `nil` where the text is not made of intervals.
    static func bounds(_ text: ArraySlice<UInt8>) -> [[VersionRange.Bound]]? {
        var cursor = Cursor(text)
        var intervals: [[VersionRange.Bound]] = []
        repeat {
            _ = cursor.take(while: \.isSpace)
            let isClosedBelow = cursor.take("[")
            guard isClosedBelow || cursor.take("(") else { return nil }
            let inside = cursor.take { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: ")") }
            let isClosedAbove = cursor.take("]")
            guard isClosedAbove || cursor.take(")"),
                let interval = interval(inside, isClosedBelow: isClosedBelow, isClosedAbove: isClosedAbove)
            else { return nil }
            intervals.append(interval)
            _ = cursor.take(while: \.isSpace)
        } while cursor.take(",")
        return cursor.isAtEnd ? intervals : nil
    }

    private static func interval(
        _ inside: ArraySlice<UInt8>, isClosedBelow: Bool, isClosedAbove: Bool
    ) -> [VersionRange.Bound]? {
        let ends = inside.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0.trimmed, as: UTF8.self) }
        guard ends.count == 2 else {
            guard ends.count == 1, isClosedBelow, isClosedAbove, let only = Version(ends[0], in: .maven)
            else {
                return nil
            }
            return [.order(.equal, only)]
        }
        var bounds: [VersionRange.Bound] = []
        if let start = Version(ends[0], in: .maven) {
            bounds.append(.order(isClosedBelow ? .greaterOrEqual : .greater, start))
        }
        if let end = Version(ends[1], in: .maven) {
            bounds.append(.order(isClosedAbove ? .lessOrEqual : .less, end))
        }
        return bounds
    }
}
