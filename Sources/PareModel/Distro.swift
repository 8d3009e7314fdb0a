// SPDX-License-Identifier: Apache-2.0

/// The distribution an image is made of.
public struct Distro: Hashable, Sendable, Codable {
    /// `debian`, `ubuntu`, `alpine`, `wolfi`, `chainguard`, or another `ID` of os-release.
    public let family: String

    /// The release as the image says it: `12.5`, `3.19.1`, `20230201`.
    public let version: String

    public init(family: String, version: String) {
        self.family = family
        self.version = version
    }
}
