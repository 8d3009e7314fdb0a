// SPDX-License-Identifier: Apache-2.0

/// An operator and what follows it, as a range writes them: `>=` and `1.2.0`.
struct RangeClause {
    let sign: Sign
    /// What stands where a version should; checked by the scheme.
    let operand: String

    enum Sign {
        case none, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        /// `~`, `^`, `~>`, `~=`, `===`.
        case tilde, caret, pessimistic, compatible, identical
    }

    private static let signs: [String: Sign] = [
        "": .none, "=": .equal, "==": .equal, "!=": .notEqual, "<": .less, "<=": .lessOrEqual,
        "=<": .lessOrEqual,
        ">": .greater, ">=": .greaterOrEqual, "=>": .greaterOrEqual, "~": .tilde, "^": .caret,
        "~>": .pessimistic,
        "~=": .compatible, "===": .identical,
    ]

    /// Splits an alternative of a range; `nil` for an unknown operator or one without an operand.
    static func clauses(_ text: ArraySlice<UInt8>) -> [RangeClause]? {
        var cursor = Cursor(text)
        var clauses: [RangeClause] = []
        while true {
            _ = cursor.take { $0.isSpace || $0 == UInt8(ascii: ",") }
            if cursor.isAtEnd { return clauses }
            let symbol = cursor.take(while: \.isRangeSign)
            guard let sign = signs[String(decoding: symbol, as: UTF8.self)] else { return nil }
            _ = cursor.take(while: \.isSpace)
            let operand = cursor.take {
                !$0.isSpace && $0 != UInt8(ascii: ",") && (!$0.isRangeSign || $0.isTilde)
            }
            guard !operand.isEmpty else { return nil }
            clauses.append(RangeClause(sign: sign, operand: String(decoding: operand, as: UTF8.self)))
        }
    }

    /// What the clause means in any scheme but npm's; `nil` where it means nothing.
    func bounds(in scheme: VersionScheme) -> [VersionRange.Bound]? {
        if operand == "*", sign == .none || sign == .equal { return [] }
        if scheme == .python { return PythonClause(self).map { [.python($0)] } }
        guard let version = Version(operand, in: scheme) else { return nil }
        if let relation { return [.order(relation, version)] }
        let end: Version.Parsed
        switch (sign, version.parsed) {
        case (.pessimistic, .gem(let start)): end = .gem(start.pessimisticEnd)
        case (.pessimistic, .segmented(let start)): end = .segmented(start.pessimisticEnd)
        case (.tilde, .segmented(let start)): end = .segmented(start.tildeEnd)
        case (.caret, .segmented(let start)): end = .segmented(start.caretEnd)
        default: return nil
        }
        return [.order(.greaterOrEqual, version), .order(.less, Version(end, in: scheme))]
    }

    /// The plain comparison that the operator stands for; `nil` for the others.
    var relation: VersionRange.Relation? {
        switch sign {
        case .none, .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .tilde, .caret, .pessimistic, .compatible, .identical: nil
        }
    }
}

extension UInt8 {
    fileprivate var isTilde: Bool { self == UInt8(ascii: "~") }

    fileprivate var isRangeSign: Bool {
        switch self {
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "^"):
            true
        default: isTilde
        }
    }
}
