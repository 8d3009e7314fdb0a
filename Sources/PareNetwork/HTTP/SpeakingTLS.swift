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
        let bytes = try await leadingBytes(complaintLimit)
        let text = String(decoding: bytes, as: UTF8.self)
        if complaints.contains(where: text.contains) { throw NetworkError.wantsTLS(url: address.shown) }
        return HTTPAnswer(status: status, headers: headers, body: HTTPBody(of: bytes), url: url)
    }
}

extension HTTPBody {
    /// A body that has come already.
    init(of bytes: [UInt8]) {
        self.init {
            var rest = bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
            return AsyncIterator {
                defer { rest = nil }
                return rest
            }
        }
    }
}
