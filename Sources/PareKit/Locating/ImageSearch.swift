// SPDX-License-Identifier: Apache-2.0

/// Where an image of a name may be.
public enum ImageSource: String, CaseIterable, Sendable {
    case docker, containerd, podman
    /// The registry that the name leads to.
    case remote
}

/// Where images are looked for that are not files.
public struct ImageSearch: Sendable {
    /// In the order of the search.
    public var sources = ImageSource.allCases
    /// In place of what `DOCKER_HOST` and Docker's contexts say.
    public var dockerHost: String?
    /// In place of what `CONTAINER_HOST` says: the path of a socket, or an address.
    public var podmanHost: String?

    public init() {}
}
