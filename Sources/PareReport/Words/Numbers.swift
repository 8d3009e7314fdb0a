// SPDX-License-Identifier: Apache-2.0
import PareModel

extension Int {
    /// With commas between thousands: `1,098`.
    var grouped: String {
        let digits = Array(String(magnitude))
        let text = digits.enumerated().reduce(into: "") { text, digit in
            if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
            text.append(digit.element)
        }
        return (self < 0 ? "-" : "") + text
    }

    /// `1 layer`, `1,098 findings`; the noun is given as for one.
    func of(_ noun: String, plural: String? = nil) -> String {
        "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}

extension Double {
    /// `0.68 s`, `12.5 s`, `3 min 05 s`.
    var seconds: String {
        guard isFinite, magnitude < 1e9 else { return "?" }
        if self >= 99.95 {
            let whole = Int(rounded())
            let rest = whole % 60
            return "\(whole / 60) min \(rest < 10 ? "0" : "")\(rest) s"
        }
        return formatted(decimals: self >= 9.95 ? 1 : 2) + " s"
    }
}

/// A figure before and after, as a share of what it was: `-92 %`, `+8 %`; `nil` where that says nothing.
///
/// Never rounded up to all: 1,077 of 1,078 gone is `-99.9 %`.
func change(_ before: Double, _ after: Double) -> String? {
    guard before > 0, after.isFinite, before.isFinite, before != after else { return nil }
    let percent = (after / before - 1) * 100
    let isNearlyAll = percent < -99 && after > 0
    let shown = isNearlyAll ? max(percent, -99.9).formatted(decimals: 1) : percent.formatted(decimals: 0)
    guard shown != "0" else { return percent < 0 ? "-0.1 %" : "+0.1 %" }
    return (percent > 0 ? "+" : "") + shown + " %"
}

/// How many findings there are of each severity.
struct SeverityCounts {
    /// The order of every report.
    static let order: [Severity] = Severity.allCases.sorted(by: >)

    private var counts: [Severity: Int] = [:]

    init(_ findings: some Sequence<Finding>) {
        for finding in findings { counts[finding.severity, default: 0] += 1 }
    }

    /// The numbers of critical, high and so on down to unknown ones.
    init(fromWorst numbers: [Int]) {
        counts = Dictionary(zip(Self.order, numbers), uniquingKeysWith: { first, _ in first })
    }

    subscript(severity: Severity) -> Int { counts[severity, default: 0] }

    /// `11 critical, 104 high`; the severities that there are, or `none`.
    var sentence: String {
        let parts = Self.order.filter { self[$0] > 0 }.map { "\(self[$0].grouped) \($0.name.lowercased())" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

extension Severity {
    /// `C`, `H`, `M`, `L`, and `?` for unknown.
    var letter: String { self == .unknown ? "?" : String(name.prefix(1)) }
}

/// Whole days from one RFC 3339 time to another; `nil` where either is not one.
func days(from first: String, to last: String) -> Int? {
    guard let first = Day(first), let last = Day(last) else { return nil }
    return last.number - first.number
}

extension Day {
    /// Days since the first of March of the year 0, by the rule of the Gregorian calendar.
    fileprivate var number: Int {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (monthFromMarch * 153 + 2) / 5
            + day
    }
}
