// SPDX-License-Identifier: Apache-2.0
package import PareImage
package import PareModel

/// Finds an image in the first engine of several places that has it.
///
/// - Parameters:
///   - name: As a person writes it, or an id.
///   - hosts: Where engines may listen.
///   - program: What a host reached by `ssh` is to run: `docker` or `podman`.
///   - platform: What the image must be for; anything where it is `nil`.
///   - options: How the network may be used.
/// - Returns: The image, whose layers come when they are read.
/// - Throws: What kept the first engine from giving it that is there at all; ``EngineSourceError/noSocket(_:)`` where
///   none is; `CancellationError`.
package func engineImage(
    _ name: String, at hosts: [EngineHost], program: String, platform: Platform?, options: NetworkOptions
) async throws -> Image {
    var failure: (any Error)?
    var missing: [String] = []
    for host in hosts {
        do {
            let client = try EngineClient(host, program: program, options: options)
            return try await client.image(name, platform: platform)
        } catch EngineSourceError.noSocket(let paths, _) {
            missing += paths
        } catch {
            try Task.checkCancellation()
            failure = failure ?? error
        }
    }
    throw failure ?? EngineSourceError.noSocket(missing, program == "docker" ? .docker : .podman)
}
