// SPDX-License-Identifier: Apache-2.0

/// Something installed in an image that has a name and a version, with the evidence it was read from.
public struct Package: Hashable, Sendable, Codable {
    /// What kind of record the package was read from; decides how it is looked up and compared.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case dpkg, apk, npm, python, gem, go, cargo, jar
        /// The Node.js runtime itself, read from its executable.
        case node
        /// The CPython runtime itself, read from its executable or library.
        case cpython
    }

    public let kind: Kind

    /// As written by its package manager: `libc6`, `@types/node`, `Flask`.
    public let name: String

    /// The whole version as its package manager writes it, epoch and revision included: `1:2.3-4`.
    public let version: String

    /// `amd64`, `all`, `x86_64`; where the record says so.
    public let architecture: String?

    /// The source package that feeds of distributions speak of; `nil` where it is the same in name and version.
    public let source: Source?

    public let evidence: Evidence

    /// A name and version of what a binary package was built from.
    public struct Source: Hashable, Sendable, Codable {
        public let name: String
        /// Empty for an apk package without an origin version.
        public let version: String
        public init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// The file a package was read from, and the layer that brought the package.
    public struct Evidence: Hashable, Sendable, Codable {
        /// Path in the image without a leading slash: `var/lib/dpkg/status`.  For a jar within a jar `outer.jar/inner.jar`.
        public let path: String
        /// Index of the first layer that holds this package in this version; `0` is the oldest.
        public let layer: Int
        public init(path: String, layer: Int) {
            self.path = path
            self.layer = layer
        }
    }

    public init(
        _ kind: Kind, name: String, version: String, architecture: String? = nil, source: Source? = nil,
        evidence: Evidence
    ) {
        self.kind = kind
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.evidence = evidence
    }
}

extension Package.Kind {
    /// Whether the distribution's package manager keeps the record.
    public var isOperatingSystem: Bool { self == .dpkg || self == .apk }
}
