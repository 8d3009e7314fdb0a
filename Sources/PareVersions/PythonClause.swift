// SPDX-License-Identifier: Apache-2.0

/// A version specifier of Python: `<2.0`, `==1.2.*`, `~=1.4.2`.
///
/// Local parts are left aside where the specifier has none.  Unlike in PEP 440, `<2.0` takes `2.0rc1`,
/// since the question is what is affected and not what to install; `>1.0` leaves `1.0.post1` out as it does
/// there.
///
/// - SeeAlso: PEP 440, «Version specifiers».
struct PythonClause: Sendable {
    private let sign: Sign
    private let version: PythonVersion

    private enum Sign {
        case plain(VersionRange.Relation)
        /// `==1.2.*`: what starts with these release numbers; `false` for `!=1.2.*`.
        case prefix(Bool)
        /// `~=1.4.2`: `>=1.4.2, ==1.4.*`.
        case compatible
    }

    init?(_ clause: RangeClause) {
        if clause.operand.hasSuffix(".*") {
            guard clause.relation == .equal || clause.relation == .notEqual,
                let version = PythonVersion(String(clause.operand.dropLast(2))), version.isPlainRelease
            else { return nil }
            self.version = version
            sign = .prefix(clause.relation == .equal)
            return
        }
        guard let version = PythonVersion(clause.operand) else { return nil }
        self.version = version
        if let relation = clause.relation {
            sign = .plain(relation)
        } else if clause.sign == .identical {
            sign = .plain(.equal)
        } else {
            guard clause.sign == .compatible, version.release.count > 1 else { return nil }
            sign = .compatible
        }
    }

    func contains(_ version: Version) -> Bool {
        guard case .python(let version) = version.parsed else { return false }
        switch sign {
        case .plain(let relation): return holds(relation, version)
        case .prefix(let isWanted): return hasPrefix(version, count: self.version.release.count) == isWanted
        case .compatible:
            return holds(.greaterOrEqual, version)
                && hasPrefix(version, count: self.version.release.count - 1)
        }
    }

    private func holds(_ relation: VersionRange.Relation, _ candidate: PythonVersion) -> Bool {
        guard relation == .greater else {
            let compared = version.local.isEmpty ? candidate.withoutLocal : candidate
            return relation.holds(compared.order(against: version))
        }
        guard candidate > version else { return false }
        guard candidate.hasSameRelease(as: version) else { return true }
        return candidate.local.isEmpty && (candidate.post == nil || version.post != nil)
    }

    private func hasPrefix(_ candidate: PythonVersion, count: Int) -> Bool {
        let padded =
            candidate.release + Array(repeating: .zero, count: max(0, count - candidate.release.count))
        return candidate.epoch == version.epoch && padded.prefix(count) == version.release.prefix(count)
    }
}

extension PythonVersion {
    fileprivate var isPlainRelease: Bool { pre == nil && post == nil && dev == nil && local.isEmpty }
}
