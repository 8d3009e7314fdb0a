// SPDX-License-Identifier: Apache-2.0

/// Recognises dates and times of day, as programs write them.
///
/// `2026-11-26T06:29:53.120Z`, `2026-11-26`, `20261126T062953Z`, `06:29:53`, `Thu, 26 Nov 2026 06:29:53 GMT`,
/// `Thu Nov 26 06:29:53 2026`, `26/Nov/2026:06:29:53 +0000`, `11/26/2026, 6:29:53 AM`.
///
/// The form keeps what says how it is written: separators, zones and their offsets.  Fractions of a second are no part
/// of it, since many programs leave out their zeros.
struct TimestampReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var form: [UInt8] = []

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// Reads the timestamp at the start of a text; `nil` where there is none.
    static func read(_ bytes: ArraySlice<UInt8>) -> (form: [UInt8], end: Int)? {
        guard let first = bytes.first, first.isDigit || first.isLetter else { return nil }
        let readings: [(inout TimestampReader) -> Bool] =
            first.isDigit
            ? [{ $0.isoDate() }, { $0.basicDate() }, { $0.clock() }, { $0.calendar() }] : [{ $0.calendar() }]
        for reading in readings {
            var reader = TimestampReader(bytes)
            if reading(&reader), reader.next?.isWordByte != true { return (reader.form, reader.index) }
        }
        return nil
    }

    private var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    /// So many digits, and no more.
    private mutating func digits(_ counts: ClosedRange<Int>) -> Bool {
        let run = bytes[index...].prefix(counts.upperBound + 1).prefix(while: \.isDigit)
        guard counts.contains(run.count) else { return false }
        index = run.endIndex
        form.append(UInt8(ascii: "0"))
        return true
    }

    private mutating func take(_ choices: String) -> Bool {
        guard let next, choices.utf8.contains(next) else { return false }
        index += 1
        form.append(next)
        return true
    }

    /// Reads on where all of it is there; else it is as before.
    private mutating func attempt(_ body: (inout TimestampReader) -> Bool) -> Bool {
        var copy = self
        guard body(&copy) else { return false }
        self = copy
        return true
    }

    private mutating func isoDate() -> Bool {
        guard digits(4...4), take("-"), digits(2...2), take("-"), digits(2...2) else { return false }
        _ = attempt { $0.take("T ") && $0.clock() }
        return true
    }

    private mutating func basicDate() -> Bool {
        guard digits(8...8), take("T"), digits(6...6) else { return false }
        fraction()
        zone()
        return true
    }

    private mutating func clock() -> Bool {
        guard digits(1...2), take(":"), digits(2...2) else { return false }
        if attempt({ $0.take(":") && $0.digits(2...2) }) { fraction() }
        _ = attempt { reader in
            _ = reader.take(" \u{A0}")
            guard let half = reader.next, "AaPp".utf8.contains(half) else { return false }
            reader.index += 1
            reader.form.append(UInt8(ascii: "a"))
            return reader.take("Mm")
        }
        zone()
        return true
    }

    private mutating func fraction() {
        guard let mark = next, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") else { return }
        let run = bytes[(index + 1)...].prefix(10).prefix(while: \.isDigit)
        if (1...9).contains(run.count) { index = run.endIndex }
    }

    /// `Z`, `+01:00`, ` +0100`, ` GMT`, ` GMT+0100`, ` UTC`: as written, since it is no part of the moment.
    private mutating func zone() {
        if attempt({ $0.take("Z") && $0.next?.isWordByte != true }) { return }
        _ = attempt { reader in
            _ = reader.take(" ")
            let hasName = reader.attempt { reader in
                let name = reader.bytes[reader.index...].prefix(3)
                guard ["GMT", "UTC"].contains(String(decoding: name, as: UTF8.self)) else { return false }
                reader.index = name.endIndex
                reader.form += name
                return true
            }
            let hasOffset = reader.attempt { reader in
                let start = reader.index
                guard reader.take("+-"), reader.digits(2...2) || reader.digits(4...4) else { return false }
                if reader.index == start + 3 {
                    guard reader.take(":"), reader.digits(2...2) else { return false }
                }
                reader.form += reader.bytes[start..<reader.index]
                return true
            }
            return hasName || hasOffset
        }
    }

    /// A date with a month's name, or of three numbers between equal separators, and a time of day.
    private mutating func calendar() -> Bool {
        var numbers = 0
        var hasMonth = false
        var hasYear = false
        var separators: [UInt8] = []
        for _ in 0..<6 {
            if attempt({ $0.clock() }) {
                let isNumeric =
                    numbers == 3 && separators[0] == separators[1] && separators[0] != UInt8(ascii: " ")
                guard hasMonth ? numbers <= 2 : isNumeric else { return false }
                // asctime and `date` put the year last.
                if hasMonth, !hasYear { _ = attempt { $0.take(" ") && $0.digits(4...4) } }
                return true
            }
            if let isMonth = calendarName() {
                hasMonth = hasMonth || isMonth
            } else if attempt({ $0.digits(4...4) }) {
                numbers += 1
                hasYear = true
            } else if attempt({ $0.digits(1...2) }) {
                numbers += 1
            } else {
                return false
            }
            guard let separator = next, take(" -/.,:T") else { return false }
            separators.append(separator)
            // asctime fills the day up to two places.
            if next == 0x20 { index += 1 }
        }
        return false
    }

    /// The name of a month or a day, in English, whole or its first three letters; says which.
    private mutating func calendarName() -> Bool? {
        let run = bytes[index...].prefix(10).prefix(while: \.isLetter)
        let name = String(decoding: run, as: UTF8.self).lowercased()
        func isOne(of names: [String]) -> Bool {
            name.utf8.count >= 3 && names.contains { $0 == name || $0.prefix(3) == name }
        }
        let isMonth = isOne(of: Self.months)
        guard isMonth || isOne(of: Self.days) else { return nil }
        index = run.endIndex
        form.append(UInt8(ascii: "a"))
        return isMonth
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ]
    private static let days = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]
}
