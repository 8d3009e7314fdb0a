// SPDX-License-Identifier: Apache-2.0

/// A version of a Maven artifact.  Any text is one.
///
/// A text is split at dots, dashes and between digits and letters; a dash or such a change opens a list
/// inside the list before it.  Qualifiers come in the order alpha, beta, milestone, rc, snapshot, none, sp,
/// any other word.
///
/// - SeeAlso: Maven's `ComparableVersion` (3.8), whose order this repeats.
struct MavenVersion: Sendable {
    private enum Element: Sendable {
        case number(DecimalNumber)
        /// The place among the known qualifiers, and the word where it is none of them.
        case qualifier(Int, ArraySlice<UInt8>)
    }

    /// The lists from the outermost inwards: each is the last element of the one before it.
    private let lists: [[Element]]

    private static let release = 5
    private static let places: [String: Int] = [
        "alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "cr": 3, "snapshot": 4, "": release, "ga": release,
        "final": release, "release": release, "sp": 6,
    ]
    /// Short for alpha, beta and milestone where a digit follows.
    private static let shortPlaces: [UInt8: Int] = [
        UInt8(ascii: "a"): 0, UInt8(ascii: "b"): 1, UInt8(ascii: "m"): 2,
    ]

    init(_ text: String) {
        var cursor = Cursor(Array(text.utf8)[...].lowercased)
        var lists: [[Element]] = [[]]
        while let byte = cursor.next {
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") {
                lists[lists.count - 1].append(.number(.zero))
            } else if let number = cursor.takeNumber() {
                lists[lists.count - 1].append(.number(number))
                if let next = cursor.next, next != UInt8(ascii: "."), next != UInt8(ascii: "-") {
                    lists.append([])
                }
            } else {
                let word = cursor.take { !$0.isDigit && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
                let isBeforeDigit = cursor.next?.isDigit == true
                let opensList = (isBeforeDigit || cursor.isAtEnd) && !(lists.last ?? []).isEmpty
                if opensList { lists.append([]) }
                lists[lists.count - 1].append(Self.qualifier(word, isBeforeDigit: isBeforeDigit))
                if isBeforeDigit { lists.append([]) }
            }
            if cursor.take("-") { lists.append([]) } else { _ = cursor.take(".") }
        }
        self.lists = Self.normalized(lists)
    }

    private static func qualifier(_ word: ArraySlice<UInt8>, isBeforeDigit: Bool) -> Element {
        if isBeforeDigit, word.count == 1, let place = word.first.flatMap({ shortPlaces[$0] }) {
            return .qualifier(place, [])
        }
        if let place = places[String(decoding: word, as: UTF8.self)] { return .qualifier(place, []) }
        return .qualifier(release + 2, word)
    }

    /// Drops what counts for nothing from the end of each list, and lists that are empty then.
    private static func normalized(_ lists: [[Element]]) -> [[Element]] {
        var kept: [[Element]] = []
        for list in lists.reversed() {
            var list = list
            while let last = list.last, order(last, nil) == 0 { list.removeLast() }
            if !list.isEmpty || !kept.isEmpty { kept.append(list) }
        }
        return kept.reversed()
    }
}

extension MavenVersion: ThreeWayComparable {
    func order(against other: Self) -> Int {
        var depth = 0
        while true {
            let left = depth < lists.count ? lists[depth] : nil
            let right = depth < other.lists.count ? other.lists[depth] : nil
            guard let left, let right else {
                if left != nil { return Self.orderAgainstNothing(lists[depth...]) }
                return right == nil ? 0 : -Self.orderAgainstNothing(other.lists[depth...])
            }
            for (left, right) in zip(left, right) {
                let difference = Self.order(left, right)
                if difference != 0 { return difference }
            }
            if left.count > right.count {
                return Self.order(
                    left[right.count...], lists[(depth + 1)...], against: other.lists[(depth + 1)...])
            }
            if right.count > left.count {
                return -Self.order(
                    right[left.count...], other.lists[(depth + 1)...], against: lists[(depth + 1)...])
            }
            depth += 1
        }
    }

    /// The order of what one list has more, and the lists inside it, against the lists inside the other.
    private static func order(
        _ rest: ArraySlice<Element>, _ inner: ArraySlice<[Element]>, against other: ArraySlice<[Element]>
    ) -> Int {
        var rest = rest
        if !other.isEmpty, let first = rest.popFirst() {
            // A list comes after a word and before a number.
            if case .number = first { return 1 }
            return -1
        }
        return orderAgainstNothing([Array(rest)] + inner)
    }

    private static func orderAgainstNothing(_ lists: ArraySlice<[Element]>) -> Int {
        for list in lists {
            for element in list {
                let difference = order(element, nil)
                if difference != 0 { return difference }
            }
        }
        return 0
    }

    private static func order(_ left: Element, _ right: Element?) -> Int {
        switch (left, right) {
        case (.number(let left), .number(let right)): left.order(against: right)
        case (.number(let number), nil): number == .zero ? 0 : 1
        case (.number, .qualifier): 1
        case (.qualifier, .number): -1
        case (.qualifier(let place, _), nil): place - release
        case (.qualifier(let left, let word), .qualifier(let right, let other)):
            left == right ? word.order(against: other) : left - right
        }
    }
}
