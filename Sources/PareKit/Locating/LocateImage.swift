// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareImage
import PareModel
import PareNetwork

/// Opens what a person calls an image: a file or folder where there is one of that path, else an image of that name, in
/// the first source that has it.
///
/// - Parameters:
///   - target: A path, or a name such as `node:20`.
///   - platform: What to choose where the image is there for several.
///   - search: Where names are looked for.
///   - ahead: Begins to read the layers of an image in a registry as soon as they are known.
///   - setup: The environment, and how the network may be used.
/// - Returns: The image, whose layers come when they are read.
/// - Throws: ``ImageNotFound``; what opening a file throws; `CancellationError`.
func locateImage(
    _ target: String, platform: Platform?, by search: ImageSearch, ahead: LayersAhead? = nil, in setup: Setup
) async throws -> Image {
    guard !fileExists(target) else { return try openImage(at: target, platform: platform) }
    guard !["/", "./", "../"].contains(where: target.hasPrefix) else { throw FileError.missing(target) }
    let reference: ImageReference
    do {
        reference = try ImageReference(target)
    } catch {
        throw NoTarget(target: target, reason: error)
    }
    let asking = Asking(
        name: target, reference: reference, platform: platform, search: search, ahead: ahead, setup: setup)
    var attempts: [ImageNotFound.Attempt] = []
    for source in search.sources {
        do {
            let image = try await asking.image(in: source)
            for attempt in attempts where attempt.isOdd {
                setup.progress.report(.note("not from \(attempt.source.rawValue): \(attempt.problem)"))
            }
            return image
        } catch let error as any Explained {
            try Task.checkCancellation()
            attempts.append(ImageNotFound.Attempt(source, error))
        }
    }
    throw ImageNotFound(target: target, attempts: attempts, looksLikeFile: asking.looksLikeFile)
}

/// What was named is neither there nor a name.
private struct NoTarget: Explained {
    let target: String
    let reason: ReferenceError

    var problem: String { "'\(target)' is no file here, and no image has such a name: \(reason.reason)" }
    var hint: String? { "look at the path; an image is named as Docker does: 'node:20'" }
}

/// A name that nothing was found by as a file.
private struct Asking {
    let name: String
    let reference: ImageReference
    let platform: Platform?
    let search: ImageSearch
    let ahead: LayersAhead?
    let setup: Setup

    private var options: NetworkOptions { setup.network.options(setup.environment) }

    /// Whether the name is that of a file, by its ending; no registry is asked for it then.
    var looksLikeFile: Bool {
        [".tar", ".tar.gz", ".tgz", ".tar.zst", ".oci"].contains { name.hasSuffix($0) }
    }

    func image(in source: ImageSource) async throws -> Image {
        switch source {
        case .docker:
            let hosts = try DockerContexts(environment: setup.environment).hosts(named: search.dockerHost)
            return try await engineImage(
                name, at: hosts, program: "docker", platform: platform, options: options)
        case .containerd:
            return try await containerdImage(
                name, reference: reference, platform: platform, options: options)
        case .podman: return try await podmanImage()
        case .remote:
            guard !looksLikeFile else { throw NotAsked() }
            return try await remoteImage()
        }
    }

    /// From podman's service, or else from the storage that it shares with buildah and skopeo.
    private func podmanImage() async throws -> Image {
        let places = PodmanPlaces(environment: setup.environment)
        let hosts = try places.hosts(named: search.podmanHost)
        do {
            return try await engineImage(
                name, at: hosts, program: "podman", platform: platform, options: options)
        } catch let absence as EngineSourceError where absence.isAbsence {
            guard search.podmanHost == nil, places.areUsual else { throw absence }
            do {
                return try await storageImage(
                    name, reference: reference, platform: platform, options: options)
            } catch EngineSourceError.noProgram(let programs) {
                guard case .noSocket(let sockets, _) = absence else { throw absence }
                throw EngineSourceError.nothing(sockets: sockets, programs: programs)
            }
        }
    }

    private func remoteImage() async throws -> Image {
        let client = try setup.registryClient(for: [reference.registry], setup.transport())
        do {
            return try await registryImage(reference, platform: platform, client: client, ahead: ahead)
        } catch {
            // Another source may have the image.
            await ahead?.stop()
            throw error
        }
    }
}

/// No registry is asked for what looks like a file.
private struct NotAsked: Explained {
    let problem = "it was not asked, as the name is that of a file"
    let hint: String? = nil
}
