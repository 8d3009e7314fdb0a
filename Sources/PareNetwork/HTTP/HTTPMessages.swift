// SPDX-License-Identifier: Apache-2.0
package import NIOCore
package import NIOHTTP1
package import PareBytes
import PareModel
import Synchronization

/// One request, which may be sent again as it is.
package struct HTTPRequest: Sendable {
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// A part of a file, read while it is sent.
        case part(MappedFile, Range<Int>)
    }

    package var method: HTTPMethod
    /// Absolute: `https://registry.example/v2/`, or `http+unix://%2Frun%2Fdocker.sock/version` over a socket.
    package var url: String
    package var headers: HTTPHeaders
    package var body: Body
    /// Whether the server may show any certificate; whom it redirects to may not.
    package var takesAnyCertificate = false
    /// Whether the server may ask for the user's certificate; whom it redirects to may not.
    package var showsCertificate = true
    /// Whether the body is for this server only: a redirect to another is refused.
    package var isBodySecret = false

    package init(
        _ method: HTTPMethod = .GET, _ url: String, headers: HTTPHeaders = [:], body: Body = .empty
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// The head of an answer, and its body as it comes.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: HTTPBody
    /// Where it came from, after redirects.
    package let url: String
}

/// Bytes of an answer, in the order and size they come in; can be read once.  Errors are ``NetworkError`` and
/// `CancellationError`.  A body that is not read to its end costs the connection, and nothing else.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer
    private let start: @Sendable () -> AsyncIterator

    init(_ start: @escaping @Sendable () -> AsyncIterator) { self.start = start }

    package struct AsyncIterator: AsyncIteratorProtocol {
        private var pull: () async throws -> ByteBuffer?

        init(_ pull: @escaping () async throws -> ByteBuffer?) { self.pull = pull }

        package mutating func next() async throws -> ByteBuffer? { try await pull() }
    }

    package func makeAsyncIterator() -> AsyncIterator { start() }

    /// The whole of a short body.
    ///
    /// - Throws: ``NetworkError/tooLong(url:limit:)`` beyond the limit.
    package func collect(limit: Int, from url: String) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in self {
            guard piece.readableBytes <= limit - bytes.count else {
                throw NetworkError.tooLong(url: url, limit: limit)
            }
            bytes.append(contentsOf: piece.readableBytesView)
        }
        return bytes
    }
}
