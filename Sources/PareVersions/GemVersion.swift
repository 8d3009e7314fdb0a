// SPDX-License-Identifier: Apache-2.0

/// A version of a Ruby gem: numbers and words between dots; a word makes a pre-release.
///
/// - SeeAlso: `Gem::Version` of RubyGems, whose grammar and order this repeats.
struct GemVersion: Sendable {
    enum Segment: ThreeWayComparable, Sendable {
        case number(DecimalNumber)
        case word(ArraySlice<UInt8>)

        func order(against other: Self) -> Int {
            switch (self, other) {
            case (.number(let left), .number(let right)): left.order(against: right)
            case (.word(let left), .word(let right)): left.order(against: right)
            case (.word, .number): -1
            case (.number, .word): 1
            }
        }
    }

    /// As written, zeros at the end included.
    private let numbers: [DecimalNumber]
    /// Without what counts for nothing.
    private let segments: [Segment]

    init?(_ text: String) {
        let text = Array(text.utf8)[...].trimmed
        guard let parts = Self.parts(text.isEmpty ? [UInt8(ascii: "0")] : text) else { return nil }
        let prefix = parts.prefix { if case .number = $0 { true } else { false } }
        self.init(
            numbers: prefix.compactMap { if case .number(let number) = $0 { number } else { nil } },
            words: Array(parts[prefix.endIndex...]))
    }

    private init(numbers: [DecimalNumber], words: [Segment]) {
        self.numbers = numbers
        segments = Self.withoutZeros(numbers.map(Segment.number)) + Self.withoutZeros(words)
    }

    /// The numbers and words of a text, a dash counting as `pre` between dots; `nil` where it is no version.
    private static func parts(_ text: ArraySlice<UInt8>) -> [Segment]? {
        let dash = text.firstIndex(of: UInt8(ascii: "-")) ?? text.endIndex
        let head = text[..<dash].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let tail = text[dash...].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard head.first?.allSatisfy(\.isDigit) == true, !head.contains(where: \.isEmpty),
            head.allSatisfy({ $0.allSatisfy { $0.isDigit || $0.isLetter } }),
            tail.allSatisfy({ $0.allSatisfy(\.isIdentifier) }),
            dash == text.endIndex || (!tail.contains(where: \.isEmpty) && (tail.first?.count ?? 0) > 1)
        else { return nil }
        var cursor = Cursor(text)
        var parts: [Segment] = []
        while let byte = cursor.next {
            if let number = cursor.takeNumber() {
                parts.append(.number(number))
            } else if byte.isLetter {
                parts.append(.word(cursor.take(while: \.isLetter)))
            } else if cursor.take("-") {
                parts.append(.word(Array("pre".utf8)[...]))
            } else {
                _ = cursor.take()
            }
        }
        return parts
    }

    private static func withoutZeros(_ segments: [Segment]) -> [Segment] {
        var segments = segments
        while segments.last == .number(.zero) { segments.removeLast() }
        return segments
    }

    /// Where `~>` ends: below every pre-release of the version whose last but one number is counted up.
    var pessimisticEnd: GemVersion {
        var numbers = numbers.count > 1 ? numbers.dropLast() : numbers
        let last = numbers.popLast() ?? .zero
        return GemVersion(numbers: numbers + [last.successor], words: [.word([])])
    }
}

extension GemVersion: ThreeWayComparable {
    func order(against other: Self) -> Int {
        segments.order(against: other.segments, filling: .number(.zero))
    }
}
