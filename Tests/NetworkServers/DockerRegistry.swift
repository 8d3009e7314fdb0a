// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// Debian's `docker-registry` on a free port of 127.0.0.1, with a folder of its own, until it is stopped or this value goes.
package final class DockerRegistry: Sendable {
    /// What it asks of whoever comes.
    package enum Access: Sendable {
        case everybody
        /// Users and their passwords, with the basic scheme.
        case passwords([String: String])
        case tokens(TokenService)
    }

    /// With what it speaks TLS.
    package struct TLS: Sendable {
        let server: CertificateFiles
        let clientAuthority: String?

        /// - Parameters:
        ///   - server: What the registry shows.
        ///   - clientAuthority: The file of the authority that clients have to show a certificate of.
        package init(_ server: CertificateFiles, clientAuthority: String? = nil) {
            self.server = server
            self.clientAuthority = clientAuthority
        }
    }

    package let port: Int
    private let folder: ScratchFolder
    private let process: ServerProcess

    package init(_ access: Access = .everybody, tls: TLS? = nil, canDelete: Bool = true) async throws {
        folder = try ScratchFolder(name: "pare-registry")
        let configuration = try await Self.configuration(access, tls, canDelete, in: folder.path)
        try writeFile(Array(configuration.utf8), to: folder.path + "/config.yml", replacing: true)
        process = try ServerProcess(
            ["docker-registry", "serve", folder.path + "/config.yml"], log: folder.path + "/log")
        let line = try await process.line(with: "listening on 127.0.0.1:")
        let digits = line.split(separator: "listening on 127.0.0.1:").last?.prefix { $0.isNumber }
        guard let port = digits.flatMap({ Int($0) }) else { throw ServerFailure("no port in '\(line)'") }
        self.port = port
    }

    /// `127.0.0.1:PORT`.
    package var place: String { "127.0.0.1:\(port)" }

    /// What the registry said so far, a line for each request.
    package var log: String { process.log }

    /// Where it keeps its blobs, for tests that damage some.
    package var storage: String { folder.path + "/store" }

    /// Stops it and removes its folder; a second time does nothing.
    package func stop() {
        process.stop()
        folder.remove()
    }

    private static func configuration(_ access: Access, _ tls: TLS?, _ canDelete: Bool, in folder: String)
        async throws
        -> String
    {
        var lines = [
            "version: 0.1", "log: {accesslog: {disabled: false}, level: info}", "storage:",
            "  filesystem: {rootdirectory: \(folder)/store}", "  delete: {enabled: \(canDelete)}",
            "  maintenance: {uploadpurging: {enabled: false}}", "http:", "  addr: 127.0.0.1:0",
            "  secret: nothing-worth-hiding",
        ]
        if let tls {
            lines += [
                "  tls:", "    certificate: \(tls.server.certificate)", "    key: \(tls.server.key)",
            ]
            if let authority = tls.clientAuthority { lines += ["    clientcas: [\(authority)]"] }
        }
        switch access {
        case .everybody: break
        case .passwords(let users):
            var table: [String] = []
            for (user, password) in users {
                let line = try await runTool(
                    ["htpasswd", "-niB", "-C", "4", user], input: Array(password.utf8))
                table += String(decoding: line, as: UTF8.self).split(separator: "\n").map(String.init)
            }
            try writeFile(
                Array(table.joined(separator: "\n").utf8), to: folder + "/htpasswd", replacing: true)
            lines += ["auth:", "  htpasswd: {realm: pare-tests, path: \(folder)/htpasswd}"]
        case .tokens(let service):
            lines += [
                "auth:", "  token:", "    realm: \(service.realm)", "    service: \(service.name)",
                "    issuer: \(TokenService.issuer)", "    rootcertbundle: \(service.certificate)",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
