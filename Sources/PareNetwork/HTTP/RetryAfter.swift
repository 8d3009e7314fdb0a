// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What a `Retry-After` header asks for: seconds, or a date in one of the three forms of HTTP.
///
/// - SeeAlso: RFC 9110, sections 10.2.3 and 5.6.7.
struct RetryAfter {
    let pause: Duration

    /// `nil` where the text is neither; `now` is in seconds since 1970.
    init?(_ text: String, now: Int) {
        let text = text.trimmingSpaces
        if !text.isEmpty, text.utf8.allSatisfy({ 48...57 ~= $0 }) {
            pause = .seconds(min(Int(text) ?? .max, Self.longest))
        } else if let date = httpDate(text) {
            pause = .seconds(min(max(0, date - now), Self.longest))
        } else {
            return nil
        }
    }

    /// A year: longer than anything is waited for, and far from overflow.
    private static let longest = 31_536_000
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
private func httpDate(_ text: String) -> Int? {
    var words = text.split { " -,:".contains($0) }.dropFirst().map(String.init)
    if words.count == 6 {
        words = [words[1], words[0], words[5], words[2], words[3], words[4]]
    } else if words.count != 7 || words.removeLast() != "GMT" {
        return nil
    }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard let day = Int32(words[0]), let month = months.firstIndex(of: words[1]), let year = Int32(words[2]),
        let hour = Int32(words[3]), let minute = Int32(words[4]), let second = Int32(words[5]),
        1...31 ~= day, 0...9999 ~= year, 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second
    else { return nil }
    var parts = tm()
    (parts.tm_mday, parts.tm_mon, parts.tm_hour, parts.tm_min, parts.tm_sec) =
        (day, Int32(month), hour, minute, second)
    // Two digits are of this century or the last one.
    parts.tm_year = year < 70 ? year + 100 : year < 100 ? year : year - 1900
    return timegm(&parts)
}

extension String {
    /// Without the white space of HTTP around it.
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
