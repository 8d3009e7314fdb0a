// SPDX-License-Identifier: Apache-2.0

/// How long a search may take.
public struct TimeBudget: Sendable, Hashable {
    public let seconds: Int
    /// As it was written: `10m`.
    public let text: String

    /// Reads `90s`, `10m`, `1h`; `nil` for other texts, for nothing, and for more than a week.
    public init?(_ text: String) {
        let units = ["s": 1, "m": 60, "h": 3600]
        guard let unit = text.last.flatMap({ units[String($0)] }), let number = Int(text.dropLast()),
            text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") })
        else { return nil }
        let (seconds, overflows) = number.multipliedReportingOverflow(by: unit)
        guard !overflows, (1...7 * 86_400).contains(seconds) else { return nil }
        self.seconds = seconds
        self.text = text
    }
}
