// SPDX-License-Identifier: Apache-2.0
import PareNetwork

/// How verbs may use the network, as a user says it; proxies, `SSL_CERT_FILE` and the like are in the environment.
public struct NetworkSettings: Sendable {
    /// Nothing is tried at all, not even a look-up of a name.
    public var isOffline = false
    /// Certificates are not verified, and plain HTTP is spoken too.
    public var isInsecure = false
    /// Files with certificates of authorities to trust besides the system's.
    public var authorities: [String] = []
    /// A file with the user's certificate.
    public var clientCertificate: String?
    /// A file with its key; the certificate's where it is `nil`.
    public var clientKey: String?
    /// For one operation with all its tries.
    public var timeLimit: Duration = .seconds(300)

    public init() {}

    /// The same for the network's module.
    func options(_ environment: [String: String]) -> NetworkOptions {
        var options = NetworkOptions(environment: environment)
        options.isOffline = isOffline
        options.isInsecure = isInsecure
        options.authorities = authorities
        options.clientCertificate = clientCertificate.map { ($0, clientKey ?? $0) }
        options.timeLimit = timeLimit
        options.patience = min(options.patience, timeLimit)
        return options
    }
}

extension Setup {
    /// What requests are sent with, in the way that the user wants; whoever takes it closes it.
    func transport() throws -> Transport { try Transport(network.options(environment)) }

    /// Works with connections that are closed afterwards.
    func withTransport<Value>(_ work: (Transport) async throws -> Value) async throws -> Value {
        let transport = try transport()
        do {
            let value = try await work(transport)
            await transport.close()
            return value
        } catch {
            await transport.close()
            throw error
        }
    }
}
