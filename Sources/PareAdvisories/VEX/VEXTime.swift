// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Milliseconds from 1970 to a day or an RFC 3339 time, `2024-05-06T07:08:09.1+02:00`; 0 for other texts.
func milliseconds(ofTime text: String) -> Int {
    guard let day = Day(text) else { return 0 }
    guard text.utf8.count > 10 else { return day.daysSince1970 * 86_400_000 }
    let clock = Array(text.utf8.dropFirst(11))
    func number(_ range: Range<Int>) -> Int? {
        guard clock.count >= range.upperBound else { return nil }
        return Int(String(decoding: clock[range], as: UTF8.self)).flatMap { (0...60).contains($0) ? $0 : nil }
    }
    guard let hour = number(0..<2), let minute = number(3..<5), let second = number(6..<8) else { return 0 }
    var rest = clock[8...]
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
        let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
        fraction = Int((String(decoding: digits, as: UTF8.self) + "000").prefix(3)) ?? 0
        rest = rest.dropFirst(digits.count + 1)
    }
    var offset = 0
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 6,
        let hours = number(rest.startIndex + 1..<rest.startIndex + 3),
        let minutes = number(rest.startIndex + 4..<rest.startIndex + 6)
    {
        offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    } else if !rest.isEmpty, !rest.elementsEqual("Z".utf8), !rest.elementsEqual("z".utf8) {
        return 0
    }
    let minutes = day.daysSince1970 * 1440 + hour * 60 + minute - offset
    return (minutes * 60 + second) * 1000 + fraction
}

extension Day {
    /// By the rule of the Gregorian calendar; years have four digits.
    fileprivate var daysSince1970: Int {
        let shifted = month > 2 ? year : year - 1
        let months = ((month + 9) % 12 * 153 + 2) / 5
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + months + day - 719_469
    }
}
