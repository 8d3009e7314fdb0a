// SPDX-License-Identifier: Apache-2.0

/// What npm's range operators mean, as bounds.
///
/// - SeeAlso: the grammar of node-semver; agrees with it under its option `includePrerelease`.
enum NpmRange {
    /// A version of which parts may be missing or `x`; what follows a missing part is missing too.
    struct Partial {
        let major: DecimalNumber?
        let minor: DecimalNumber?
        let patch: DecimalNumber?
        let preRelease: PreRelease

        /// `nil` where the text is none.
        init?(_ text: String) {
            var cursor = Cursor(text)
            _ = cursor.take("v")
            var parts: [DecimalNumber?] = []
            repeat {
                let isWild = cursor.take("x") || cursor.take("X") || cursor.take("*")
                let number = isWild ? nil : cursor.takeNumber()
                guard isWild || number != nil, parts.count < 3 else { return nil }
                parts.append(number)
            } while cursor.take(".")
            guard let suffixes = SemanticVersion.takeSuffixes(&cursor, allowsLeadingZeros: true),
                cursor.isAtEnd
            else {
                return nil
            }
            let known = parts.prefix { $0 != nil }
            major = known.first ?? nil
            minor = known.dropFirst().first ?? nil
            patch = known.dropFirst(2).first ?? nil
            preRelease = suffixes
        }

        /// The lowest version that it covers; `nil` where it covers all.
        var start: SemanticVersion? {
            guard let major else { return nil }
            guard let minor else { return SemanticVersion(major, .zero, .zero, lowest) }
            guard let patch else { return SemanticVersion(major, minor, .zero, lowest) }
            return SemanticVersion(major, minor, patch, preRelease)
        }

        /// A partial version covers the pre-releases of its first version, unless it names one itself.
        private var lowest: PreRelease { preRelease == .none ? .lowest : preRelease }

        /// The lowest version above all that it covers; `nil` where it covers one, or all.
        var end: SemanticVersion? {
            guard let major, patch == nil else { return nil }
            guard let minor else { return Self.floor(major.successor) }
            return Self.floor(major, minor.successor)
        }

        /// Where `~` ends: at the next minor version, of a major version alone at the next one.
        var tildeEnd: SemanticVersion? {
            guard let major else { return nil }
            guard let minor else { return Self.floor(major.successor) }
            return Self.floor(major, minor.successor)
        }

        /// Where `^` ends: where the first number from the left that is not zero changes.
        var caretEnd: SemanticVersion? {
            guard let major else { return nil }
            guard let minor, major == .zero else { return Self.floor(major.successor) }
            guard let patch, minor == .zero else { return Self.floor(major, minor.successor) }
            return Self.floor(major, minor, patch.successor)
        }

        private static func floor(
            _ major: DecimalNumber, _ minor: DecimalNumber = .zero, _ patch: DecimalNumber = .zero
        ) -> SemanticVersion {
            SemanticVersion(major, minor, patch, .lowest)
        }
    }

    /// The bounds of one alternative; `nil` where a clause means nothing.
    static func bounds(_ clauses: [RangeClause]) -> [VersionRange.Bound]? {
        var bounds: [VersionRange.Bound] = []
        var index = 0
        while index < clauses.count {
            let isHyphenated = index + 2 < clauses.count && clauses[index + 1].isHyphen
            guard let partial = Partial(clauses[index].operand) else { return nil }
            if isHyphenated {
                guard clauses[index].sign == .none, clauses[index + 2].sign == .none,
                    let last = Partial(clauses[index + 2].operand)
                else { return nil }
                bounds += self.bounds(.greaterOrEqual, partial) + self.bounds(.lessOrEqual, last)
                index += 3
            } else {
                guard clauses[index].sign.isKnownToNpm else { return nil }
                bounds += self.bounds(clauses[index].sign, partial)
                index += 1
            }
        }
        return bounds
    }

    private static func bounds(_ sign: RangeClause.Sign, _ partial: Partial) -> [VersionRange.Bound] {
        guard let start = partial.start else {
            return sign == .less || sign == .greater ? [.order(.less, Version(SemanticVersion.lowest))] : []
        }
        switch sign {
        case .less: return [.order(.less, Version(start))]
        case .greaterOrEqual: return [.order(.greaterOrEqual, Version(start))]
        case .greater:
            if let end = partial.end { return [.order(.greaterOrEqual, Version(end))] }
            return [.order(.greater, Version(start))]
        case .lessOrEqual:
            if let end = partial.end { return [.order(.less, Version(end))] }
            return [.order(.lessOrEqual, Version(start))]
        case .tilde, .pessimistic: return span(start, partial.tildeEnd)
        case .caret: return span(start, partial.caretEnd)
        default:
            return partial.end == nil ? [.order(.equal, Version(start))] : span(start, partial.end)
        }
    }

    private static func span(_ start: SemanticVersion, _ end: SemanticVersion?) -> [VersionRange.Bound] {
        [.order(.greaterOrEqual, Version(start))] + (end.map { [.order(.less, Version($0))] } ?? [])
    }
}

extension RangeClause {
    fileprivate var isHyphen: Bool { sign == .none && operand == "-" }
}

extension RangeClause.Sign {
    fileprivate var isKnownToNpm: Bool {
        switch self {
        case .notEqual, .compatible, .identical: false
        default: true
        }
    }
}

extension SemanticVersion {
    /// The lowest there is, which no range that is not empty lies below.
    fileprivate static let lowest = SemanticVersion(.zero, .zero, .zero, .lowest)
}

extension Version {
    fileprivate init(_ version: SemanticVersion) { self.init(.npm(version), in: .npm) }
}
