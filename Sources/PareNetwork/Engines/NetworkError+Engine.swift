// SPDX-License-Identifier: Apache-2.0

extension NetworkError {
    /// The same of an engine as people name it, which is reached at an address that says nothing to them: that of a socket.
    func naming(_ host: String) -> NetworkError {
        switch self {
        case .offline: .offline(url: host)
        case .unknownHost(_, let name): .unknownHost(url: host, host: name)
        case .refused: .refused(url: host)
        case .unreachable(_, let reason): .unreachable(url: host, reason: reason)
        case .timedOut(_, let limit): .timedOut(url: host, limit)
        case .tls(_, let failure): .tls(url: host, failure)
        case .wantsTLS: .wantsTLS(url: host)
        case .cut: .cut(url: host)
        case .tooManyRedirects(_, let limit): .tooManyRedirects(url: host, limit: limit)
        case .refusedRedirect(_, let target): .refusedRedirect(url: host, to: target)
        case .secretRedirect(_, let target): .secretRedirect(url: host, to: target)
        case .tooLong(_, let limit): .tooLong(url: host, limit: limit)
        case .status(_, let status): .status(url: host, status)
        case .badAnswer(_, let reason): .badAnswer(url: host, reason: reason)
        case .badAddress, .proxy, .badSetting: self
        }
    }
}
