// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1

/// What a proxy spoils in an answer.
package enum Fault: Sendable, Hashable {
    case none
    /// So many bytes of the answer, counted from its first line on, then the end of the connection.
    case cut(after: Int)
    /// As ``cut(after:)``, with a reset.
    case reset(after: Int)
    /// So many bytes of the answer, then silence.
    case stall(after: Int)
    /// Pieces of so many bytes, with a time between them.
    case drip(bytes: Int, every: Duration)
    /// Nothing is passed on; another answer comes in place.
    case status(Int, retryAfter: RetryAfter? = nil)
    /// A byte of the body, counted modulo its length, has another value.
    case wrongByte(at: Int)
    /// The body ends early, in one of the ways in which that can be hidden.
    case shortened(by: Int, Ending)
    /// More bytes than there are, with the length that goes with them.
    case longer(by: Int)
    /// The client is sent to another place, by default to the proxy's own ``FaultProxy/elsewhere``.
    case redirect(status: Int = 307, to: String? = nil)
    /// The body is followed by zeros for ever; the length is not said.
    case endless
    /// The body is packed and says so.
    case gzipped
    /// The range that an answer claims to hold begins so many bytes later than it does.
    case lyingRange(by: Int)
    /// The whole is given where a range was asked for.
    case ignoredRange
    /// The request is read, and nothing is ever answered.
    case silent
    /// The answer is as it should be, and later connections are refused.
    case thenRefuses
    /// So many bytes of the request's body are passed on, if it is PATCH, and the connection is closed without an answer.
    case cutUpload(after: Int)

    package enum RetryAfter: Sendable, Hashable {
        case seconds(Int)
        /// A date so many seconds from now.
        case date(in: Int)
        case text(String)

        var header: String {
            switch self {
            case .seconds(let count): return "\(count)"
            case .text(let text): return text
            case .date(let count):
                let format = DateFormatter()
                format.locale = Locale(identifier: "en_US_POSIX")
                format.timeZone = TimeZone(identifier: "GMT")
                format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
                return format.string(from: Date(timeIntervalSinceNow: Double(count)))
            }
        }
    }

    package enum Ending: Sendable, Hashable, CaseIterable {
        /// The length is the whole one; the connection is closed.
        case length
        /// In chunks, and the last chunk says that all is well.
        case chunks
        /// In chunks, and the last one never comes.
        case openChunks
        /// The length is that of what is left.
        case shortLength
    }

    /// Any fault that a client has to survive or report, its numbers drawn too.
    package static func drawn(using lottery: inout some RandomNumberGenerator) -> Fault {
        func some(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &lottery) }
        // Most cuts fall into the head or the first pages, some deep into a layer.
        let depth = some(0...2) == 0 ? some(0...600_000) : some(0...4_000)
        switch some(0...19) {
        case 0, 1: return .cut(after: depth)
        case 2: return .reset(after: depth)
        case 3: return .stall(after: depth)
        case 4: return .drip(bytes: some(1...20) * 500, every: .milliseconds(1))
        case 5:
            return .status(
                429, retryAfter: [.seconds(0), .seconds(1), .date(in: 1), .text("soon"), nil][some(0...4)])
        case 6:
            return .status([500, 502, 503, 504][some(0...3)], retryAfter: [nil, .seconds(0)][some(0...1)])
        case 7: return .status([401, 403, 404, 416, 204, 206, 418][some(0...6)])
        case 8, 9: return .wrongByte(at: some(0...1_000_000))
        case 10, 11:
            return .shortened(by: some(1...3_000), Ending.allCases[some(0...3)])
        case 12: return .longer(by: some(1...3_000))
        case 13: return .redirect(status: [301, 302, 303, 307, 308][some(0...4)])
        case 14: return .endless
        case 15: return .gzipped
        case 16: return .lyingRange(by: some(-2_000...2_000))
        case 17: return .ignoredRange
        case 18: return .silent
        default: return .thenRefuses
        }
    }
}
