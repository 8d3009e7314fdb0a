// SPDX-License-Identifier: Apache-2.0

/// A version of an apk package, ordered as apk-tools orders it.
///
/// `digits{.digits}[letter]{_suffix[digits]}[-rdigits]`.  Suffixes come in the order alpha, beta, pre, rc,
/// none, cvs, svn, git, hg, p.  A part after a dot that starts with zeros compares like a decimal fraction:
/// `1.05` < `1.5`.
///
/// - SeeAlso: `apk_version_compare` in apk-tools' `src/version.c`.  Version 2 puts `1.0` before `1.0_rc1`;
///   version 3 and this type do not.
struct AlpineVersion: Sendable {
    /// What a token is; a version that goes on with a later kind is the older one.
    private enum Kind: Int {
        case fraction, digits, letter, suffix, suffixDigits, revision, end
    }

    private struct Token: ThreeWayComparable {
        let kind: Kind
        /// What counts before the number: minus the count of zeros, the letter, the place of a suffix.
        let rank: Int
        let number: DecimalNumber

        func order(against other: Self) -> Int {
            rank == other.rank ? number.order(against: other.number) : rank - other.rank
        }
    }

    private static let suffixes = [
        ("alpha", -5), ("beta", -4), ("pre", -3), ("rc", -2), ("b", -1), ("cvs", 0), ("svn", 1), ("git", 2),
        ("hg", 3),
        ("p", 4),
    ]

    private let tokens: [Token]

    /// The version that a text writes; `nil` where apk would not take it.
    init?(_ text: String) {
        var cursor = Cursor(text)
        var kind = Kind.digits
        var tokens: [Token] = []
        while kind != .end {
            let hadZeros = kind == .fraction && cursor.next == UInt8(ascii: "0")
            guard let token = Self.token(kind, &cursor) else { return nil }
            tokens.append(token)
            if hadZeros {
                kind = .digits
            } else {
                guard let next = Self.kind(after: kind, &cursor) else { return nil }
                kind = next
            }
        }
        self.tokens = tokens
    }

    private static func token(_ kind: Kind, _ cursor: inout Cursor) -> Token? {
        switch kind {
        case .fraction where cursor.next == UInt8(ascii: "0"):
            let zeros = cursor.take { $0 == UInt8(ascii: "0") }
            return Token(kind: kind, rank: -zeros.count, number: .zero)
        case .fraction, .digits, .suffixDigits, .revision:
            return Token(kind: kind, rank: 0, number: cursor.takeNumber() ?? .zero)
        case .letter:
            return cursor.take().map { Token(kind: kind, rank: Int($0), number: .zero) }
        case .suffix:
            let suffix = suffixes.first { cursor.take($0.0) }
            return suffix.map { Token(kind: kind, rank: $0.1, number: .zero) }
        case .end:
            return nil
        }
    }

    /// The kind of the token that follows; `nil` where none may.
    private static func kind(after kind: Kind, _ cursor: inout Cursor) -> Kind? {
        guard let byte = cursor.next else { return .end }
        switch kind {
        case .fraction, .digits: if byte.isLowercase { return .letter }
        case .letter: if byte.isDigit { return .digits }
        case .suffix: if byte.isDigit { return .suffixDigits }
        case .suffixDigits, .revision, .end: break
        }
        if cursor.take(".") { return kind == .fraction || kind == .digits ? .fraction : nil }
        if cursor.take("_") { return kind == .revision ? nil : .suffix }
        return cursor.take("-r") ? .revision : nil
    }
}

extension AlpineVersion: ThreeWayComparable {
    func order(against other: Self) -> Int {
        var index = 0
        while true {
            let left = index < tokens.count ? tokens[index] : nil
            let right = index < other.tokens.count ? other.tokens[index] : nil
            let kinds = (left?.kind ?? .end, right?.kind ?? .end)
            guard kinds.0 == kinds.1 else {
                if let left, left.kind == .suffix, left.rank < 0 { return -1 }
                if let right, right.kind == .suffix, right.rank < 0 { return 1 }
                return kinds.1.rawValue - kinds.0.rawValue
            }
            guard let left, let right else { return 0 }
            let difference = left.order(against: right)
            if difference != 0 { return difference }
            index += 1
        }
    }
}
