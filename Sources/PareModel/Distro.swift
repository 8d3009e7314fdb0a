// SPDX-License-Identifier: Apache-2.0

/// The distribution an image is made of.
public struct Distro: Hashable, Sendable, Codable {
    /// `debian`, `ubuntu`, `alpine`, `wolfi`, `chainguard`, or another `ID` of os-release.
    public let family: String

    /// The release as the image says it: `12.5`, `3.19.1`, `20230201`.
    public let version: String

    /// The last day on which this release gets security updates that are free for all; `nil` where nobody said.
    public let endOfSupport: Day?

    public init(family: String, version: String, endOfSupport: Day? = nil) {
        self.family = family
        self.version = version
        self.endOfSupport = endOfSupport
    }
}
