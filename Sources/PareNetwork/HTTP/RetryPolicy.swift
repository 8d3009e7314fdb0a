// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1

/// How often a request is sent again when that may help.
package struct RetryPolicy: Sendable {
    /// At most, the first one included.
    package var tries: Int
    /// Requests that may do something twice when they are sent twice, such as POST, are sent again too.
    package var takesUnsafe: Bool
    /// Before the second try; each further pause is twice as long, and all are shortened at random by up to a half.
    package var firstPause: Duration
    /// No pause of our own is longer; one that the server asks for may be.
    package var longestPause: Duration

    package init(
        tries: Int = 5, takesUnsafe: Bool = false, firstPause: Duration = .milliseconds(400),
        longestPause: Duration = .seconds(15)
    ) {
        self.tries = tries
        self.takesUnsafe = takesUnsafe
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    package static let standard = RetryPolicy()
    package static let once = RetryPolicy(tries: 1)

    /// The same where there is another place, which is sooner asked than this one again and again.
    var hasty: RetryPolicy {
        var policy = self
        policy.tries = min(tries, 2)
        return policy
    }

    /// Statuses that may be another one soon: time-out, too early, too many requests, and a server's own troubles.
    static let passing: Set<Int> = [408, 425, 429, 500, 502, 503, 504]

    func allows(_ method: HTTPMethod) -> Bool {
        let idempotent: Set<String> = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]
        return takesUnsafe || idempotent.contains(method.rawValue)
    }

    /// The pause after a failed try, counted from 1.
    func pause(afterTry number: Int) -> Duration {
        let doublings = Double(1 << min(max(number - 1, 0), 20))
        return min(firstPause * doublings, longestPause) * Double.random(in: 0.5...1)
    }
}
