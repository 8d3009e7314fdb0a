// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import PareModel
import Testing

@testable import PareNetwork

/// A proxy that knows where a few names lead, and nothing else.
func proxyServer(_ places: [String: Int], password: String? = nil) throws -> HTTPServer {
    let wanted = password.map { "Basic " + Data($0.utf8).base64EncodedString() }
    return try HTTPServer { request, line in
        guard wanted == nil || request.headers["proxy-authorization"] == wanted else {
            return line.answer(407, ["Proxy-Authenticate": "Basic realm=\"proxy\""])
        }
        if request.method != "CONNECT" { return line.answer(200, [:], "by proxy") }
        guard let port = places[request.target] else {
            line.answer(502)
            return line.close()
        }
        line.send("HTTP/1.1 200 Connection established\r\n\r\n")
        line.relay(to: port)
        line.close()
    }
}

@Suite struct ProxyTests {
    private func get(_ url: String, _ environment: [String: String], authorities: [String] = []) async throws
        -> String
    {
        let options = NetworkOptions.quick {
            $0.environment = environment
            $0.authorities = authorities
        }
        return try await withTransport(options) { transport in
            let answer = try await transport.perform(HTTPRequest(.GET, url), retrying: .once)
            return String(
                decoding: try await answer.body.collect(limit: 1 << 20, from: answer.url), as: UTF8.self)
        }
    }

    @Test func makesTunnelsForTLS() async throws {
        let made = try await Certificates()
        let server = try HTTPServer { request, line in
            line.answer(200, [:], request.headers["proxy-authorization"] ?? "nothing")
        }
        let front = try await TLSFront(server, made.other)
        let proxy = try proxyServer(["elsewhere.example:443": front.port], password: "me:p@ss")
        let variable = ["HTTPS_PROXY": "http://me:p%40ss@127.0.0.1:\(proxy.port)"]
        let text = try await get("https://elsewhere.example/v2/", variable, authorities: [made.authority])
        #expect(text == "nothing")
        #expect(server.requests.map(\.target) == ["/v2/"])
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
    }

    @Test func looksAtCertificatesThroughTunnels() async throws {
        let made = try await Certificates()
        let server = try HTTPServer { _, line in line.answer(200) }
        let front = try await TLSFront(server, made.expired)
        let proxy = try proxyServer(["elsewhere.example:443": front.port])
        let error = await networkError {
            try await get(
                "https://elsewhere.example/", ["https_proxy": "127.0.0.1:\(proxy.port)"],
                authorities: [made.authority])
        }
        #expect(error == .tls(url: "https://elsewhere.example/", .expired))
    }

    @Test func asksForWholeAddressesWithoutTLS() async throws {
        let proxy = try proxyServer([:], password: "me:secret")
        let variable = ["http_proxy": "me:secret@127.0.0.1:\(proxy.port)"]
        #expect(try await get("http://registry.test:5000/v2/?n=1", variable) == "by proxy")
        #expect(proxy.requests.map(\.target) == ["http://registry.test:5000/v2/?n=1"])
        #expect(proxy.requests[0].headers["host"] == "registry.test:5000")
    }

    @Test func tellsWhatIsWrongWithTheProxy() async throws {
        let (closed, port) = try listeningSocket()
        close(closed)
        let proxy = try proxyServer([:], password: "me:secret")
        let open = try proxyServer([:])
        let (here, gone) = ("http://127.0.0.1:\(proxy.port)", "http://127.0.0.1:\(port)")
        let secure = "https://registry.test/"
        let plain = "http://registry.test/"
        let cases: [(String, String, String, NetworkError.ProxyFailure)] = [
            (secure, gone, gone, .unreachable("the connection was refused")),
            (plain, gone, gone, .unreachable("the connection was refused")),
            (secure, "http://me:wrong@127.0.0.1:\(proxy.port)", here, .refusesPassword),
            (plain, "http://me:wrong@127.0.0.1:\(proxy.port)", here, .refusesPassword),
            (plain, here, here, .wantsPassword),
            (secure, open.url, open.url, .refused("it makes no connection to 'registry.test:443'")),
            (
                plain, "http://no-such-proxy.invalid", "http://no-such-proxy.invalid",
                .unreachable("no host 'no-such-proxy.invalid' is known")
            ),
            (
                secure, "https://127.0.0.1:1", "https://127.0.0.1:1",
                .unsupported("tunnels through proxies that are reached by TLS are not built")
            ),
            (
                secure, "socks5://u:p@127.0.0.1:1", "socks5://127.0.0.1:1",
                .unsupported("passwords for SOCKS are not sent")
            ),
            (
                "https://10.0.0.1/", open.url, open.url,
                .unsupported("through it, a certificate for the bare address '10.0.0.1' cannot be checked")
            ),
            (
                secure, "gopher://u:p@127.0.0.1:1", "gopher://127.0.0.1:1",
                .unsupported("it is not an address such as http://host:3128")
            ),
        ]
        for (url, variable, shown, failure) in cases {
            let error = await networkError {
                try await get(url, ["HTTPS_PROXY": variable, "HTTP_PROXY": variable])
            }
            #expect(error == .proxy(address: shown, failure), "\(variable)")
            #expect(error?.problem.contains("wrong") == false && error?.problem.contains("u:p") == false)
        }
    }

    /// Whatever a password holds, no part of it is told.
    @Test(
        arguments: ["se?cret", "se#cret", "12#345", "12?345", "12/345", "se/cret", "a@12/345", "://12345"],
        ["http://", "", "socks5://"])
    func tellsNoPartOfAPassword(_ password: String, _ scheme: String) async throws {
        let variable = ["HTTPS_PROXY": "\(scheme)user:\(password)@127.0.0.1:9"]
        let error = await networkError { try await get("https://registry.test/", variable) }
        guard case .proxy(let shown, .unsupported) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(shown == scheme + "127.0.0.1:9")
        #expect(error?.problem.contains("'\(scheme)127.0.0.1:9") == true)
        #expect(error?.problem.contains("cret") == false && error?.problem.contains("345") == false)
        #expect(error?.hint?.contains("%2F %3F %23") == true)
    }

    /// A SOCKS proxy that takes one kind of greeting, and leads every name to one port.
    @Test func goesThroughSOCKS() async throws {
        let made = try await Certificates()
        let server = try HTTPServer { _, line in line.answer(200, [:], "by socks") }
        let front = try await TLSFront(server, made.other)
        for (url, port) in [
            ("https://elsewhere.example/", front.port), ("http://elsewhere.example/", server.port),
        ] {
            let proxy = try RawServer { line in
                guard line.receive(3) == [5, 1, 0] else { return }
                line.send([5, 0])
                guard line.receive(5) == [5, 1, 0, 3, 17] else { return }
                guard line.receive(17) == Array("elsewhere.example".utf8) else { return }
                _ = line.receive(2)
                line.send([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])
                line.relay(to: port)
            }
            let variable = ["ALL_PROXY": "socks5h://127.0.0.1:\(proxy.port)"]
            #expect(try await get(url, variable, authorities: [made.authority]) == "by socks")
        }
    }

    @Test func asksThisMachineDirectly() async throws {
        let server = try HTTPServer { _, line in line.answer(200, [:], "direct") }
        let proxy = try proxyServer([:])
        let variable = ["HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url, "ALL_PROXY": proxy.url]
        #expect(try await get(server.url, variable) == "direct")
        #expect(try await get("http://localhost:\(server.port)", variable) == "direct")
        #expect(proxy.connections == 0)
    }
}

@Suite struct ProxyVariablesTests {
    private func proxy(_ url: String, _ environment: [String: String]) throws -> String? {
        let address = try #require(WebAddress(url))
        return try Proxies(environment: environment).proxy(for: address)?.address.text
    }

    @Test(
        arguments: [
            ("https://a.example", ["HTTPS_PROXY": "http://p:1"], "http://p:1/"),
            ("https://a.example", ["https_proxy": "p:1"], "http://p:1/"),
            ("https://a.example", ["HTTP_PROXY": "http://p:1"], nil),
            ("https://a.example", ["HTTPS_PROXY": "", "https_proxy": "p"], "http://p/"),
            ("https://a.example", ["ALL_PROXY": "socks5://p"], "http://p:1080/"),
            ("https://a.example", ["all_proxy": "socks5h://p:9"], "http://p:9/"),
            ("https://a.example", ["ALL_PROXY": "q:1", "HTTPS_PROXY": "p:1"], "http://p:1/"),
            ("http://a.example", ["HTTPS_PROXY": "http://p:1"], nil),
            ("http://a.example", ["HTTP_PROXY": "https://p"], "https://p/"),
            ("http://a.example", ["HTTP_PROXY": "p:1", "REQUEST_METHOD": "GET"], nil),
            ("http://a.example", ["http_proxy": "p:1", "REQUEST_METHOD": "GET"], "http://p:1/"),
            ("http+unix://%2Frun%2Fdocker.sock/", ["HTTP_PROXY": "p:1", "ALL_PROXY": "p:1"], nil),
            ("http://127.0.0.1:5000", ["HTTP_PROXY": "p:1"], nil),
            ("http://127.9.9.9", ["HTTP_PROXY": "p:1"], nil),
            ("http://[::1]:5000", ["HTTP_PROXY": "p:1"], nil),
            ("http://LOCALHOST:5000", ["HTTP_PROXY": "p:1"], nil),
            ("http://localhost.example", ["HTTP_PROXY": "p:1"], "http://p:1/"),
        ] as [(String, [String: String], String?)])
    func areRead(_ url: String, _ environment: [String: String], _ expected: String?) throws {
        #expect(try proxy(url, environment) == expected)
    }

    @Test(arguments: [
        ("example.com", "example.com", false), ("example.com", "a.b.example.com", false),
        ("example.com", "badexample.com", true), ("EXAMPLE.com", "Example.COM", false),
        (".example.com", "example.com", true), (".example.com", "a.example.com", false),
        ("*.example.com", "example.com", true), ("*.example.com", "a.example.com", false),
        ("*", "anything.example", false), ("other, example.com", "example.com", false),
        ("other example.com", "example.com", false), ("example.com:5000", "example.com:5000", false),
        ("example.com:5000", "example.com", true), ("example.com:80", "example.com", false),
        ("10.1.2.3", "10.1.2.3", false), ("10.1.2.3", "10.1.2.30", true), ("10.1.2.3:80", "10.1.2.3", false),
        ("10.1.2.3:81", "10.1.2.3", true), ("10.0.0.0/8", "10.200.1.1", false),
        ("10.0.0.0/8", "11.0.0.1", true),
        ("10.1.2.128/25", "10.1.2.127", true), ("10.1.2.128/25", "10.1.2.129", false),
        ("10.0.0.0/33", "10.0.0.1", true), ("0.0.0.0/0", "8.8.8.8", false),
        ("10.0.0.0/8", "ten.example", true),
        ("fd00::/8", "[fd12::1]", false), ("[fd12::1]:80", "[fd12::1]", false),
        ("fd12::1", "[fd12::1]", false),
        ("fd12::1", "[fd12::2]", true), ("::ffff:10.0.0.1", "10.0.0.1", false), (":80", "example.com", true),
        ("com", "example.com", false), ("", "example.com", true), (",,", "example.com", true),
    ])
    func saysWhatIsAskedWithout(_ list: String, _ host: String, _ isProxied: Bool) throws {
        for name in ["NO_PROXY", "no_proxy"] {
            let found = try proxy("http://\(host)", ["HTTP_PROXY": "http://p:1", name: list])
            #expect((found != nil) == isProxied)
        }
    }
}
