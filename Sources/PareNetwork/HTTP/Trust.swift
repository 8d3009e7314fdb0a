// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOCore
import NIOSSL
import PareBytes
import PareModel

extension NetworkOptions {
    /// How TLS is spoken.
    ///
    /// Trusted are the system's authorities, or in their place those of `SSL_CERT_FILE` and of all files in the folders
    /// of `SSL_CERT_DIR`, and besides them those that the user named.
    ///
    /// - Parameters:
    ///   - showsCertificate: Whether the user's certificate may be shown to the server.
    ///   - takesAny: Whether the server may show any certificate, as all may where the user says so.
    /// - Returns: What the library needs to know.
    /// - Throws: ``NetworkError/badSetting(name:reason:)`` where a file cannot be read.
    func tlsConfiguration(showsCertificate: Bool, takesAny: Bool = false) throws(NetworkError)
        -> TLSConfiguration
    {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // Whoever closes is done: nobody has to wait for the other side's farewell.
        configuration.shutdownTimeout = .milliseconds(100)
        if isInsecure || takesAny {
            configuration.certificateVerification = .none
        } else {
            configuration.certificateVerification = .fullVerification
            var named: [NIOSSLCertificate] = []
            for path in authorities { named += try certificates(in: path) }
            configuration.trustRoots = try roots(besides: named)
            configuration.additionalTrustRoots = [.certificates(named)]
        }
        if showsCertificate, let clientCertificate {
            configuration.certificateChain = try certificates(in: clientCertificate.certificate)
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try privateKey(in: clientCertificate.key))
        }
        return configuration
    }

    private func roots(besides named: [NIOSSLCertificate]) throws(NetworkError) -> NIOSSLTrustRoots {
        let file = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        let folders = (environment["SSL_CERT_DIR"] ?? "").split(separator: ":").map(String.init)
        guard file != nil || !folders.isEmpty else {
            if let bundle = Self.bundles.first(where: { access($0, R_OK) == 0 }) { return .file(bundle) }
            guard !named.isEmpty else {
                throw .badSetting(
                    name: Self.bundles[0], reason: "there are no certificates of authorities on this system")
            }
            return .certificates([])
        }
        var roots = try file.map { path throws(NetworkError) in try certificates(in: path) } ?? []
        for folder in folders { roots += certificates(ofFolder: folder) }
        return .certificates(roots)
    }

    /// Where distributions keep the certificates of authorities, in one file: Debian and Alpine, Fedora, SUSE, Red Hat.
    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    private static let sizeLimit = 16 << 20

    private func certificates(in path: String) throws(NetworkError) -> [NIOSSLCertificate] {
        let bytes = try contents(of: path)
        do {
            return try NIOSSLCertificate.fromPEMBytes(bytes)
        } catch {
            throw .badSetting(name: path, reason: "there is no certificate in PEM form in it")
        }
    }

    /// Those of all files that hold any: such folders hold links, notes and lists of revoked ones too.
    private func certificates(ofFolder folder: String) -> [NIOSSLCertificate] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { name in
                    String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.sorted().flatMap { (try? certificates(in: folder + "/" + $0)) ?? [] }
    }

    private func privateKey(in path: String) throws(NetworkError) -> NIOSSLPrivateKey {
        let bytes = try contents(of: path)
        do {
            // Without an answer of ours the library would ask for a password on the terminal.
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem) {
                (answer: NIOSSLPassphraseSetter<[UInt8]>) in
                answer([])
            }
        } catch {
            throw .badSetting(
                name: path, reason: "there is no private key in PEM form in it, or it needs a password")
        }
    }

    private func contents(of path: String) throws(NetworkError) -> [UInt8] {
        do {
            return try readFile(path, limit: Self.sizeLimit)
        } catch {
            throw .badSetting(name: path, reason: error.problem)
        }
    }
}
