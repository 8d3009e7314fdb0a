// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// A release line of a runtime or a distribution, and how long it is cared for.
package struct ReleaseLine: Sendable, Equatable {
    /// The name of its official image: `node`, `debian`.
    package let product: String
    /// `20`, `3.11`, `12`.
    package let line: String
    /// In lower case, as it is used for image tags: `iron`, `bookworm`.
    package let codename: String?
    package let released: Day?
    /// When long-term support began or begins; `nil` for lines without.
    package let longTermSupport: Day?
    /// The last day of the product's own security team, where others go on after it, as Debian LTS does.
    package let securityEnd: Day?
    /// The last day with security updates that are free for all; `nil` where it is not known yet.
    package let end: Day?
    /// The newest patch that is known: `20.20.2`.
    package let newest: String?
    package let newestDate: Day?
    /// Where this is from: addresses of pages.
    package let sources: [String]

    /// Whether there are no updates any more.
    package func hasEnded(on day: Day) -> Bool { end.map { $0 < day } ?? false }

    /// Whether it was released by a day; a table lists a line without the date only when it is out.
    func isReleased(on day: Day) -> Bool { released.map { $0 <= day } ?? true }

    /// The numbers of ``line``.
    var numbers: [Int] { line.split(separator: ".").compactMap { Int($0) } }
}

extension ReleaseLine: CustomStringConvertible {
    /// `Node.js 20`, `Debian 12 (bookworm)`.
    package var description: String {
        let names = [
            "node": "Node.js", "python": "Python", "debian": "Debian", "alpine": "Alpine",
            "ubuntu": "Ubuntu", "golang": "Go", "ruby": "Ruby", "php": "PHP",
        ]
        return "\(names[product] ?? product) \(shortName)"
    }

    /// `24`, `12 (bookworm)`.
    var shortName: String {
        let isDistribution = product == "debian" || product == "ubuntu"
        return line + (isDistribution ? codename.map { " (\($0))" } ?? "" : "")
    }
}
