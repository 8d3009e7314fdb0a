// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1

/// What servers that speak TLS say in the clear to those who do not.
///
/// - SeeAlso: Go, `net/http/server.go`; nginx, `ngx_http_special_response.c`; Apache, `ssl_engine_io.c`; Tomcat,
///   `TLSClientHelloExtractor`.
private let complaints = [
    "Client sent an HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port",
    "speaking plain HTTP to an SSL-enabled server port", "combination of host and port requires TLS",
]
/// Complaints are short, in bytes.
private let complaintLimit = 4096

extension HTTPAnswer {
    /// The same answer, unless it complains of a request that was not sent over TLS.
    ///
    /// - Throws: ``NetworkError/wantsTLS(url:)``.
    func unlessTLSIsWanted(at address: WebAddress) async throws -> HTTPAnswer {
        let length = headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        guard status == 400, length <= complaintLimit,
            headers["Content-Encoding"].isEmpty
        else { return self }
        let (bytes, body) = try await body.opened(complaintLimit)
        let text = String(decoding: bytes, as: UTF8.self)
        if complaints.contains(where: text.contains) { throw NetworkError.wantsTLS(url: address.shown) }
        return HTTPAnswer(status: status, headers: headers, body: body, url: url)
    }
}

extension HTTPBody {
    /// Reads the first bytes, as far as they come; the body that is given has them again, and then the rest.
    fileprivate func opened(_ limit: Int) async throws -> (leading: [UInt8], body: HTTPBody) {
        let opened = OpenedBody(makeAsyncIterator())
        let leading = try await opened.readAhead(limit)
        return (leading, HTTPBody { AsyncIterator { try await opened.next() } })
    }
}

/// A body of which some has come already.  One reader after the other uses it, never two at a time.
private final class OpenedBody: @unchecked Sendable {
    private var iterator: HTTPBody.AsyncIterator
    private var pieces: [ByteBuffer] = []
    /// What comes after the pieces, where that is known.
    private var end: Result<Void, NetworkError>?

    init(_ iterator: HTTPBody.AsyncIterator) { self.iterator = iterator }

    func readAhead(_ limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            while bytes.count < limit {
                guard let piece = try await iterator.next() else {
                    end = .success(())
                    break
                }
                pieces.append(piece)
                bytes.append(contentsOf: piece.readableBytesView)
            }
        } catch let error as NetworkError {
            end = .failure(error)
        }
        return bytes
    }

    func next() async throws -> ByteBuffer? {
        guard pieces.isEmpty else { return pieces.removeFirst() }
        guard let end else { return try await iterator.next() }
        try end.get()
        return nil
    }
}
