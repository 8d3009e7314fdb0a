// SPDX-License-Identifier: Apache-2.0
import PareNetwork

extension Setup {
    /// Lends a client of registries, whose connections are closed afterwards.
    func withRegistries<Value: Sendable>(
        _ work: (RegistryClient) async throws -> Value
    ) async throws -> Value {
        let transport = try Transport(NetworkOptions(environment: environment))
        do {
            let value = try await work(
                RegistryClient(transport, credentials: CredentialStore(environment: environment)))
            await transport.close()
            return value
        } catch {
            await transport.close()
            throw error
        }
    }
}
