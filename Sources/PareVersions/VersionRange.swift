// SPDX-License-Identifier: Apache-2.0

/// A set of versions, as feeds write it: `>=1.2.0, <1.2.5 || >=2.0, <2.0.1`.
///
/// `||` parts alternatives; commas and spaces mean «and».  `*` is everything.  What else may be written
/// depends on the scheme: partial versions, `^`, `~` and `1.2 - 2.3` for npm, `~=` and `==1.2.*` for
/// Python, `~>` for gems, `[1.0,2.0)` for Maven.
///
/// Membership follows the order alone: a pre-release is in a range when it lies between its bounds, so
/// `1.0.0-alpha` is in `<2.0.0`.  (npm itself leaves pre-releases out of most ranges, which is right for
/// choosing a version to install and wrong for asking whether one is affected.)
package struct VersionRange: Sendable {
    package let scheme: VersionScheme
    private let alternatives: [[Bound]]

    /// One condition of an alternative.
    enum Bound: Sendable {
        case order(Relation, Version)
        case python(PythonClause)
    }

    enum Relation: Sendable {
        case less, lessOrEqual, equal, notEqual, greaterOrEqual, greater
    }

    /// - Throws: ``VersionError/malformedRange(_:_:)`` where any part of the text has no meaning.
    package init(_ text: String, in scheme: VersionScheme) throws(VersionError) {
        guard let alternatives = Self.alternatives(Array(text.utf8)[...], scheme) else {
            throw .malformedRange(text, scheme)
        }
        self.scheme = scheme
        self.alternatives = alternatives
    }

    /// Whether a version is in the range; no version of another scheme is.
    package func contains(_ version: Version) -> Bool {
        version.scheme == scheme && alternatives.contains { $0.allSatisfy { $0.contains(version) } }
    }

    private static func alternatives(_ text: ArraySlice<UInt8>, _ scheme: VersionScheme) -> [[Bound]]? {
        var alternatives: [[Bound]] = []
        for part in text.alternatives.map(\.trimmed) {
            if part.elementsEqual([UInt8(ascii: "*")]) {
                alternatives.append([])
            } else if scheme == .maven, let first = part.first,
                first == UInt8(ascii: "[") || first == UInt8(ascii: "(")
            {
                guard let intervals = MavenInterval.bounds(part) else { return nil }
                alternatives += intervals
            } else {
                guard let clauses = RangeClause.clauses(part) else { return nil }
                guard let bounds = scheme == .npm ? NpmRange.bounds(clauses) : bounds(clauses, scheme) else {
                    return nil
                }
                alternatives.append(bounds)
            }
        }
        return alternatives
    }

    private static func bounds(_ clauses: [RangeClause], _ scheme: VersionScheme) -> [Bound]? {
        guard !clauses.isEmpty else { return nil }
        var bounds: [Bound] = []
        for clause in clauses {
            guard let meaning = clause.bounds(in: scheme) else { return nil }
            bounds += meaning
        }
        return bounds
    }
}

extension VersionRange.Bound {
    func contains(_ version: Version) -> Bool {
        switch self {
        case .order(let relation, let bound): relation.holds(version.order(against: bound))
        case .python(let clause): clause.contains(version)
        }
    }
}

extension VersionRange.Relation {
    /// Whether an order, negative for «less», is such a one.
    func holds(_ order: Int) -> Bool {
        switch self {
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .equal: order == 0
        case .notEqual: order != 0
        case .greaterOrEqual: order >= 0
        case .greater: order > 0
        }
    }
}

extension ArraySlice<UInt8> {
    /// The parts between `||`.
    fileprivate var alternatives: [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = startIndex
        var index = startIndex
        while index < endIndex {
            if self[index] == UInt8(ascii: "|"), index + 1 < endIndex, self[index + 1] == UInt8(ascii: "|") {
                parts.append(self[start..<index])
                index += 2
                start = index
            } else {
                index += 1
            }
        }
        return parts + [self[start...]]
    }
}
