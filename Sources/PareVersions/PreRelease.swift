// SPDX-License-Identifier: Apache-2.0

/// What stands after the dash of a semantic version: `alpha.1`.  Nothing there makes a release, the highest
/// of all.
///
/// - SeeAlso: Semantic Versioning 2.0.0, item 11.
struct PreRelease: Sendable {
    /// Numbers come before words, numbers by size, words by bytes.
    enum Identifier: ThreeWayComparable, Sendable {
        case number(DecimalNumber)
        case word(ArraySlice<UInt8>)

        func order(against other: Self) -> Int {
            switch (self, other) {
            case (.number(let left), .number(let right)): left.order(against: right)
            case (.word(let left), .word(let right)): left.order(against: right)
            case (.number, .word): -1
            case (.word, .number): 1
            }
        }
    }

    let identifiers: [Identifier]

    static let none = PreRelease(identifiers: [])
    /// `-0`, which comes before every other pre-release.
    static let lowest = PreRelease(identifiers: [.number(.zero)])

    private init(identifiers: [Identifier]) { self.identifiers = identifiers }

    /// Splits a text at its dots; `nil` where a part is empty.  Which characters are in it is the caller's
    /// to check.
    init?(_ text: ArraySlice<UInt8>, allowsLeadingZeros: Bool) {
        var identifiers: [Identifier] = []
        for part in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !part.isEmpty else { return nil }
            if part.allSatisfy(\.isDigit) {
                if !allowsLeadingZeros, part.count > 1, part.first == UInt8(ascii: "0") { return nil }
                identifiers.append(.number(DecimalNumber(digits: part)))
            } else {
                identifiers.append(.word(part))
            }
        }
        self.identifiers = identifiers
    }
}

extension PreRelease: ThreeWayComparable {
    func order(against other: Self) -> Int {
        switch (identifiers.isEmpty, other.identifiers.isEmpty) {
        case (true, true): 0
        case (true, false): 1
        case (false, true): -1
        case (false, false): identifiers.order(against: other.identifiers)
        }
    }
}

extension UInt8 {
    /// Whether it may stand in an identifier of a semantic version.
    var isIdentifier: Bool { isDigit || isLetter || self == UInt8(ascii: "-") }
}
