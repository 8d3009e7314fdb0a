// SPDX-License-Identifier: Apache-2.0

import PareModel

/// How the page says numbers, times and states.
enum HTMLWords {
    /// With commas between thousands: `1,077`.
    static func count(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        groups.insert(digits[...], at: 0)
        return (number < 0 ? "−" : "") + groups.joined(separator: ",")
    }

    /// `1 package`, `12 packages`.
    static func count(_ number: Int, _ noun: String) -> String {
        count(number) + " " + noun + (number == 1 ? "" : "s")
    }

    /// The change as a share of what was: `−90 %`, `+3 %`, `−99.9 %`; `nil` where there is no share to give.
    static func change(from before: Double, to after: Double) -> String? {
        guard before > 0, after >= 0, before.isFinite, after.isFinite else { return nil }
        guard before != after else { return "unchanged" }
        let percent = (after - before).magnitude / before * 100
        let sign = after < before ? "−" : "+"
        let isRoundedAway = percent < 0.5 || (after < before && after > 0 && percent >= 99.5)
        guard isRoundedAway else { return sign + percent.formatted(decimals: 0) + " %" }
        let tenths = percent < 1 ? max(0.1, percent) : min(99.9, percent)
        return sign + tenths.formatted(decimals: 1) + " %"
    }

    /// `0.31 s`, `42 s`, `2 min 5 s`.
    static func seconds(_ seconds: Double) -> String {
        guard seconds.isFinite, (0..<1e9).contains(seconds) else { return "not known" }
        guard seconds >= 59.5 else { return seconds.formatted(decimals: seconds < 9.995 ? 2 : 0) + " s" }
        let whole = Int(seconds.rounded())
        return "\(whole / 60) min \(whole % 60) s"
    }

    static func size(_ size: ByteCount?) -> String { size?.description ?? "not known" }

    /// An RFC 3339 time to the minute, `2025-11-24 02:42 UTC`; other texts as they are.
    static func time(_ text: String) -> String {
        guard !text.isEmpty else { return "not said" }
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A, bytes.last == 0x5A,
            bytes.prefix(16).allSatisfy({ $0 < 0x80 })
        else { return text }
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    /// The first characters, with an ellipsis where there were more.
    static func cut(_ text: String, at limit: Int) -> String {
        let head = text.prefix(limit)
        return head.endIndex == text.endIndex ? text : head + "…"
    }

    /// `Critical`.
    static func name(_ severity: Severity) -> String {
        severity.name.prefix(1) + severity.name.dropFirst().lowercased()
    }

    /// Open findings from critical down to unknown: `0 / 2 / 14 / 60 / 1`.
    static func tally(_ counts: [Int]) -> String { counts.map { count($0) }.joined(separator: " / ") }

    /// The public page of an advisory; `nil` for numbers that are none of a known form.
    static func address(ofAdvisory id: String) -> String? {
        let isPlain = id.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x2D
        }
        guard isPlain else { return nil }
        if id.hasPrefix("CVE-") { return "https://nvd.nist.gov/vuln/detail/\(id)" }
        if id.hasPrefix("GHSA-") { return "https://github.com/advisories/\(id)" }
        if id.hasPrefix("RUSTSEC-") { return "https://rustsec.org/advisories/\(id)" }
        return nil
    }
}
