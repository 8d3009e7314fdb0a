// SPDX-License-Identifier: Apache-2.0

/// A number of bytes.
public struct ByteCount: Hashable, Sendable {
    public let bytes: Int64

    public init(_ bytes: Int64) { self.bytes = bytes }
    public init(_ bytes: Int) { self.bytes = Int64(bytes) }

    /// This size as a share of another, `0.15` for 15 %; `nil` where the other is zero.
    public func fraction(of whole: ByteCount) -> Double? {
        whole.bytes == 0 ? nil : Double(bytes) / Double(whole.bytes)
    }
}

extension ByteCount: Comparable, AdditiveArithmetic {
    public static let zero = ByteCount(0)
    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
    /// What does not fit into a number is the largest, or smallest, that does: sizes come from files that may lie.
    public static func + (left: Self, right: Self) -> Self {
        let (sum, overflows) = left.bytes.addingReportingOverflow(right.bytes)
        return overflows ? ByteCount(right.bytes > 0 ? Int64.max : .min) : ByteCount(sum)
    }
    public static func - (left: Self, right: Self) -> Self {
        let (difference, overflows) = left.bytes.subtractingReportingOverflow(right.bytes)
        return overflows ? ByteCount(right.bytes > 0 ? Int64.min : .max) : ByteCount(difference)
    }
}

extension ByteCount: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int64.self))
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

extension ByteCount: CustomStringConvertible {
    /// Three digits and a decimal unit, as Docker prints image sizes: `1.23 GB`, `189 MB`, `12 B`.
    public var description: String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(bytes.magnitude)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        return (bytes < 0 ? "-" : "") + value.formatted(decimals: decimals) + " " + units[unit]
    }
}

extension Double {
    /// The number with so many decimals, rounded half away from zero: `1.50`; for finite numbers of report size.
    public func formatted(decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<max(0, decimals) { scale *= 10 }
        let scaled = (magnitude * scale).rounded()
        guard scaled < 9e17 else { return "\(self)" }
        let digits = String(Int64(scaled))
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
