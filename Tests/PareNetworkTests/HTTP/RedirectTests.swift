// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import Synchronization
import Testing

@testable import PareNetwork

@Suite struct RedirectTests {
    private static let secrets: HTTPHeaders = [
        "Authorization": "Bearer s3cret", "Cookie": "s3cret", "X-Registry-Auth": "s3cret", "Accept": "a/b",
    ]

    @Test(arguments: [301, 302, 303, 307, 308])
    func dropsWhatConvincesAtAnotherPort(_ status: Int) async throws {
        let store = try HTTPServer { _, line in line.answer(200, [:], "blob") }
        let target = store.url + "/blob?sig=1"
        let server = try HTTPServer { request, line in
            line.answer(status, ["Location": request.target == "/a" ? "/b" : target], "moved")
        }
        try await withTransport { transport in
            let answer = try await transport.perform(
                HTTPRequest(.GET, server.url + "/a", headers: Self.secrets))
            #expect(answer.status == 200)
            #expect(answer.url == target)
        }
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer s3cret", "Bearer s3cret"])
        #expect(server.connections == 1)
        #expect(store.requests.map(\.target) == ["/blob?sig=1"])
        #expect(store.requests[0].headers["accept"] == "a/b")
        #expect(!store.requests[0].headers.values.contains { $0.contains("s3cret") })
    }

    @Test func staysWithoutThemOnTheWayBack() async throws {
        let back = Later()
        let store = try HTTPServer { _, line in line.answer(307, ["Location": back.url + "/c"]) }
        let server = try HTTPServer { request, line in
            if request.target == "/c" { line.answer(200) } else { line.answer(307, ["Location": store.url]) }
        }
        back.set(server.url)
        try await withTransport { transport in
            _ = try await transport.perform(HTTPRequest(.GET, server.url, headers: Self.secrets))
        }
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer s3cret", nil])
    }

    @Test func sendsBodiesAgainOnlyWhereTheMethodStays() async throws {
        let server = try HTTPServer { request, line in
            switch request.target {
            case "/307": line.answer(307, ["Location": "/end"])
            case "/302": line.answer(302, ["Location": "/end"])
            default: line.answer(201)
            }
        }
        try await withTransport { transport in
            let kept = HTTPRequest(.PUT, server.url + "/307", body: .bytes([1, 2, 3]))
            let first = try await transport.status(kept)
            #expect(first == 201)
            let changed = HTTPRequest(.POST, server.url + "/302", body: .bytes([1, 2, 3]))
            let second = try await transport.status(changed)
            #expect(second == 302)
        }
        #expect(server.requests.map(\.target) == ["/307", "/end", "/302"])
        #expect(server.requests[1].body == [1, 2, 3])
    }

    @Test(arguments: [307, 308])
    func sendsASecretToOneServerOnly(_ status: Int) async throws {
        let thief = try HTTPServer { _, line in line.answer(200) }
        let server = try HTTPServer { request, line in
            switch request.target {
            case "/near": line.answer(status, ["Location": "/far"])
            default: line.answer(status, ["Location": thief.url + "/x?y"])
            }
        }
        try await withTransport { transport in
            var request = HTTPRequest(.POST, server.url + "/near", body: .bytes(Array("s3cret".utf8)))
            request.isBodySecret = true
            let error = await networkError { try await transport.perform(request) }
            #expect(error == .secretRedirect(url: server.url + "/far", to: thief.url + "/x"))
        }
        #expect(server.requests.map(\.body.count) == [6, 6])
        #expect(thief.requests.isEmpty)
    }

    @Test func endsLoops() async throws {
        let server = try HTTPServer { _, line in line.answer(302, ["Location": "/"]) }
        let error = try await withTransport { transport in
            await networkError { try await transport.perform(HTTPRequest(.GET, server.url)) }
        }
        #expect(error == .tooManyRedirects(url: server.url + "/", limit: 10))
        #expect(server.requests.count == 11)
    }

    @Test(arguments: [
        "http+unix://%2Frun%2Fdocker.sock/containers/json", "file:///etc/passwd", "http://a\\@b/",
    ])
    func leadsNowhereElse(_ target: String) async throws {
        let server = try HTTPServer { _, line in line.answer(302, ["Location": target]) }
        try await withTransport { transport in
            switch await networkError({ try await transport.perform(HTTPRequest(.GET, server.url)) }) {
            case .refusedRedirect, .badAnswer: break
            case let other: Issue.record("\(String(describing: other))")
            }
        }
        #expect(server.requests.count == 1)
    }
}

/// An address that is known only after whoever needs it was made.
private final class Later: Sendable {
    private let text = Mutex("")
    var url: String { text.withLock { $0 } }
    func set(_ url: String) { text.withLock { $0 = url } }
}
