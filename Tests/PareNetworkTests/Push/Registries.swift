// SPDX-License-Identifier: Apache-2.0
import NetworkServers
import PareBytes
import PareImage
import PareModel

@testable import PareNetwork

/// Calls with a client of registries, and closes it in any case.
func withClient<Value: Sendable>(
    credentials: any CredentialSource = NoCredentials(), _ body: (RegistryClient) async throws -> Value
) async throws -> Value {
    var options = NetworkOptions(environment: [:])
    options.timeLimit = .seconds(60)
    let transport = try Transport(options)
    do {
        let value = try await body(RegistryClient(transport, credentials: credentials))
        await transport.close()
        return value
    } catch {
        await transport.close()
        throw error
    }
}

extension DockerRegistry {
    /// Requests so far whose line in the log holds a text.
    func count(of text: String) -> Int { log.split(separator: "\n").count { $0.contains(text) } }

    /// Uploads that were begun and neither finished nor given up.
    func openUploads(_ repository: String) throws -> [String] {
        let folder = "\(storage)/docker/registry/v2/repositories/\(repository)/_uploads"
        // What was given up leaves an empty folder there.
        let uploads = (try? namesInFolder(folder)) ?? []
        return try uploads.filter { try namesInFolder("\(folder)/\($0)").contains("data") }
    }
}

/// What a tool says of an image in a registry.
func skopeo(_ words: String...) async throws -> [UInt8] {
    try await runTool(["skopeo", words[0], "--tls-verify=false"] + words.dropFirst())
}
