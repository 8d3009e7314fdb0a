// SPDX-License-Identifier: Apache-2.0

/// A version of an npm package: strictly `major.minor.patch[-pre.release][+build]`.  The build does not
/// count.
///
/// - SeeAlso: Semantic Versioning 2.0.0.
struct SemanticVersion: Sendable {
    let major: DecimalNumber
    let minor: DecimalNumber
    let patch: DecimalNumber
    let preRelease: PreRelease

    init(
        _ major: DecimalNumber, _ minor: DecimalNumber = .zero, _ patch: DecimalNumber = .zero,
        _ preRelease: PreRelease = .none
    ) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = preRelease
    }

    /// The version that a text writes; `nil` for anything that is not one to the letter, such as `v1.0.0`
    /// or `1.0`.
    init?(_ text: String) {
        var cursor = Cursor(text)
        guard let major = Self.takeNumber(&cursor), cursor.take("."), let minor = Self.takeNumber(&cursor),
            cursor.take("."), let patch = Self.takeNumber(&cursor),
            let preRelease = Self.takeSuffixes(&cursor, allowsLeadingZeros: false), cursor.isAtEnd
        else { return nil }
        self.init(major, minor, patch, preRelease)
    }

    private static func takeNumber(_ cursor: inout Cursor) -> DecimalNumber? {
        let digits = cursor.take(while: \.isDigit)
        guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        return DecimalNumber(digits: digits)
    }

    /// Reads `-pre.release` and `+build`, either of which may be missing; `nil` where one is malformed.
    static func takeSuffixes(_ cursor: inout Cursor, allowsLeadingZeros: Bool) -> PreRelease? {
        var preRelease = PreRelease.none
        if cursor.take("-") {
            let text = cursor.take { $0.isIdentifier || $0 == UInt8(ascii: ".") }
            guard let parsed = PreRelease(text, allowsLeadingZeros: allowsLeadingZeros) else { return nil }
            preRelease = parsed
        }
        if cursor.take("+") {
            let build = cursor.take { $0.isIdentifier || $0 == UInt8(ascii: ".") }
            guard PreRelease(build, allowsLeadingZeros: true) != nil else { return nil }
        }
        return preRelease
    }
}

extension SemanticVersion: ThreeWayComparable {
    func order(against other: Self) -> Int {
        let majors = major.order(against: other.major)
        if majors != 0 { return majors }
        let minors = minor.order(against: other.minor)
        if minors != 0 { return minors }
        let patches = patch.order(against: other.patch)
        return patches != 0 ? patches : preRelease.order(against: other.preRelease)
    }
}
