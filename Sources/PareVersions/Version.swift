// SPDX-License-Identifier: Apache-2.0

/// A version, parsed once to be compared often.
///
/// ```swift
/// Version("1.0~rc1", in: .dpkg)! < Version("1.0", in: .dpkg)!        // true
/// Version("1.0", in: .npm)                                           // nil: a number is missing
/// ```
///
/// Numbers may be of any length.  Versions of different schemes have an order too, which means nothing.
package struct Version: Sendable {
    package let scheme: VersionScheme
    let parsed: Parsed

    enum Parsed: Sendable {
        case dpkg(DebianVersion)
        case apk(AlpineVersion)
        case npm(SemanticVersion)
        case python(PythonVersion)
        case maven(MavenVersion)
        case gem(GemVersion)
        case segmented(SegmentedVersion)
    }

    /// The version that a text writes; `nil` where the scheme does not take it.
    package init?(_ text: String, in scheme: VersionScheme) {
        let parsed: Parsed? =
            switch scheme {
            case .dpkg: DebianVersion(text).map(Parsed.dpkg)
            case .apk: AlpineVersion(text).map(Parsed.apk)
            case .npm: SemanticVersion(text).map(Parsed.npm)
            case .python: PythonVersion(text).map(Parsed.python)
            case .maven: text.isEmpty ? nil : .maven(MavenVersion(text))
            case .gem: GemVersion(text).map(Parsed.gem)
            case .segmented: SegmentedVersion(text).map(Parsed.segmented)
            }
        guard let parsed else { return nil }
        self.init(parsed, in: scheme)
    }

    init(_ parsed: Parsed, in scheme: VersionScheme) {
        self.scheme = scheme
        self.parsed = parsed
    }
}

extension Version: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.order(against: right) < 0 }
    package static func == (left: Self, right: Self) -> Bool { left.order(against: right) == 0 }

    func order(against other: Self) -> Int {
        switch (parsed, other.parsed) {
        case (.dpkg(let left), .dpkg(let right)): left.order(against: right)
        case (.apk(let left), .apk(let right)): left.order(against: right)
        case (.npm(let left), .npm(let right)): left.order(against: right)
        case (.python(let left), .python(let right)): left.order(against: right)
        case (.maven(let left), .maven(let right)): left.order(against: right)
        case (.gem(let left), .gem(let right)): left.order(against: right)
        case (.segmented(let left), .segmented(let right)): left.order(against: right)
        default: scheme.rawValue < other.scheme.rawValue ? -1 : 1
        }
    }
}
