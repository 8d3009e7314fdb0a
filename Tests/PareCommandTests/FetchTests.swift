// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import Testing

/// What is fetched from an address, by the options of the network: here the table of release lines.
@Suite struct FetchTests {
    let cache: TemporaryFolder
    let server: OpenSSLServer

    init() async throws {
        cache = try TemporaryFolder()
        let table = DatabaseTests.table(of: "2099-01-01")
        let length = "Content-Length: \(table.utf8.count)\r\n\r\n"
        server = try await OpenSSLServer(
            answers: [
                "table": "HTTP/1.1 200 OK\r\n" + length + table,
                "moved":
                    "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /table\r\nContent-Length: 0\r\n\r\n",
                "downgraded":
                    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
                "gone": "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                "page": "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
                "long": "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 9_000_000),
                "cut": "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort",
            ], in: cache.path)
    }

    private func update(
        _ name: String, _ words: [String], _ environment: [String: String] = [:],
        interruptedAfter: Double? = nil
    ) throws -> Command {
        try Command(
            ["db", "update", "--release-lines", server.url + name] + words,
            .init(
                environment: ["XDG_CACHE_HOME": cache.path].merging(environment) { $1 },
                interruptedAfter: interruptedAfter))
    }

    private var file: String { cache.path + "/pare/release-lines.json" }

    @Test(arguments: ["table", "moved"])
    func takesATable(_ name: String) throws {
        let ways: [([String], [String: String])] = [
            (["--cacert", server.authority], [:]), (["--insecure"], [:]),
            ([], ["SSL_CERT_FILE": server.authority]),
            ([], ["PARE_CACERT": server.authority]), ([], ["TRIVY_INSECURE": "true"]),
            (["--cacert", server.authority, "--timeout", "1m30s"], ["PARE_OFFLINE": "false"]),
        ]
        for (words, environment) in ways {
            let command = try update(name, words, environment)
            #expect(command.status == 0 && command.output.contains("2099-01-01"), "\(words) \(command)")
            try FileManager.default.removeItem(atPath: file)
        }
    }

    /// Nothing is written.
    @Test(arguments: [
        ("downgraded", "http://127.0.0.1:1/"), ("gone", "answers 404"), ("page", "not JSON"),
        ("long", "longer than"),
        ("cut", "in the middle"),
    ])
    func saysWhatIsWrong(_ name: String, _ says: String) throws {
        let command = try update(name, ["--cacert", server.authority])
        #expect(command.failed(naming: says) && command.errors.contains(server.url + name), "\(command)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func trustsNoStranger() throws {
        let command = try update("table", [])
        #expect(command.failed(naming: "not trusted") && command.errors.contains("--cacert"), "\(command)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    /// Each switches the network off, whatever else is said.
    @Test(arguments: ["PARE_OFFLINE", "TRIVY_OFFLINE", "TRIVY_OFFLINE_SCAN"])
    func isOffByAVariable(_ name: String) throws {
        let command = try update("table", ["--insecure"], [name: "1"])
        #expect(command.failed(naming: "switched off"), "\(command)")
    }

    @Test(
        arguments: [
            (["--timeout", "0s"], [:]), (["--timeout", "5x"], [:]), (["--timeout", "m"], [:]),
            (["--timeout", "99999999999999999999h"], [:]), (["--client-key", "/dev/null"], [:]),
            ([], ["PARE_TIMEOUT": "soon"]), ([], ["PARE_OFFLINE": "perhaps"]),
            ([], ["TRIVY_INSECURE": "oui"]),
        ] as [([String], [String: String])])
    func refusesWhatItDoesNotUnderstand(_ words: [String], _ environment: [String: String]) throws {
        let command = try update("table", words, environment)
        #expect(command.status == 2 && command.output.isEmpty, "\(command)")
    }

    @Test func endsAtTheLimitAndByControlC() throws {
        let silent = try SilentServer()
        let words = ["db", "update", "--release-lines", "https://127.0.0.1:\(silent.port)/t.json"]
        let way = Command.Way(environment: ["XDG_CACHE_HOME": cache.path])
        let ended = try Command(words + ["--timeout", "300ms"], way)
        #expect(
            ended.failed(naming: "127.0.0.1:\(silent.port)") && ended.errors.contains("0.3 s"), "\(ended)")
        let interrupted = try Command(
            words, .init(environment: ["XDG_CACHE_HOME": cache.path], interruptedAfter: 1))
        #expect(interrupted.status == 130 && interrupted.leftovers.isEmpty, "\(interrupted)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }
}

/// OpenSSL's own server, which answers with files that hold whole answers.
final class OpenSSLServer: Sendable {
    private let process: ServerProcess
    private let signer: TestAuthority
    let url: String
    /// The file with the certificate that its own is signed by.
    var authority: String { signer.files.certificate }

    init(answers: [String: String], in folder: String) async throws {
        let place = folder + "/answers"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for (name, answer) in answers {
            try answer.write(toFile: place + "/" + name, atomically: false, encoding: .utf8)
        }
        signer = try await TestAuthority()
        let identity = try await signer.issue(.server)
        process = try ServerProcess(
            [
                "sh", "-c",
                "cd \"$0\" && exec openssl s_server -HTTP -accept 127.0.0.1:0 -cert \"$1\" -key \"$2\"",
                place, identity.certificate, identity.key,
            ], log: folder + "/server.log")
        let line = try await process.line(with: "ACCEPT 127.0.0.1:")
        url = "https://127.0.0.1:\(line.split(separator: ":").last ?? "")/"
    }
}

/// Takes connections and says nothing.
final class SilentServer: Sendable {
    private let listener: Int32
    let port: Int

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        port = Int(in_port_t(bigEndian: address.sin_port))
    }

    deinit { close(listener) }
}
