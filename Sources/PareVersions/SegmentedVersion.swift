// SPDX-License-Identifier: Apache-2.0

/// A version of a Go module or a crate: any count of numbers, `v` before and `-pre.release` or `+build`
/// after as may be.
///
/// Missing numbers count as zero (`1` = `1.0.0`); the build does not count (`2.7.2+incompatible` =
/// `2.7.2`).  A pre-release may follow without a dash: `1.21rc2`.
///
/// - SeeAlso: the `version` package of aquasecurity/go-version, whose grammar this repeats.
struct SegmentedVersion: Sendable {
    let segments: [DecimalNumber]
    let preRelease: PreRelease

    init(segments: [DecimalNumber], preRelease: PreRelease = .none) {
        self.segments = segments
        self.preRelease = preRelease
    }

    init?(_ text: String) {
        var cursor = Cursor(text)
        _ = cursor.take("v")
        guard let first = cursor.takeNumber() else { return nil }
        var segments = [first]
        while cursor.take(".") {
            guard let segment = cursor.takeNumber() else { return nil }
            segments.append(segment)
        }
        let hasDash = cursor.take("-")
        let suffix = cursor.take { Self.isIdentifier($0) || $0 == UInt8(ascii: ".") }
        guard !hasDash || !suffix.isEmpty else { return nil }
        if cursor.take("+") {
            let build = cursor.take { Self.isIdentifier($0) || $0 == UInt8(ascii: ".") }
            guard PreRelease(build, allowsLeadingZeros: true) != nil else { return nil }
        }
        guard cursor.isAtEnd else { return nil }
        self.segments = segments
        if suffix.isEmpty {
            preRelease = .none
        } else {
            guard let parsed = PreRelease(suffix, allowsLeadingZeros: true) else { return nil }
            preRelease = parsed
        }
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool { byte.isIdentifier || byte == UInt8(ascii: "~") }

    /// The version that counts the segment at an index up by one and drops what follows.
    private func bumped(at index: Int) -> SegmentedVersion {
        SegmentedVersion(segments: Array(segments[..<index]) + [segments[index].successor])
    }

    /// Where `~>` ends: the last but one number counted up; the only one, where there is one.
    var pessimisticEnd: SegmentedVersion { bumped(at: max(0, segments.count - 2)) }

    /// Where `~` ends: the last but one number counted up, but of two numbers the second.
    var tildeEnd: SegmentedVersion { segments.count == 2 ? bumped(at: 1) : pessimisticEnd }

    /// Where `^` ends: the first number that is not zero counted up, or the last of zeros.
    var caretEnd: SegmentedVersion {
        bumped(at: segments.firstIndex { $0 != .zero } ?? segments.count - 1)
    }
}

extension SegmentedVersion: ThreeWayComparable {
    func order(against other: Self) -> Int {
        let difference = segments.order(against: other.segments, filling: .zero)
        return difference != 0 ? difference : preRelease.order(against: other.preRelease)
    }
}
