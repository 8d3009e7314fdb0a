// SPDX-License-Identifier: Apache-2.0

/// What an image runs on, in the words of Go and of image indexes: `linux/arm64`, `linux/arm/v7`.
public struct Platform: Hashable, Sendable, Codable {
    public let os: String
    /// `amd64`, `arm64`.
    public let architecture: String
    /// `v8`; empty where it is not said.
    public let variant: String

    public init(os: String = "linux", architecture: String, variant: String = "") {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// The platform written as `OS/ARCHITECTURE` or `OS/ARCHITECTURE/VARIANT`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), !parts.contains("") else { return nil }
        self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : "")
    }

    /// Linux on the processor that this program runs on.
    public static var host: Platform {
        #if arch(arm64)
            Platform(architecture: "arm64")
        #elseif arch(x86_64)
            Platform(architecture: "amd64")
        #elseif arch(riscv64)
            Platform(architecture: "riscv64")
        #elseif arch(s390x)
            Platform(architecture: "s390x")
        #else
            Platform(architecture: "unknown")
        #endif
    }
}

extension Platform: CustomStringConvertible {
    public var description: String { "\(os)/\(architecture)" + (variant.isEmpty ? "" : "/\(variant)") }
}
