// SPDX-License-Identifier: Apache-2.0

/// One header field of HTTP.
public struct HeaderField: Hashable, Sendable, Codable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Who decides on a field of a request.
    public enum Standing: Sendable {
        /// Whoever asks.
        case free
        /// Whoever holds the connection: it is set for every request as that needs it.
        case ofConnection
        /// Nobody: it would make something else of the exchange than one question and one answer.
        case barred
    }

    /// - SeeAlso: RFC 9110, sections 7.2, 7.6 and 8.6; RFC 9112, section 6.
    public var standing: Standing {
        switch name.lowercased() {
        case "host", "content-length", "connection", "keep-alive", "proxy-connection", "accept-encoding":
            .ofConnection
        case "transfer-encoding", "te", "trailer", "upgrade", "expect": .barred
        default: .free
        }
    }

    /// Whether the name is a token, and the value keeps to its line.
    ///
    /// - SeeAlso: RFC 9110, sections 5.5 and 5.6.2.
    public var isWellFormed: Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        let isToken = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: marks.contains(byte)
            }
        }
        return isToken && !name.isEmpty && value.utf8.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }
    }
}
