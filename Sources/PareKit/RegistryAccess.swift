// SPDX-License-Identifier: Apache-2.0
import PareNetwork

extension Setup {
    /// Works with registries as the user that Docker's and podman's files know; connections are closed afterwards.
    func withRegistries<Value>(_ work: (RegistryClient) async throws -> Value) async throws -> Value {
        try await withTransport { transport in
            try await work(RegistryClient(transport, credentials: CredentialStore(environment: environment)))
        }
    }
}
