// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// A release line of Node.js and how long it is cared for.
///
/// - SeeAlso: `schedule.json` of github.com/nodejs/Release.
package struct NodeRelease: Sendable {
    package let major: Int
    /// In lower case, as it is used for image tags; `nil` for lines without long-term support.
    package let codename: String?
    /// When long-term support began or begins; `nil` as above.
    package let longTermSupport: Day?
    /// The last day with updates.
    package let end: Day

    package static let all: [NodeRelease] = [
        NodeRelease(
            major: 10, codename: "dubnium", longTermSupport: Day(2018, 10, 30), end: Day(2021, 4, 30)),
        NodeRelease(major: 11, codename: nil, longTermSupport: nil, end: Day(2019, 6, 1)),
        NodeRelease(major: 12, codename: "erbium", longTermSupport: Day(2019, 10, 21), end: Day(2022, 4, 30)),
        NodeRelease(major: 13, codename: nil, longTermSupport: nil, end: Day(2020, 6, 1)),
        NodeRelease(
            major: 14, codename: "fermium", longTermSupport: Day(2020, 10, 27), end: Day(2023, 4, 30)),
        NodeRelease(major: 15, codename: nil, longTermSupport: nil, end: Day(2021, 6, 1)),
        NodeRelease(
            major: 16, codename: "gallium", longTermSupport: Day(2021, 10, 26), end: Day(2023, 9, 11)),
        NodeRelease(major: 17, codename: nil, longTermSupport: nil, end: Day(2022, 6, 1)),
        NodeRelease(
            major: 18, codename: "hydrogen", longTermSupport: Day(2022, 10, 25), end: Day(2025, 4, 30)),
        NodeRelease(major: 19, codename: nil, longTermSupport: nil, end: Day(2023, 6, 1)),
        NodeRelease(major: 20, codename: "iron", longTermSupport: Day(2023, 10, 24), end: Day(2026, 4, 30)),
        NodeRelease(major: 21, codename: nil, longTermSupport: nil, end: Day(2024, 6, 1)),
        NodeRelease(major: 22, codename: "jod", longTermSupport: Day(2024, 10, 29), end: Day(2027, 4, 30)),
        NodeRelease(major: 23, codename: nil, longTermSupport: nil, end: Day(2025, 6, 1)),
        NodeRelease(
            major: 24, codename: "krypton", longTermSupport: Day(2025, 10, 28), end: Day(2028, 4, 30)),
        NodeRelease(major: 25, codename: nil, longTermSupport: nil, end: Day(2026, 6, 1)),
        NodeRelease(major: 26, codename: nil, longTermSupport: Day(2026, 10, 28), end: Day(2029, 4, 30)),
    ]

    package static func line(_ major: Int) -> NodeRelease? { all.first { $0.major == major } }

    /// The line to move to from one that is no longer cared for: the oldest under long-term support that has
    /// a year left, which is the smallest step that lasts.
    ///
    /// - Returns: `nil` where the line is still cared for, is not known, or nothing newer is.
    package static func successor(of major: Int, on day: Day) -> NodeRelease? {
        let isOld = line(major).map { $0.end < day } ?? (major < all[0].major)
        guard isOld else { return nil }
        let inAYear = Day(day.year + 1, day.month, day.day)
        return all.first {
            $0.major > major && ($0.longTermSupport.map { $0 <= day } ?? false) && $0.end >= inAYear
        }
    }
}
