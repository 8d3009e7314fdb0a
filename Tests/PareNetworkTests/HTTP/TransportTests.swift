// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOCore
import NIOHTTP1
import NetworkServers
import PareBytes
import PareModel
import Synchronization
import Testing

@testable import PareNetwork

extension NetworkOptions {
    /// Short limits for servers on loopback.
    static func quick(_ change: (inout NetworkOptions) -> Void = { _ in }) -> NetworkOptions {
        var options = NetworkOptions(environment: [:])
        (options.patience, options.timeLimit) = (.seconds(20), .seconds(60))
        change(&options)
        return options
    }
}

extension RetryPolicy {
    static let quick = RetryPolicy(tries: 4, firstPause: .milliseconds(1), longestPause: .milliseconds(2))
}

extension Transport {
    /// The status that a request ends with.
    func status(_ request: HTTPRequest, retrying policy: RetryPolicy = .quick) async throws -> Int {
        try await perform(request, retrying: policy).status
    }
}

/// Runs a test with a transport, and closes it.
func withTransport<Value>(
    _ options: NetworkOptions = .quick(), _ body: (Transport) async throws -> Value
) async throws -> Value {
    let transport = try Transport(options)
    do {
        let value = try await body(transport)
        await transport.close()
        return value
    } catch {
        await transport.close()
        throw error
    }
}

/// The error that something ends with.
func networkError(_ work: () async throws -> some Any) async -> NetworkError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? NetworkError
    }
}

@Suite struct TransportTests {
    @Test func sendsOnceAndGivesAnyStatus() async throws {
        let server = try HTTPServer { _, line in line.answer(503, ["Location": "/x"], "busy") }
        let answer = try await withTransport { transport in
            let answer = try await transport.send(HTTPRequest(.GET, server.url + "/a?b=c"))
            #expect(try await answer.body.collect(limit: 10, from: "") == Array("busy".utf8))
            return answer
        }
        #expect(answer.status == 503)
        #expect(server.requests.map(\.target) == ["/a?b=c"])
        #expect(server.requests.first?.headers["accept-encoding"] == "identity")
    }

    @Test func sendsBodies() async throws {
        let server = try HTTPServer { _, line in line.answer(201) }
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try await withTransport { transport in
            _ = try await transport.send(HTTPRequest(.PUT, server.url, body: .bytes(bytes)))
        }
        #expect(server.requests.first?.body == bytes)
    }

    @Test func speaksThroughUnixSockets() async throws {
        let folder = try ScratchFolder(name: "pare-socket")
        let path = folder.path + "/d.sock"
        let server = try HTTPServer(socket: path) { _, line in line.answer(200, [:], "from the socket") }
        let host = path.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F")
        let variables = ["HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"]
        let bytes = try await withTransport(.quick { $0.environment = variables }) { transport in
            try await transport.fetch("http+unix://\(host)/v1.41/version?x=1", limit: 100)
        }
        #expect(bytes == Array("from the socket".utf8))
        #expect(server.requests.map(\.target) == ["/v1.41/version?x=1"])
    }

    @Test func triesAgain() async throws {
        let count = Mutex(0)
        let server = try HTTPServer { _, line in
            switch count.withLock({
                $0 += 1; return $0
            }) {
            case 1: line.answer(429, ["Retry-After": "0"])
            case 2: line.close()
            case 3: line.answer(500)
            default: line.answer(200, [:], "at last")
            }
        }
        try await withTransport { transport in
            let answer = try await transport.perform(HTTPRequest(.GET, server.url), retrying: .quick)
            #expect(answer.status == 200)
            #expect(try await answer.body.collect(limit: 10, from: "") == Array("at last".utf8))
        }
        #expect(server.requests.count == 4)
    }

    @Test func triesUnsafeMethodsOnceOnly() async throws {
        let server = try HTTPServer { _, line in line.answer(503) }
        try await withTransport { transport in
            let first = try await transport.status(HTTPRequest(.POST, server.url), retrying: .quick)
            #expect(first == 503)
            #expect(server.requests.count == 1)
            var policy = RetryPolicy.quick
            policy.takesUnsafe = true
            let second = try await transport.status(HTTPRequest(.POST, server.url), retrying: policy)
            #expect(second == 503)
            #expect(server.requests.count == 5)
        }
    }

    @Test(arguments: ["3600", "Fri, 01 Jan 2999 00:00:00 GMT"])
    func waitsNotBeyondTheLimit(_ pause: String) async throws {
        let server = try HTTPServer { _, line in line.answer(429, ["Retry-After": pause]) }
        try await withTransport { transport in
            let status = try await transport.status(HTTPRequest(.GET, server.url), retrying: .quick)
            #expect(status == 429)
        }
        #expect(server.requests.count == 1)
    }

    @Test func triesNothingOffline() async throws {
        let server = try HTTPServer { _, line in line.answer(200) }
        try await withTransport(.quick { $0.isOffline = true }) { transport in
            for url in [server.url + "/?sig=s3cret", "http://no-such-host.invalid/"] {
                let error = await networkError { try await transport.perform(HTTPRequest(.GET, url)) }
                guard case .offline = error else {
                    Issue.record("\(url): \(String(describing: error))")
                    continue
                }
                #expect(error?.problem.contains("s3cret") == false)
            }
        }
        #expect(server.connections == 0)
    }

    /// Whoever has given up on a server that never finishes the handshake does not wait for it.
    @Test func waitsForNoHandshakeInTheEnd() async throws {
        let (silent, port) = try listeningSocket()
        defer { close(silent) }
        var options = NetworkOptions.quick()
        options.connectLimit = .seconds(3600)
        options.timeLimit = .milliseconds(300)
        let transport = try Transport(options)
        let error = await networkError {
            try await transport.perform(HTTPRequest(.GET, "https://127.0.0.1:\(port)/"))
        }
        guard case .timedOut(_, .total) = error else {
            Issue.record("\(error?.problem ?? "no error")")
            return
        }
        let isClosed = Mutex(false)
        Task {
            await transport.close()
            isClosed.withLock { $0 = true }
        }
        #expect(await eventually { isClosed.withLock { $0 } })
    }

    @Test func tellsFailuresApart() async throws {
        let (closed, port) = try listeningSocket()
        close(closed)
        let garbage = try HTTPServer { _, line in line.send("SSH-2.0-OpenSSH_9.2\r\n\r\n") }
        let cutHead = try HTTPServer { _, line in
            line.send("HTTP/1.1 200 OK\r\nContent-Le")
            line.close()
        }
        try await withTransport { transport in
            func expect(_ url: String, _ expected: NetworkError) async {
                let error = await networkError {
                    try await transport.perform(HTTPRequest(.GET, url), retrying: .once)
                }
                #expect(error == expected)
            }
            let refused = "http://127.0.0.1:\(port)/"
            await expect(refused, .refused(url: refused))
            let unknown = "http://no-such-host.invalid/"
            await expect(unknown, .unknownHost(url: unknown, host: "no-such-host.invalid"))
            await expect(garbage.url, .badAnswer(url: garbage.url + "/", reason: "it is not HTTP"))
            await expect(cutHead.url, .cut(url: cutHead.url + "/"))
            await expect("nonsense", .badAddress("nonsense"))
            let socket = "http+unix://%2Fno%2Fsuch.sock/"
            await expect(socket, .unreachable(url: socket, reason: "no such file or directory"))
        }
    }
}

@Suite struct BodyTests {
    @Test func endsWaitingForAHead() async throws {
        let server = try HTTPServer { _, line in line.wait() }
        let error = try await readAll(server.url, .quick { $0.patience = .milliseconds(800) })
        #expect(error == .timedOut(url: server.url + "/", .silence(.milliseconds(800))))
    }

    private func readAll(_ url: String, limit: Int = 1 << 20, _ options: NetworkOptions = .quick())
        async throws
        -> NetworkError?
    {
        try await withTransport(options) { transport in
            await networkError {
                let answer = try await transport.perform(HTTPRequest(.GET, url), retrying: .once)
                return try await answer.body.collect(limit: limit, from: answer.url)
            }
        }
    }

    @Test(arguments: [
        "Content-Length: 100\r\n\r\nshort", "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        "Transfer-Encoding: chunked\r\n\r\n50\r\nshort",
    ])
    func noticesCuts(_ rest: String) async throws {
        let server = try HTTPServer { _, line in
            line.send("HTTP/1.1 200 OK\r\n" + rest)
            line.close()
        }
        #expect(try await readAll(server.url) == .cut(url: server.url + "/"))
    }

    @Test func endsEndlessBodies() async throws {
        let server = try HTTPServer { _, line in
            line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while line.send("1000\r\n" + String(repeating: "x", count: 4096) + "\r\n") {}
        }
        #expect(
            try await readAll(server.url, limit: 100_000) == .tooLong(url: server.url + "/", limit: 100_000))
    }

    @Test func endsSilence() async throws {
        let server = try HTTPServer { _, line in
            line.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst")
            line.wait()
        }
        let error = try await readAll(server.url, .quick { $0.patience = .milliseconds(300) })
        #expect(error == .timedOut(url: server.url + "/", .silence(.milliseconds(300))))
    }

    @Test func endsDripsAtTheTotalLimit() async throws {
        let server = try HTTPServer { _, line in
            line.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while line.send("x") { usleep(20_000) }
        }
        let error = try await readAll(server.url, .quick { $0.timeLimit = .milliseconds(700) })
        #expect(error == .timedOut(url: server.url + "/", .total(.milliseconds(700))))
    }

    /// The limit that is told is that of this exchange, and not the usual one.
    @Test func aDeadlineIsToldAsItIs() async throws {
        let server = try HTTPServer { _, line in line.wait() }
        let error = try await withTransport { transport in
            await networkError {
                try await transport.send(
                    HTTPRequest(.GET, server.url), until: Deadline(after: .milliseconds(300)))
            }
        }
        #expect(error == .timedOut(url: server.url + "/", .total(.milliseconds(300))))
    }

    @Test func refusesEncodingsNobodyAskedFor() async throws {
        let server = try HTTPServer { _, line in line.answer(200, ["Content-Encoding": "GZIP"], "\u{1f}") }
        guard case .badAnswer(_, let reason) = try await readAll(server.url) else {
            Issue.record("was taken")
            return
        }
        #expect(reason.contains("'gzip'"))
    }

    @Test func canBeLeftUnreadAndNotReadTwice() async throws {
        let server = try HTTPServer { _, line in
            line.answer(200, [:], String(repeating: "x", count: 1_000_000))
        }
        try await withTransport { transport in
            for _ in 0..<20 { _ = try await transport.send(HTTPRequest(.GET, server.url)) }
            let answer = try await transport.send(HTTPRequest(.GET, server.url))
            #expect(try await answer.body.collect(limit: 1 << 20, from: "").count == 1_000_000)
            #expect(await networkError { try await answer.body.collect(limit: 1 << 20, from: "") } != nil)
        }
    }
}
