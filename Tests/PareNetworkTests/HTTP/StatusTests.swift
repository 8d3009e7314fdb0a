// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import Testing

@testable import PareNetwork

@Suite struct StatusTests {
    /// Whatever stands in the place of the status, a request ends with an answer or an error.
    @Test(
        arguments: [
            "000", "001", "042", "099", "100", "101", "102", "199", "200", "999", "-01", "1e2", "2000",
        ],
        ["Content-Length: 2\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "\r\n"])
    func endsWithAnAnswerOrAnError(_ status: String, _ rest: String) async throws {
        let server = try HTTPServer { _, line in
            line.send("HTTP/1.1 \(status) X\r\n\(rest)")
            line.close()
        }
        try await withTransport { transport in
            for request in [
                HTTPRequest(.GET, server.url),
                HTTPRequest(.PUT, server.url, body: .bytes([UInt8](repeating: 7, count: 200_000))),
            ] {
                let error = await networkError {
                    let answer = try await transport.perform(request, retrying: .once)
                    #expect(answer.status >= 100)
                    _ = try await answer.body.collect(limit: 1000, from: answer.url)
                    return answer
                }
                if status.hasPrefix("0") {
                    #expect(error == .badAnswer(url: server.url + "/", reason: "it is not HTTP"))
                }
            }
        }
    }

    /// The same of a proxy, and of what comes through one.
    @Test(arguments: ["000", "099", "100", "199"])
    func proxiesAreNoException(_ status: String) async throws {
        let proxy = try HTTPServer { _, line in
            line.send("HTTP/1.1 \(status) X\r\nContent-Length: 2\r\n\r\n{}")
            line.close()
        }
        let options = NetworkOptions.quick {
            $0.environment = ["HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url]
        }
        try await withTransport(options) { transport in
            for url in ["http://registry.test/", "https://registry.test/"] {
                let error = await networkError {
                    try await transport.perform(HTTPRequest(.GET, url), retrying: .once)
                }
                #expect(error != nil)
            }
        }
    }
}
