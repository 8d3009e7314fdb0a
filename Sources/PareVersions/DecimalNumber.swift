// SPDX-License-Identifier: Apache-2.0

/// A natural number of any length, as versions hold them: `7`, `007`, `20240131123456789012345`.
struct DecimalNumber: Hashable, Sendable {
    /// The number where it fits, else the greatest there is.
    private let small: UInt64
    /// The digits of a number that does not fit in ``small``, without leading zeros; else empty.
    private let large: [UInt8]

    static let zero = DecimalNumber(0)

    init(_ value: UInt64) {
        small = value
        large = []
    }

    /// The number that these ASCII digits write; zero for none.
    init(digits: some Collection<UInt8>) {
        var value: UInt64 = 0
        for digit in digits {
            let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = tens.addingReportingOverflow(UInt64(digit &- UInt8(ascii: "0")))
            if overflows || carries {
                self.init(large: Array(digits.drop { $0 == UInt8(ascii: "0") }))
                return
            }
            value = sum
        }
        self.init(value)
    }

    private init(large digits: [UInt8]) {
        small = .max
        large = digits
    }

    /// The number after this one.
    var successor: DecimalNumber {
        if large.isEmpty, small < .max { return DecimalNumber(small + 1) }
        var digits = large.isEmpty ? Array(String(small).utf8) : large
        var index = digits.endIndex - 1
        while index >= 0, digits[index] == UInt8(ascii: "9") {
            digits[index] = UInt8(ascii: "0")
            index -= 1
        }
        if index >= 0 { digits[index] += 1 } else { digits.insert(UInt8(ascii: "1"), at: 0) }
        return DecimalNumber(large: digits)
    }
}

extension DecimalNumber: ThreeWayComparable {
    func order(against other: Self) -> Int {
        if small != other.small { return small < other.small ? -1 : 1 }
        if large.count != other.large.count { return large.count - other.large.count }
        return large.order(against: other.large)
    }
}
