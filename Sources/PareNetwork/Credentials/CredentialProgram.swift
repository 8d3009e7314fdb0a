// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// A program that keeps credentials: `docker-credential-NAME`.
///
/// - SeeAlso: docker/docker-credential-helpers, "Development" in its README.
package struct CredentialProgram: Sendable {
    private let program: ShortProgram
    private let name: String
    /// The file that asks for it.
    private let file: String

    /// How long a program may think, in which it may ask the user's key ring or a cloud.
    package static let patience = Duration.seconds(10)

    private let patience: Duration

    /// - Throws: ``CredentialError/missingProgram(_:file:)``.
    init(
        _ suffix: String, file: String, environment: [String: String], patience: Duration = Self.patience
    ) throws(CredentialError) {
        self.patience = patience
        name = "docker-credential-" + suffix
        guard let executable = ShortProgram.find(name, environment: environment) else {
            throw .missingProgram(name, file: file)
        }
        program = ShortProgram(executable: executable, environment: environment)
        self.file = file
    }

    /// What is kept for a server; `nil` for nothing.
    ///
    /// - Throws: ``CredentialError/programFailed(_:verb:file:reason:)``; `CancellationError`.
    func credential(for server: String) async throws -> Credential? {
        guard let output = try await ask("get", Array(server.utf8)) else { return nil }
        let json = try? JSONValue(output, allowsTrailing: true)
        guard let json, let user = json["Username"]?.text, let secret = json["Secret"]?.text else {
            throw failure("get", "gave an answer without a user and a secret")
        }
        return user.isEmpty && secret.isEmpty ? nil : Credential(user: user, secret: secret)
    }

    func store(_ credential: Credential, for server: String) async throws {
        guard let (user, secret) = credential.kept else { return }
        let message = JSONValue.record([
            ("ServerURL", .string(server)), ("Username", .string(user)), ("Secret", .string(secret.text)),
        ])
        _ = try await ask("store", Array(message.indented.utf8))
    }

    /// Forgets what is kept for a server.
    ///
    /// - Returns: Whether there was something.
    func erase(_ server: String) async throws -> Bool {
        guard try await credential(for: server) != nil else { return false }
        return try await ask("erase", Array(server.utf8)) != nil
    }

    /// The answer to a question; `nil` where nothing is kept.
    private func ask(_ verb: String, _ input: [UInt8]) async throws -> [UInt8]? {
        var program = program
        program.arguments = [verb]
        do {
            let answer = try await program.answer(to: input, within: patience)
            if answer.code == 0 { return answer.output }
            let words = String(decoding: answer.output.prefix(1024), as: UTF8.self)
            if verb != "store", words.contains("credentials not found") { return nil }
            throw failure(verb, "failed with exit code \(answer.code)")
        } catch let error as ShortProgram.Failure {
            throw failure(verb, error.reason)
        }
    }

    private func failure(_ verb: String, _ reason: String) -> CredentialError {
        .programFailed(name, verb: verb, file: file, reason: reason)
    }
}

extension Credential {
    /// User and secret as programs and files keep them; `nil` for what is not kept.
    var kept: (user: String, secret: Secret)? {
        switch self {
        case .password(let user, let secret): (user, secret)
        case .identityToken(let secret): (Self.tokenUser, secret)
        case .registryToken: nil
        }
    }
}
