// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes

/// A certificate with its key, as files in PEM.
package struct CertificateFiles: Sendable {
    package let certificate: String
    package let key: String
}

/// An authority of the tests, made by `openssl`, that nothing on this machine trusts by itself.
package final class TestAuthority: Sendable {
    /// What a certificate is good for.
    package enum Purpose: String, CaseIterable, Sendable {
        /// For 127.0.0.1 and localhost.
        case server
        case expiredServer
        /// For `elsewhere.example`, which no test asks.
        case otherServer
        /// What a client shows.
        case client
    }

    /// The authority's own.
    package let files: CertificateFiles
    private let folder: ScratchFolder

    package init() async throws {
        folder = try ScratchFolder(name: "pare-authority")
        files = CertificateFiles(certificate: folder.path + "/ca.crt", key: folder.path + "/ca.key")
        try await openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "30",
            "-subj", "/CN=Authority of pare's tests", "-keyout", files.key, "-out", files.certificate)
    }

    /// Signs a new certificate.
    package func issue(_ purpose: Purpose) async throws -> CertificateFiles {
        let stem = "\(folder.path)/\(purpose.rawValue)"
        let made = CertificateFiles(certificate: stem + ".crt", key: stem + ".key")
        try await openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=\(purpose.rawValue)", "-keyout", made.key, "-out", stem + ".csr")
        let names = purpose == .otherServer ? "DNS:elsewhere.example" : "IP:127.0.0.1,DNS:localhost"
        let use = purpose == .client ? "clientAuth" : "serverAuth"
        try writeFile(
            Array("subjectAltName=\(names)\nextendedKeyUsage=\(use)\n".utf8), to: stem + ".ext",
            replacing: true)
        try await openssl(
            "x509", "-req", "-in", stem + ".csr", "-CA", files.certificate, "-CAkey", files.key, "-days",
            purpose == .expiredServer ? "-1" : "30", "-extfile", stem + ".ext", "-out", made.certificate)
        return made
    }
}

/// Runs a program to its end, without taking a thread meanwhile: servers of the same tests go on answering it.
///
/// - Throws: ``ServerFailure`` with what it said, where it failed or is not installed.
@discardableResult
package func runTool(_ words: [String], input: [UInt8] = []) async throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    let folder = try ScratchFolder(name: "pare-tool")
    let paths = ["input", "output", "errors"].map { "\(folder.path)/\($0)" }
    for path in paths { try writeFile(path.hasSuffix("input") ? input : [], to: path, replacing: true) }
    process.standardInput = FileHandle(forReadingAtPath: paths[0])
    process.standardOutput = FileHandle(forWritingAtPath: paths[1])
    process.standardError = FileHandle(forWritingAtPath: paths[2])
    let status = try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do {
            try process.run()
        } catch {
            process.terminationHandler = nil
            continuation.resume(throwing: error)
        }
    }
    guard status == 0 else {
        let said = String(decoding: try readFile(paths[2]), as: UTF8.self)
        throw ServerFailure("'\(words.joined(separator: " "))' gave \(status): \(said)")
    }
    return try readFile(paths[1])
}

private func openssl(_ words: String...) async throws { try await runTool(["openssl"] + words) }
