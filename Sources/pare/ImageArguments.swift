// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

/// Where images are looked for that are not files.
struct ImageArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where names are looked for, in this order: docker,containerd,podman,remote.",
            valueName: "source,…"))
    var imageSrc: String?

    @Option(
        help: ArgumentHelp(
            "Where Docker's daemon listens, in place of DOCKER_HOST and contexts: unix://, tcp:// or ssh://.",
            valueName: "address"))
    var dockerHost: String?

    @Option(
        help: ArgumentHelp(
            "Where podman's service listens, in place of CONTAINER_HOST.", valueName: "address"))
    var podmanHost: String?

    /// What the options say, or else the variables `PARE_…` and `TRIVY_…` of the same names.
    func search(_ environment: [String: String]) throws -> ImageSearch {
        var search = ImageSearch()
        if let text = imageSrc ?? environment.option("IMAGE_SRC") {
            let names = text.split(separator: ",", omittingEmptySubsequences: false)
            search.sources = try names.map { name in
                guard let source = ImageSource(rawValue: String(name)) else {
                    let known = ImageSource.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("no image source '\(name)'; one of \(known)")
                }
                return source
            }
        }
        search.dockerHost = dockerHost ?? environment.option("DOCKER_HOST")
        search.podmanHost = podmanHost ?? environment.option("PODMAN_HOST")
        return search
    }
}

/// The platform in an option's text.
@Sendable func readPlatform(_ text: String) throws -> Platform {
    guard let platform = Platform(text) else {
        throw ValidationError("a platform is said as linux/amd64 or linux/arm64")
    }
    return platform
}
