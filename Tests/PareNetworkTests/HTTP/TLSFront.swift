// SPDX-License-Identifier: Apache-2.0
import Foundation
import NetworkServers
import PareBytes

/// OpenSSL in front of a server that knows no TLS.
final class TLSFront: Sendable {
    private let process: ServerProcess
    private let folder: ScratchFolder
    let port: Int

    /// `clients` is the file of the authority of clients' certificates, with `!` before it where they must have one.
    init(_ server: HTTPServer, _ identity: CertificateFiles, clients: String? = nil) async throws {
        let script = URL(filePath: #filePath).appending(path: "../../Fixtures/tls-front.py")
            .standardizedFileURL
        folder = try ScratchFolder(name: "pare-tls")
        process = try ServerProcess(
            ["python3", script.path, identity.certificate, identity.key, "\(server.port)"]
                + (clients.map { [$0] } ?? []), log: folder.path + "/log")
        let line = try await process.line(with: "port ")
        port = Int(line.dropFirst(5)) ?? 0
    }

    /// The common names of the certificates that clients showed so far, or `-` for those who showed none.
    var clients: [String] { process.log.split(separator: "\n").dropFirst().map(String.init) }

    func url(_ host: String = "127.0.0.1") -> String { "https://\(host):\(port)" }
}

/// Certificates that servers and clients of a test show.
struct Certificates: Sendable {
    let authority: String
    let server: CertificateFiles
    let expired: CertificateFiles
    /// For `elsewhere.example`.
    let other: CertificateFiles
    let client: CertificateFiles
    private let signer: TestAuthority

    init() async throws {
        signer = try await TestAuthority()
        authority = signer.files.certificate
        server = try await signer.issue(.server)
        expired = try await signer.issue(.expiredServer)
        other = try await signer.issue(.otherServer)
        client = try await signer.issue(.client)
    }
}
