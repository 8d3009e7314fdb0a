// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareBytes
import PareModel
import Testing

@testable import PareNetwork

@Suite struct TLSTests {
    let made: Certificates
    let server: HTTPServer

    init() async throws {
        made = try await Certificates()
        server = try HTTPServer { _, line in line.answer(200, [:], "secret things") }
    }

    private func get(_ url: String, _ options: NetworkOptions) async throws -> [UInt8] {
        try await withTransport(options) { transport in
            let answer = try await transport.perform(HTTPRequest(.GET, url), retrying: .once)
            return try await answer.body.collect(limit: 1 << 20, from: answer.url)
        }
    }

    private func failure(_ front: TLSFront, _ host: String, _ options: NetworkOptions) async throws
        -> NetworkError.TLSFailure?
    {
        let error = await networkError { try await get(front.url(host) + "/?sig=s3cret", options) }
        guard case .tls(let url, let failure) = error else {
            Issue.record("\(String(describing: error))")
            return nil
        }
        #expect(url == front.url(host) + "/")
        #expect(error?.hint != nil)
        return failure
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func trustsNamedAuthorities(_ host: String) async throws {
        let front = try await TLSFront(server, made.server)
        let folder = try ScratchFolder(name: "pare-roots")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/0.pem", withDestinationPath: made.authority)
        let options: [NetworkOptions] = [
            .quick { $0.authorities = [made.authority] },
            .quick { $0.environment = ["SSL_CERT_FILE": made.authority] },
            .quick { $0.environment = ["SSL_CERT_DIR": "/no/such:" + folder.path] },
            .quick { $0.isInsecure = true },
        ]
        for options in options {
            #expect(try await get(front.url(host), options) == Array("secret things".utf8))
        }
    }

    @Test func trustsNobodyElse() async throws {
        let good = try await TLSFront(server, made.server)
        #expect(try await failure(good, "127.0.0.1", .quick()) == .unknownAuthority)
        let other = NetworkOptions.quick {
            $0.environment = ["SSL_CERT_FILE": made.other.certificate]
        }
        #expect(try await failure(good, "localhost", other) == .unknownAuthority)
        #expect(server.requests.isEmpty)
    }

    @Test func tellsCertificatesApart() async throws {
        let options = NetworkOptions.quick { $0.authorities = [made.authority] }
        let expired = try await TLSFront(server, made.expired)
        #expect(try await failure(expired, "localhost", options) == .expired)
        let other = try await TLSFront(server, made.other)
        #expect(try await failure(other, "localhost", options) == .wrongName)
        #expect(try await failure(other, "127.0.0.1", options) == .wrongName)
        #expect(server.requests.isEmpty)
    }

    @Test func showsTheCertificateOfTheUser() async throws {
        let front = try await TLSFront(server, made.server, clients: "!" + made.authority)
        let without = NetworkOptions.quick { $0.authorities = [made.authority] }
        #expect(try await failure(front, "localhost", without) == .clientCertificateWanted)
        let with = NetworkOptions.quick {
            $0.authorities = [made.authority]
            $0.clientCertificate = (made.client.certificate, made.client.key)
        }
        #expect(try await get(front.url("localhost"), with) == Array("secret things".utf8))
        #expect(front.clients == ["client"])
    }

    @Test func showsItToNobodyElse() async throws {
        let store = try await TLSFront(server, made.server, clients: made.authority)
        let registry = try HTTPServer { _, line in line.answer(307, ["Location": store.url("localhost")]) }
        let front = try await TLSFront(registry, made.server, clients: made.authority)
        let options = NetworkOptions.quick {
            $0.authorities = [made.authority]
            $0.clientCertificate = (made.client.certificate, made.client.key)
        }
        #expect(try await get(front.url("localhost"), options) == Array("secret things".utf8))
        #expect(front.clients == ["client"])
        #expect(store.clients == ["-"])
    }

    @Test func leadsToPlainHTTPOnlyWhereInsecure() async throws {
        let registry = try HTTPServer { [server] _, line in line.answer(307, ["Location": server.url]) }
        let front = try await TLSFront(registry, made.server)
        let options = NetworkOptions.quick { $0.authorities = [made.authority] }
        let error = await networkError { try await get(front.url(), options) }
        #expect(error == .refusedRedirect(url: front.url() + "/", to: server.url + "/"))
        #expect(server.connections == 0)
        #expect(try await get(front.url(), .quick { $0.isInsecure = true }) == Array("secret things".utf8))
    }

    @Test func noticesPlainHTTPAndTLSInTheOthersPlace() async throws {
        let plain = "https://127.0.0.1:\(server.port)/"
        let failure = await networkError { try await get(plain, .quick()) }
        #expect(failure == .tls(url: plain, .notTLS))
        let front = try await TLSFront(server, made.server)
        let url = "http://127.0.0.1:\(front.port)/"
        let error = await networkError { try await get(url, .quick()) }
        // It closes the connection without a word.
        #expect(error == .wantsTLS(url: url))
    }

    /// As Go, nginx, Apache and Tomcat say it.
    @Test(arguments: [
        "Client sent an HTTP request to an HTTPS server.\n",
        "<center>The plain HTTP request was sent to HTTPS port</center>",
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        "Bad Request\nThis combination of host and port requires TLS.\n",
    ]) func readsThatTLSIsWanted(_ text: String) async throws {
        for head in [
            "HTTP/1.0 400 Bad Request\r\n", "HTTP/1.1 400 Bad\r\nContent-Length: \(text.utf8.count)\r\n",
        ] {
            let curt = try HTTPServer { _, line in
                line.send(head + "\r\n" + text)
                line.close()
            }
            let error = await networkError { try await get(curt.url, .quick()) }
            #expect(error == .wantsTLS(url: curt.url + "/"))
        }
        let other = try HTTPServer { _, line in line.answer(400, [:], "something else") }
        #expect(try await get(other.url, .quick()) == Array("something else".utf8))
    }

    /// More than complaints are long; of chunks it is not known before.
    @Test func whatIsNoComplaintIsWhole() async throws {
        let text = String(repeating: "something else ", count: 1000)
        let chunked = "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n"
        let piece = String(text.utf8.count, radix: 16) + "\r\n" + text
        for answer in ["HTTP/1.0 400 Bad\r\n\r\n" + text, chunked + piece + "\r\n0\r\n\r\n"] {
            let server = try HTTPServer { _, line in
                line.send(answer)
                line.close()
            }
            #expect(try await get(server.url, .quick()) == Array(text.utf8))
        }
        for length in [2000, 10_000] {
            let cut = try HTTPServer { _, line in
                line.send(chunked + piece.prefix(length))
                line.close()
            }
            #expect(await networkError { try await get(cut.url, .quick()) } == .cut(url: cut.url + "/"))
        }
    }

    @Test func noticesCutsUnderTLS() async throws {
        let cut = try HTTPServer { _, line in
            line.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
            line.close()
        }
        let front = try await TLSFront(cut, made.server)
        let options = NetworkOptions.quick { $0.isInsecure = true }
        #expect(await networkError { try await get(front.url(), options) } == .cut(url: front.url() + "/"))
    }

    @Test func saysWhichFileCannotBeUsed() async throws {
        let key = made.client.key
        let cases: [(NetworkOptions, String)] = [
            (.quick { $0.authorities = ["/no/such.pem"] }, "/no/such.pem"),
            (.quick { $0.authorities = [key] }, key),
            (.quick { $0.environment = ["SSL_CERT_FILE": "/no/such.pem"] }, "/no/such.pem"),
            (.quick { $0.clientCertificate = (key, key) }, key),
            (
                .quick { $0.clientCertificate = (made.authority, made.authority) },
                made.authority
            ),
        ]
        for (options, name) in cases {
            let error = await networkError { try await get("https://127.0.0.1:1/", options) }
            guard case .badSetting(name, _) = error else {
                Issue.record("\(String(describing: error)) for \(name)")
                continue
            }
        }
        #expect(try await get(server.url, .quick { $0.authorities = ["/no/such.pem"] }).count > 0)
    }
}
