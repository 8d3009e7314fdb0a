// SPDX-License-Identifier: Apache-2.0

/// Something whose order is worked out once for `<` and `==` together.
protocol ThreeWayComparable: Comparable {
    /// Negative where `self` comes first, zero where neither does, positive where `other` does.
    func order(against other: Self) -> Int
}

extension ThreeWayComparable {
    static func < (left: Self, right: Self) -> Bool { left.order(against: right) < 0 }
    static func == (left: Self, right: Self) -> Bool { left.order(against: right) == 0 }
}

extension Collection {
    /// The order of two lists by their first elements that differ; a list comes before what continues it.
    func order(against other: Self) -> Int where Element: ThreeWayComparable {
        order(against: other) { $0.order(against: $1) }
    }

    /// As above, of bytes.
    func order(against other: Self) -> Int where Element == UInt8 {
        order(against: other) { Int($0) - Int($1) }
    }

    private func order(against other: Self, by order: (Element, Element) -> Int) -> Int {
        for (left, right) in zip(self, other) {
            let difference = order(left, right)
            if difference != 0 { return difference }
        }
        return count - other.count
    }

    /// The order of two lists, of which the shorter is continued with a filler.
    func order(against other: Self, filling filler: Element) -> Int where Element: ThreeWayComparable {
        var others = other.makeIterator()
        for element in self {
            let difference = element.order(against: others.next() ?? filler)
            if difference != 0 { return difference }
        }
        while let element = others.next() {
            let difference = filler.order(against: element)
            if difference != 0 { return difference }
        }
        return 0
    }
}
