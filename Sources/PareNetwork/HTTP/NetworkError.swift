// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why the network did not give what was asked for.  Addresses stand in it without user names, passwords and queries.
package enum NetworkError: Explained, Hashable {
    /// The network is switched off.
    case offline(url: String)
    case badAddress(String)
    case unreachable(url: String, reason: String)
    case tooLong(url: String, limit: Int)

    package var problem: String {
        switch self {
        case .offline(let url): "the network is switched off, so '\(url)' was not asked"
        case .badAddress(let text): "'\(text)' is not an address"
        case .unreachable(let url, let reason): "cannot reach '\(url)': \(reason)"
        case .tooLong(let url, let limit): "what '\(url)' gives is longer than \(ByteCount(limit))"
        }
    }

    package var hint: String? {
        switch self {
        case .offline: "leave out '--offline', or unset PARE_OFFLINE"
        case .badAddress: nil
        case .unreachable: "look at the network, and at HTTPS_PROXY and NO_PROXY"
        case .tooLong: "look whether the address is the right one"
        }
    }
}
