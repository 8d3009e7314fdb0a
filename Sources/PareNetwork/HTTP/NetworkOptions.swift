// SPDX-License-Identifier: Apache-2.0

/// How the network may be used: what a user says by options, and by the environment.
package struct NetworkOptions: Sendable {
    /// `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`, `DOCKER_CONFIG` …
    package var environment: [String: String]
    /// Nothing is tried at all.
    package var isOffline = false
    /// Certificates are not verified, and plain HTTP is spoken where a registry has no TLS.
    package var isInsecure = false
    /// Files with certificates to trust besides the system's.
    package var authorities: [String] = []
    /// Files with a certificate of the user, and its key.
    package var clientCertificate: (certificate: String, key: String)?
    /// For making a connection; shorter than a silence, so that the two are told apart.
    package var connectLimit: Duration = .seconds(15)
    /// For one silence of the other side, not for the whole.
    package var patience: Duration = .seconds(30)
    /// For one operation with all its tries.
    package var timeLimit: Duration = .seconds(300)

    package init(environment: [String: String]) {
        self.environment = environment
    }
}
