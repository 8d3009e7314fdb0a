// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Certificates of an authority of our own, made by openssl.
struct Authority: Sendable {
    let folder: String
    /// The authority's own certificate.
    var certificate: String { folder + "/ca.pem" }

    /// Made once for all tests.
    static let shared = Result {
        let folder = NSTemporaryDirectory() + "pare-authority-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        removedAtExit.withLock { $0.append(folder) }
        atexit { removedAtExit.withLock { $0 }.forEach { try? FileManager.default.removeItem(atPath: $0) } }
        return try Authority(in: folder)
    }

    init(in folder: String) throws {
        self.folder = folder
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=Authority of tests", "-keyout", folder + "/ca.key", "-out", certificate)
        try issue("good", names: "DNS:registry.test,DNS:localhost,IP:127.0.0.1")
        try issue("expired", names: "DNS:registry.test,DNS:localhost,IP:127.0.0.1", days: -1)
        try issue("other", names: "DNS:other.test")
        try issue("client", names: "email:client@registry.test")
    }

    func path(_ name: String) -> (certificate: String, key: String) {
        (folder + "/\(name).pem", folder + "/\(name).key")
    }

    private func issue(_ name: String, names: String, days: Int = 30) throws {
        let (request, extensions) = (folder + "/\(name).csr", folder + "/\(name).ext")
        try "subjectAltName=\(names)\n".write(toFile: extensions, atomically: false, encoding: .utf8)
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", path(name).key, "-out", request)
        try openssl(
            "x509", "-req", "-in", request, "-CA", certificate, "-CAkey", folder + "/ca.key",
            "-CAcreateserial",
            "-days", "\(days)", "-extfile", extensions, "-out", path(name).certificate)
    }

    private func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw OpenSSLFailed(arguments: arguments) }
    }

    struct OpenSSLFailed: Error { let arguments: [String] }
}

private let removedAtExit = Mutex<[String]>([])

/// OpenSSL in front of a server that knows no TLS.
final class TLSFront: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()
    let port: Int

    /// `clients` is the authority of clients' certificates, with `!` before it where they must have one.
    init(_ server: HTTPServer, _ identity: (certificate: String, key: String), clients: String? = nil) throws
    {
        let script = URL(filePath: #filePath).appending(path: "../../Fixtures/tls-front.py")
            .standardizedFileURL
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            [script.path, identity.certificate, identity.key, "\(server.port)"]
            + (clients.map { [$0] } ?? [])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        guard let port = Int(readLine(output)) else { throw POSIXError(.EIO) }
        self.port = port
    }

    /// The common name of the next client's certificate, or `-`.
    func nextClient() -> String { readLine(output) }

    func url(_ host: String = "127.0.0.1") -> String { "https://\(host):\(port)" }

    // Not by SIGTERM, which what tests start may have blocked.
    deinit { kill(process.processIdentifier, SIGKILL) }
}

private func readLine(_ pipe: Pipe) -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(pipe.fileHandleForReading.fileDescriptor, &byte, 1) == 1, byte != 10 { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
}
